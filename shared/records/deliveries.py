"""Mails to send, and sent."""

from enum import StrEnum

from pydantic import AwareDatetime

from shared.ids import stable_id
from shared.record import Work


class DeliveryStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    #: Taken by a mail server or SendGrid.
    SENT = "sent"
    #: What SendGrid said later.
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    DROPPED = "dropped"
    FAILED = "failed"


class Purpose(StrEnum):
    ISSUED = "issued"
    #: Somebody asked for it again.
    RESENT = "resent"
    #: A new version takes the place of the one before.
    REPLACED = "replaced"
    #: Says that it was revoked; brings no file.
    REVOKED = "revoked"


class Delivery(Work):
    """The outbox: one mail of one certificate to one recipient for one purpose.

    One that is queued and not due waits for its certificate: to be printed, or to be revoked no longer.
    """

    table = "deliveries"

    certificate_id: str
    organization_id: str
    recipient: str
    purpose: Purpose = Purpose.ISSUED
    status: DeliveryStatus = DeliveryStatus.QUEUED
    sent_at: AwareDatetime | None = None
    #: sendgrid or smtp
    provider: str | None = None
    #: Of the mail that it goes out in, with others to the same recipient.
    mail_id: str | None = None
    #: Of the certificate that it is about; another version has mails of its own.
    version: int = 1
    #: Whether the organisation had a logo when this was queued: mails of those without one cost no call.
    has_logo: bool = False

    @staticmethod
    def id_for(certificate_id: str, recipient: str, purpose: Purpose, turn: int = 0) -> str:
        """`turn` counts the mails of one purpose: asking twice before the first went out is asking once."""
        return stable_id("delivery", certificate_id, recipient, purpose, *([turn] if turn else []))
