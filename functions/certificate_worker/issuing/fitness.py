"""Whether a mail may go out: its certificate may have been revoked, replaced or erased since it was queued.

                  revoked --> held ---reinstated--> due again
queued --claim--> replaced, erased; or a notice of what is revoked no longer --> failed for good
                  not in the bucket --> tried again later
                  else --> sent
"""

from collections.abc import Iterable, Mapping, Sequence

from appwrite.query import Query

from shared.context import Ctx
from shared.errors import AppError, Unavailable
from shared.mail.failures import Refused
from shared.outbox import is_current
from shared.records import Certificate, CertificateVersion, Delivery, DeliveryStatus, Purpose


class Outdated(Refused):
    """It is not true any more."""


class Held(AppError):
    """The certificate is revoked."""


def problem(row: Delivery, certificate: Certificate | None, sizes: Mapping[str, int]) -> AppError | None:
    """Why `row` can't be mailed now; `sizes` are those of the files that there are."""
    if certificate is None or certificate.erased_at:
        return Refused("The certificate is gone.")
    if row.purpose is Purpose.REVOKED:
        return None if is_current(row, certificate) else Outdated("The certificate is revoked no longer.")
    if certificate.revoked_at:
        return Held()
    if row.version != certificate.version:
        return Outdated("A newer version took the certificate's place.")
    if certificate.file_id is None:
        return Unavailable("The certificate is not stored yet.")
    return None if certificate.file_id in sizes else Unavailable("The certificate's file is not there.")


def hold(ctx: Ctx, ids: Sequence[str]) -> None:
    """Until somebody reinstates the certificate. Out of their mail, so that the others in it need not wait."""
    ctx.store.update_where(
        Delivery,
        [Query.equal("$id", list(ids)), Query.equal("status", [DeliveryStatus.SENDING])],
        status=DeliveryStatus.QUEUED,
        due_at=None,
        mail_id=None,
        reason=Held().message,
    )


def reasons(ctx: Ctx, rows: Iterable[Delivery], certificates: Mapping[str, Certificate]) -> dict[str, str]:
    """Why certificates were replaced or revoked, by the ids of `rows` that tell of it."""
    told = [(row, certificates[row.certificate_id]) for row in rows if row.certificate_id in certificates]
    why = {row.id: one.revoked_reason or "" for row, one in told if row.purpose is Purpose.REVOKED}
    before = {
        row.id: CertificateVersion.id_for(one.id, one.version - 1)
        for row, one in told
        if row.purpose is Purpose.REPLACED
    }
    versions = ctx.store.find_many(CertificateVersion, before.values()) if before else {}
    return why | {row: versions[each].reason for row, each in before.items() if each in versions}
