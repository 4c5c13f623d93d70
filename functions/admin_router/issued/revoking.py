"""Certificates are revoked, and reinstated.

    the rows say when and why --> links and ZIPs are withdrawn --> notices are queued --> the log --> the kick
        |
        from here on nothing is handed out or mailed: whoever has the certificate in hand looks at its row once more

    the log --> the row is as before, and due if it was not finished --> mails that waited are due --> the kick

Whatever an interrupted call left undone, its repeat does: every step has a stable id, or leaves alone what is done.
"""

from collections.abc import Mapping, Sequence

from appwrite.query import Query

from functions.admin_router.issued import records
from shared.audit import Activity, difference
from shared.context import Ctx
from shared.outbox import notice, release
from shared.record import wire_time
from shared.records import Certificate, CertificateStatus, Organization
from shared.store import BATCH, batches
from shared.withdrawal import withdraw

#: What the worker has yet to do something about.
_UNFINISHED = {CertificateStatus.QUEUED, CertificateStatus.RENDERING, CertificateStatus.STORED}


def revoke_all(ctx: Ctx, certificates: Sequence[Certificate], reason: str, *, notify: bool) -> list[Certificate]:
    """Revoke them, and answer them as they are then; those revoked already keep when and why, and what an interrupted
    call left undone about them is done. The caller kicks the worker if `notify`.

    Any number, worked in blocks of 100: about seven calls for each, and one for each link that lives.
    """
    return [each for batch in batches(certificates, BATCH) for each in _revoke(ctx, batch, reason, notify)]


def reinstate(ctx: Ctx, certificate: Certificate, reason: str) -> Certificate:
    """As it was before; what it was to be mailed goes out."""
    after = certificate
    if certificate.revoked_at:
        records.write(ctx, [_reinstated(ctx, certificate, reason)])
        due = {"due_at": ctx.now()} if certificate.status in _UNFINISHED else {}
        after = ctx.store.update(Certificate, certificate.id, revoked_at=None, revoked_reason=None, **due)
    if after.file_id:
        release(ctx, [after.id], ctx.now())
    return after


def _revoke(ctx: Ctx, batch: list[Certificate], reason: str, notify: bool) -> list[Certificate]:
    ids = [each.id for each in batch]
    fresh = [each.id for each in batch if each.revoked_at is None]
    rows: Mapping[str, Certificate] = {each.id: each for each in batch}
    if fresh:
        unrevoked = [Query.equal("$id", fresh), Query.is_null("revoked_at")]
        ctx.store.update_where(Certificate, unrevoked, revoked_at=ctx.now(), revoked_reason=reason)
        # As the database has it: two may have revoked the same one in the same moment.
        rows = ctx.store.find_many(Certificate, ids)
    revoked = [rows[each] for each in ids if each in rows and rows[each].revoked_at]
    withdraw(ctx, revoked)
    if notify:
        _tell(ctx, revoked)
    records.write(ctx, [_revoked(ctx, each) for each in revoked])
    return revoked


def _tell(ctx: Ctx, revoked: Sequence[Certificate]) -> None:
    """Their organisations' contacts; not of learners who were erased, whose names no mail could say."""
    told = [each for each in revoked if each.erased_at is None]
    found = ctx.store.find_many(Organization, {each.organization_id for each in told})
    there = {each.id: each for each in found.values() if each.archived_at is None}
    now = ctx.now()
    notices = [notice(each, there[each.organization_id], now) for each in told if each.organization_id in there]
    ctx.store.insert_missing(notices)


def _revoked(ctx: Ctx, certificate: Certificate) -> Activity:
    changes = difference({}, _revocation(certificate))
    return records.entry(ctx, "certificate.revoked", certificate, _turn(certificate), changes)


def _reinstated(ctx: Ctx, certificate: Certificate, reason: str) -> Activity:
    changes = difference(_revocation(certificate), {"reason": reason})
    return records.entry(ctx, "certificate.reinstated", certificate, _turn(certificate), changes)


def _revocation(certificate: Certificate) -> dict[str, str | None]:
    return {"revoked_at": _turn(certificate), "revoked_reason": certificate.revoked_reason}


def _turn(certificate: Certificate) -> str:
    return wire_time(certificate.revoked_at) if certificate.revoked_at else ""
