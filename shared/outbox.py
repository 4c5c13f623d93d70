"""What is put into the outbox: one row is one mail of one certificate to its organisation."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from appwrite.query import Query

from shared.context import Ctx
from shared.records import Certificate, Delivery, DeliveryStatus, Organization, Purpose

#: When a stored certificate is looked at again if nothing has said that its mail went out.
SETTLE = timedelta(minutes=10)


def delivery(
    certificate: Certificate,
    organization: Organization,
    due_at: datetime | None,
    purpose: Purpose = Purpose.ISSUED,
    turn: int = 0,
) -> Delivery:
    """To whoever gets the organisation's mail now."""
    return Delivery(
        id=Delivery.id_for(certificate.id, organization.sop_email, purpose, turn),
        certificate_id=certificate.id,
        organization_id=organization.id,
        recipient=organization.sop_email,
        purpose=purpose,
        due_at=due_at,
        version=certificate.version,
        has_logo=organization.logo_sha256 is not None,
    )


def notice(certificate: Certificate, organization: Organization, now: datetime) -> Delivery:
    """That `certificate`, as it was read from the database, is revoked: one for each time that it is."""
    return delivery(certificate, organization, now, Purpose.REVOKED, _revocation(certificate))


def is_current(notice: Delivery, certificate: Certificate) -> bool:
    """Whether a notice tells of the revocation that holds now."""
    turn = _revocation(certificate)
    return notice.id == Delivery.id_for(certificate.id, notice.recipient, Purpose.REVOKED, turn)


def release(ctx: Ctx, certificate_ids: Sequence[str], now: datetime) -> None:
    """Mails that waited for up to 100 certificates, which are printed and not revoked, go out now."""
    ctx.store.update_where(
        Delivery,
        [
            Query.equal("certificate_id", list(certificate_ids)),
            Query.equal("status", [DeliveryStatus.QUEUED]),
            Query.is_null("due_at"),
        ],
        due_at=now,
        reason=None,
    )


def _revocation(certificate: Certificate) -> int:
    """Milliseconds since 1970, which is what the database keeps; 0 if it is not revoked."""
    return round(certificate.revoked_at.timestamp() * 1000) if certificate.revoked_at else 0
