"""What is put into the outbox: one row is one mail of one certificate to its organisation."""

from datetime import datetime, timedelta

from shared.records import Certificate, Delivery, Organization, Purpose

#: When a stored certificate is looked at again if nothing has said that its mail went out.
SETTLE = timedelta(minutes=10)


def delivery(
    certificate: Certificate,
    organization: Organization,
    now: datetime,
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
        due_at=now,
    )
