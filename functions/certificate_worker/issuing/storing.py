"""A PDF goes into the bucket and its row says so. What can't be stored is tried again a few times, then given up."""

import hashlib
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from functions.certificate_worker.issuing.erased import is_erased
from functions.certificate_worker.issuing.overtaken import is_replaced
from functions.certificate_worker.issuing.story import about
from functions.certificate_worker.schedule import retry_at
from shared.certificate.document import Printed
from shared.claims import Claimed
from shared.context import Ctx
from shared.errors import AppError
from shared.log import ms_since
from shared.outbox import SETTLE
from shared.records import Certificate, CertificateStatus

#: Attempts at one certificate after which it is not tried again by itself, if it could not be stored in the last.
ATTEMPTS = 8
#: Seconds until it is tried again, doubled each time: two hours in all.
DELAY = 60


@dataclass(frozen=True)
class Unstored:
    """A certificate whose PDF, or whose row, could not be written, nobody knows which of it was; or made at all."""

    claimed: Claimed[Certificate]
    why: str = "could not be stored"


def try_to_store(
    ctx: Ctx, claimed: Claimed[Certificate], printed: Printed, render_ms: float
) -> Certificate | Unstored | None:
    """The stored certificate, or why it isn't: that holds up no other.

    None if the lease ran out meanwhile, when the next attempt is somebody else's, or if the learner was erased or the
    certificate replaced.
    """
    start, ids = time.perf_counter(), about(claimed.work, claimed.attempt)
    try:
        stored = _store(ctx, claimed, printed)
    except AppError as error:
        ctx.log.failure("certificate not stored", error, **ids, code=error.code, outcome="later", **error.details)
        return Unstored(claimed)
    if stored:
        took = {"engine": printed.engine, "render_ms": render_ms, "store_ms": ms_since(start)}
        ctx.log.info("certificate stored", **ids, **took, outcome="stored")
    return stored


def settle_failures(ctx: Ctx, failures: Sequence[Unstored]) -> tuple[list[Certificate], list[Certificate]]:
    """Those that are stored all the same, since only the answer was lost; and those given up. The rest is due later."""
    rows = ctx.store.find_many(Certificate, [each.claimed.work.id for each in failures])
    stored, given_up = [], []
    later: dict[tuple[int, str], list[Certificate]] = defaultdict(list)
    for each in failures:
        row, attempt = rows.get(each.claimed.work.id), each.claimed.attempt
        if row is None or row.attempts != attempt:
            continue
        if row.file_id == row.file_id_of(attempt):
            stored.append(row)
            ctx.log.info("certificate stored", **about(row, attempt), outcome="stored, unanswered")
        else:
            later[attempt, each.why].append(row)
    for (attempt, why), certificates in later.items():
        if attempt >= ATTEMPTS:
            _give_up(ctx, certificates, why)
            given_up += certificates
        else:
            _postpone(ctx, certificates, attempt, why)
    return stored, given_up


def _postpone(ctx: Ctx, certificates: Sequence[Certificate], attempt: int, why: str) -> None:
    at = retry_at(ctx.now(), attempt, DELAY)
    changes = {"status": CertificateStatus.QUEUED, "due_at": at, "reason": f"It {why}; it is tried again."}
    ctx.store.update_many(Certificate, [each.id for each in certificates], **changes)


def _give_up(ctx: Ctx, certificates: Sequence[Certificate], why: str) -> None:
    reason = f"It {why} in {ATTEMPTS} attempts; resend it to try again."
    changes = {"status": CertificateStatus.FAILED, "due_at": None, "reason": reason}
    ctx.store.update_many(Certificate, [each.id for each in certificates], **changes)


def _store(ctx: Ctx, claimed: Claimed[Certificate], printed: Printed) -> Certificate | None:
    certificate, now = claimed.work, ctx.now()
    if now >= claimed.until:
        return None
    file_id = certificate.file_id_of(claimed.attempt)
    ctx.files.put(file_id, certificate.filename, printed.pdf)
    stored = ctx.store.update(
        Certificate,
        certificate.id,
        status=CertificateStatus.STORED,
        file_id=file_id,
        sha256=hashlib.sha256(printed.pdf).hexdigest(),
        engine=printed.engine,
        due_at=now + SETTLE,
        reason=None,
    )
    return None if is_erased(ctx, stored) or is_replaced(ctx, certificate, stored) else stored
