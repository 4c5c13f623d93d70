"""A certificate without its learner: what proves that its number was issued stays, the person goes.

    erased by an admin ---> row without name and file ---10 minutes---> looked at by the worker once more: done
                              ^
    a worker that was rendering it meanwhile sees that in the row it marks, and takes its file away again

A worker that dies in between has left a file, which the last look finds.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.context import Ctx
from shared.files import Files
from shared.people import fingerprint
from shared.records import Certificate, CertificateStatus
from shared.store import batches

#: What stands in a certificate's row instead of name and address.
ERASED = "(erased)"
REASON = "The learner was erased."
#: When no worker can be rendering any longer what it began before: above the lease of a certificate.
AFTERWARDS = timedelta(minutes=10)

_UNMADE = {CertificateStatus.QUEUED, CertificateStatus.RENDERING, CertificateStatus.FAILED}
#: Names of one query for files: each certificate has one file, or a few where workers died.
_NAMES = 20


def erase_certificates(ctx: Ctx, certificates: Sequence[Certificate], look_again_at: datetime | None) -> None:
    """Repeatable: what was erased once keeps its salt. `look_again_at` is when the worker shall come back to them."""
    for each in certificates:
        ctx.store.update(Certificate, each.id, due_at=look_again_at, **_without_person(ctx, each))
    _remove_files(ctx.files, certificates)


def _without_person(ctx: Ctx, certificate: Certificate) -> dict[str, Any]:
    changes: dict[str, Any] = {"file_id": None}
    came_late = certificate.erased_at is not None and certificate.file_id is not None
    if came_late or certificate.status in _UNMADE:
        changes |= {"status": CertificateStatus.FAILED, "reason": REASON}
    if certificate.erased_at is None:
        salt = ctx.random(16)
        changes |= {
            "learner_name": ERASED,
            "learner_email": ERASED,
            "learner_salt": salt,
            "learner_hash": fingerprint(salt, certificate.learner_name, certificate.learner_email),
            "erased_at": ctx.now(),
        }
    return changes


def _remove_files(files: Files, certificates: Sequence[Certificate]) -> None:
    """By name: rows name the file that counts, not those of attempts that failed later."""
    for batch in batches(certificates, _NAMES):
        for file_id in files.named([each.filename for each in batch]):
            files.delete(file_id)
