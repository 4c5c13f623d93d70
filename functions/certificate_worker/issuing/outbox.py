"""The mails that are to go out, and what the certificates learn of those that went."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from appwrite.query import Query

from shared.audit import Activity, Outcome
from shared.context import Ctx
from shared.outbox import SETTLE, delivery
from shared.portal.certificates import subject
from shared.records import Certificate, CertificateStatus, Delivery, DeliveryStatus, Organization

_OPEN = (DeliveryStatus.QUEUED, DeliveryStatus.SENDING)
_TAKEN = (DeliveryStatus.SENT, DeliveryStatus.BOUNCED, DeliveryStatus.DROPPED)


def fill(ctx: Ctx, certificates: Sequence[Certificate]) -> list[Delivery]:
    """One mail to the SOP for each, whether it is there already or not; none where the organisation is gone."""
    now = ctx.now()
    organizations = ctx.store.find_many(Organization, {each.organization_id for each in certificates})
    deliveries = [
        delivery(each, organizations[each.organization_id], now)
        for each in certificates
        if each.organization_id in organizations
    ]
    ctx.store.insert_missing(deliveries)
    return deliveries


def settle(ctx: Ctx, certificates: Sequence[Certificate], now: datetime) -> None:
    """Stored a while ago, and no word of a mail: make sure that there is one, and learn what became of all of them."""
    if not certificates:
        return
    by_id = {each.id: each for each in certificates}
    mails = list(ctx.store.every(Delivery, [Query.equal("certificate_id", list(by_id))]))
    without = by_id.keys() - {each.certificate_id for each in mails}
    mails += fill(ctx, [by_id[certificate_id] for certificate_id in without])
    delivered = _of(mails, DeliveryStatus.DELIVERED)
    sent = _of(mails, *_TAKEN) - delivered
    waiting = by_id.keys() - sent - delivered - (_of(mails, DeliveryStatus.FAILED) - _of(mails, *_OPEN))
    failed = by_id.keys() - sent - delivered - waiting
    ctx.store.update_many(Certificate, delivered, status=CertificateStatus.DELIVERED, due_at=None)
    ctx.store.update_many(Certificate, sent, status=CertificateStatus.SENT, due_at=None)
    ctx.store.update_many(Certificate, failed, due_at=None)
    ctx.store.update_many(Certificate, waiting, due_at=now + SETTLE)
    ctx.audit.record_all(activities(ctx, "certificate.sent", [by_id[each] for each in sent | delivered]))


def _of(mails: Iterable[Delivery], *states: DeliveryStatus) -> set[str]:
    """The certificates that have a mail in one of `states`."""
    return {each.certificate_id for each in mails if each.status in states}


def activities(ctx: Ctx, activity: str, certificates: Iterable[Certificate]) -> list[Activity]:
    """The same activity for each."""
    outcome = Outcome.FAILED if activity.endswith(".failed") else Outcome.SUCCESS
    return [ctx.audit.entry(activity, status=outcome, **subject(each)) for each in certificates]
