"""The mail outbox is emptied: what is due is claimed, grouped into mails, sent and marked.

A mail is sent at least once, and once only unless the worker dies between the provider's answer and the next call; then
the repeat brings the same certificates under the same Message-ID. If SendGrid's event comes first, there is no repeat.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from appwrite.query import Query

from functions.certificate_worker.issuing.items import items_of, still_fit
from functions.certificate_worker.issuing.outbox import activities
from functions.certificate_worker.issuing.parcels import Item, Parcel, packed, parcels, whole
from functions.certificate_worker.issuing.send import Fate, keep_ids, put_off, send
from functions.certificate_worker.schedule import Turns
from shared.claims import Claimed, Claims
from shared.context import Ctx
from shared.errors import AppError
from shared.logos import Logos
from shared.mail.mailer import Mailer
from shared.pictures import Picture
from shared.records import Certificate, CertificateStatus, Delivery, DeliveryStatus, Purpose
from shared.store import BATCH as MOST_CLAIMED

BATCH = 100
#: PDFs read at a time.
DOWNLOADS = 8
LEASE = timedelta(minutes=3)
#: What must be left of a lease to start a mail: more than the time-outs of all providers.
MARGIN = timedelta(seconds=60)

_OPEN = {DeliveryStatus.QUEUED, DeliveryStatus.SENDING}
_TAKEN = {DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.BOUNCED, DeliveryStatus.DROPPED}


def deliver_mails(ctx: Ctx, claims: Claims, turns: Turns, logos: Logos) -> int:
    """Send what is due; answers how many rows of the outbox were tried."""
    now = ctx.now()
    found = turns.take(ctx.store, Delivery, now, BATCH)
    if not found:
        return 0
    claimed = _claim(ctx, claims, found, now)
    if not claimed:
        return 0
    items, unfit = items_of(ctx, claimed)
    shown = logos.of(ctx.store, {each.work.organization_id for each in claimed if each.work.has_logo})
    sent, set_aside = _send_all(ctx, parcels(items, lambda: ctx.random(16)), shown)
    brought = [each.certificate for each in sent if each.claimed.work.purpose is not Purpose.REVOKED]
    told = [each.certificate for each in sent if each.claimed.work.purpose is Purpose.REVOKED]
    _mark_certificates(ctx, brought)
    failed = [*(each.certificate for each in set_aside), *unfit]
    activity = {"certificate.sent": brought, "certificate.revocation_sent": told, "mail.failed": failed}
    ctx.audit.record_all([entry for name, about in activity.items() for entry in activities(ctx, name, about)])
    ctx.log.info("mails sent", certificates=len(sent), claimed=len(claimed))
    return len(claimed)


def _claim(ctx: Ctx, claims: Claims, found: Sequence[Delivery], now: datetime) -> list[Claimed[Delivery]]:
    """What is ours, in whole mails: a part of one would go out under the id of the whole."""
    mates = _mates(ctx, found)
    taken = {each.mail_id for each in mates if each.status in _TAKEN}
    if taken:
        _catch_up(ctx, [each.id for each in mates if each.mail_id in taken])
    rows = [each for each in found if each.mail_id is None or each.mail_id not in taken]
    others = [each for each in mates if each.mail_id not in taken and each.status in _OPEN]
    wanted = whole(rows, others, now, MOST_CLAIMED)
    won = claims.take(wanted, now, LEASE, status=DeliveryStatus.SENDING)
    sizes, ours = Counter(each.mail_id for each in wanted), Counter(each.work.mail_id for each in won)
    return [each for each in won if each.work.mail_id is None or sizes[each.work.mail_id] == ours[each.work.mail_id]]


def _mates(ctx: Ctx, found: Sequence[Delivery]) -> list[Delivery]:
    """All rows of the mails that some of `found` were to go out in before."""
    ids = sorted({each.mail_id for each in found if each.mail_id})
    return list(ctx.store.every(Delivery, [Query.equal("mail_id", ids)])) if ids else []


def _catch_up(ctx: Ctx, ids: list[str]) -> None:
    """A worker died while it marked what it had sent: all of a mail goes out, or nothing. The certificates learn of it
    when they are settled."""
    still_open = Query.equal("status", sorted(_OPEN))
    for start in range(0, len(ids), MOST_CLAIMED):
        these = Query.equal("$id", ids[start : start + MOST_CLAIMED])
        ctx.store.update_where(
            Delivery, [these, still_open], status=DeliveryStatus.SENT, sent_at=ctx.now(), due_at=None, reason=None
        )


def _send_all(ctx: Ctx, every: Sequence[Parcel], logos: Mapping[str, Picture]) -> tuple[list[Item], list[Item]]:
    """What went out, and what was set aside; the other mails are due again."""
    fates: dict[Fate, list[Item]] = {fate: [] for fate in Fate}
    with Mailer(ctx.settings, now=ctx.now) as mailer:
        for number, packed_load in enumerate(packed(every, lambda parcel: parcel.size)):
            load = still_fit(ctx, packed_load) if number else packed_load
            keep_ids(ctx, load)
            pdfs = _read(ctx, [item for parcel in load for item in parcel.attached])
            for parcel in load:
                late = min(each.claimed.until for each in parcel.items) - ctx.now() < MARGIN
                logo = logos.get(parcel.organization_id)
                fate = put_off(ctx, parcel) if late or mailer.silent else send(ctx, mailer, parcel, pdfs, logo)
                fates[fate] += parcel.items
    return fates[Fate.SENT], fates[Fate.SET_ASIDE]


def _read(ctx: Ctx, items: Sequence[Item]) -> dict[str, bytes | AppError]:
    """The PDFs by the certificates' ids; the failure where one can't be read."""

    def read(item: Item) -> bytes | AppError:
        try:
            return ctx.files.read(item.certificate.file_id or "")
        except AppError as error:
            return error

    with ThreadPoolExecutor(DOWNLOADS) as pool:
        return dict(zip([each.certificate.id for each in items], pool.map(read, items), strict=True))


def _mark_certificates(ctx: Ctx, sent: Sequence[Certificate]) -> None:
    """One that was delivered, by this mail or another, stays so."""
    if sent:
        before = Query.equal("status", [CertificateStatus.STORED, CertificateStatus.SENT])
        these = Query.equal("$id", sorted({each.id for each in sent}))
        ctx.store.update_where(Certificate, [these, before], status=CertificateStatus.SENT, due_at=None, reason=None)
