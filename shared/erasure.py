"""A certificate without its learner: what proves that its number was issued stays, the person goes.

    erased by an admin, ---> row without name and file ---10 minutes---> looked at by the worker once more: done
    or kept long enough       ^
    a worker that was rendering it meanwhile sees that in the row it marks, and takes its file away again

A worker that dies in between has left a file, which the last look finds.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from appwrite.query import Query

from shared.config import Misconfigured
from shared.context import Ctx
from shared.files import Files
from shared.people import fingerprint
from shared.records import Certificate, CertificateStatus, CertificateVersion, Statement
from shared.store import BATCH, batches
from shared.verification import digest_of

#: What stands in a certificate's row instead of name and address.
ERASED = "(erased)"
REASON = "Name, address and file were erased."
#: When no worker can be rendering any longer what it began before: above the lease of a certificate.
AFTERWARDS = timedelta(minutes=10)

_UNMADE = {CertificateStatus.QUEUED, CertificateStatus.RENDERING, CertificateStatus.FAILED}
#: Names of one query for files: each certificate has one file, or a few where workers died.
_NAMES = 20


def erase_certificates(ctx: Ctx, certificates: Sequence[Certificate], look_again_at: datetime | None) -> None:
    """Repeatable: what was erased once keeps its salt, and the hash of its code.

    `look_again_at` is when the worker shall come back to them.
    """
    for each in certificates:
        ctx.store.update(Certificate, each.id, due_at=look_again_at, **_without_person(ctx, each))
    _erase_versions(ctx, certificates)
    _remove_files(ctx.files, certificates)


def _erase_versions(ctx: Ctx, certificates: Sequence[Certificate]) -> None:
    """Those that were replaced, so that their codes still lead to the certificate."""
    for batch in batches(certificates, BATCH):
        theirs = Query.equal("certificate_id", [each.id for each in batch])
        for version in list(ctx.store.every(CertificateVersion, [theirs])):
            if _is_told(version) or version.file_id:
                ctx.store.update(CertificateVersion, version.id, file_id=None, reason=ERASED, **_unnamed(ctx, version))


def _unnamed(ctx: Ctx, statement: Statement) -> dict[str, Any]:
    """Nothing for what was unnamed before: its code can't be told any more."""
    if not _is_told(statement):
        return {}
    return {"learner_name": ERASED, "learner_email": ERASED, "code_sha256": _code_hash(ctx, statement)}


def _names(text: str | None, certificate: Certificate) -> bool:
    """Whether it tells who the learner is."""
    return bool(text) and any(each in (text or "") for each in (certificate.learner_name, certificate.learner_email))


def _is_told(statement: Statement) -> bool:
    return (statement.learner_name, statement.learner_email) != (ERASED, ERASED)


def _code_hash(ctx: Ctx, statement: Statement) -> str | None:
    """None if its key was taken away: then it can't be looked up, but no person is kept for the want of a key."""
    if statement.code_sha256:
        return statement.code_sha256
    try:
        return digest_of(ctx.verification.keys.code(statement))
    except Misconfigured as error:
        ctx.log.failure("code of an erased certificate lost", error, certificate_number=statement.certificate_number)
        return None


def _without_person(ctx: Ctx, certificate: Certificate) -> dict[str, Any]:
    changes: dict[str, Any] = {"file_id": None, **_unnamed(ctx, certificate)}
    came_late = certificate.erased_at is not None and certificate.file_id is not None
    if _names(certificate.revoked_reason, certificate):
        changes["revoked_reason"] = ERASED
    if came_late or certificate.status in _UNMADE:
        changes |= {"status": CertificateStatus.FAILED, "reason": REASON}
    if certificate.erased_at is None:
        salt = ctx.random(16)
        changes |= {
            "learner_salt": salt,
            "learner_hash": fingerprint(salt, certificate.learner_name, certificate.learner_email),
            "erased_at": ctx.now(),
        }
    return changes


def _remove_files(files: Files, certificates: Sequence[Certificate]) -> None:
    """By name: rows name the file that counts, not those of attempts that failed later; all versions share it."""
    for batch in batches(certificates, _NAMES):
        names = [each.filename for each in batch]
        while found := files.named(names):
            for file_id in found:
                files.delete(file_id)
            if len(found) < BATCH:
                break
