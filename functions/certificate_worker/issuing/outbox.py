"""The mails that are to go out, and what the certificates learn of those that went."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from appwrite.query import Query

from shared.audit import Activity, Outcome
from shared.context import Ctx
from shared.outbox import SETTLE, delivery, release
from shared.portal.certificates import subject
from shared.records import Certificate, CertificateStatus, Delivery, DeliveryStatus, Organization, Purpose
from shared.store import BATCH, batches
from shared.withdrawal import withdraw

_OPEN = (DeliveryStatus.QUEUED, DeliveryStatus.SENDING)
_TAKEN = (DeliveryStatus.SENT, DeliveryStatus.BOUNCED, DeliveryStatus.DROPPED)


def fill(ctx: Ctx, certificates: Sequence[Certificate]) -> list[Delivery]:
    """One mail to the SOP for each, whether it is there already or not; none where the organisation is gone.

    Mails of later versions were queued when they were ordered, if at all, and go out now. Those that are revoked get
    none.
    """
    now = ctx.now()
    _renew(ctx, [each for each in certificates if each.version > 1], now)
    first = [each for each in certificates if each.version == 1 and each.revoked_at is None]
    organizations = ctx.store.find_many(Organization, {each.organization_id for each in first})
    deliveries = [
        delivery(each, organizations[each.organization_id], now)
        for each in first
        if each.organization_id in organizations
    ]
    ctx.store.insert_missing(deliveries)
    return deliveries


def _renew(ctx: Ctx, later: Sequence[Certificate], now: datetime) -> None:
    """What was handed out of the versions before is taken back once more, as whoever replaced them may have died."""
    if not later:
        return
    withdraw(ctx, later)
    unrevoked = [each.id for each in later if each.revoked_at is None]
    if unrevoked:
        release(ctx, unrevoked, now)


def settle(ctx: Ctx, certificates: Sequence[Certificate], now: datetime) -> None:
    """Stored a while ago, and no word of a mail: make sure that there is one, and learn what became of all of them."""
    if not certificates:
        return
    by_id = {each.id: each for each in certificates}
    mails = [each for each in _mails(ctx, list(by_id)) if each.version == by_id[each.certificate_id].version]
    without = by_id.keys() - {each.certificate_id for each in mails}
    # A later version may have been ordered without a mail.
    unmailed = {each for each in without if by_id[each].version > 1}
    mails += fill(ctx, [by_id[each] for each in without - unmailed])
    if held := {each.certificate_id for each in mails if each.status in _OPEN and each.due_at is None}:
        release(ctx, sorted(held), now)
    delivered = _of(mails, DeliveryStatus.DELIVERED)
    sent = _of(mails, *_TAKEN) - delivered
    failed = (_of(mails, DeliveryStatus.FAILED) - _of(mails, *_OPEN) | unmailed) - sent - delivered
    _note(ctx, delivered, status=CertificateStatus.DELIVERED, due_at=None)
    _note(ctx, sent, status=CertificateStatus.SENT, due_at=None)
    _note(ctx, failed, due_at=None)
    _note(ctx, by_id.keys() - sent - delivered - failed, due_at=now + SETTLE)
    ctx.audit.record_all(activities(ctx, "certificate.sent", [by_id[each] for each in sent | delivered]))


def _mails(ctx: Ctx, certificate_ids: list[str]) -> list[Delivery]:
    """Those that bring the certificates."""
    brought = Query.not_equal("purpose", Purpose.REVOKED)
    return list(ctx.store.every(Delivery, [Query.equal("certificate_id", certificate_ids), brought]))


def _note(ctx: Ctx, ids: Iterable[str], **changes: object) -> None:
    """Not on what was replaced meanwhile, which is queued again."""
    printed = Query.equal("status", [CertificateStatus.STORED, CertificateStatus.SENT])
    for batch in batches(ids, BATCH):
        ctx.store.update_where(Certificate, [Query.equal("$id", batch), printed], **changes)


def _of(mails: Iterable[Delivery], *states: DeliveryStatus) -> set[str]:
    """The certificates that have a mail in one of `states`."""
    return {each.certificate_id for each in mails if each.status in states}


def activities(ctx: Ctx, activity: str, certificates: Iterable[Certificate]) -> list[Activity]:
    """The same activity for each."""
    outcome = Outcome.FAILED if activity.endswith(".failed") else Outcome.SUCCESS
    return [ctx.audit.entry(activity, status=outcome, **subject(each)) for each in certificates]
