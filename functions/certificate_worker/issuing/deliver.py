"""The mail outbox is emptied: what is due is claimed, grouped into mails, sent and marked.

A mail is sent at least once, and once only unless the worker dies between the provider's answer and the next call; then
the repeat brings the same certificates under the same Message-ID. If SendGrid's event comes first, there is no repeat.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from appwrite.query import Query

from functions.certificate_worker.issuing.outbox import activities
from functions.certificate_worker.issuing.parcels import Item, Parcel, packed, parcels, whole
from functions.certificate_worker.issuing.send import Fate, fail, keep_ids, put_off, send
from functions.certificate_worker.schedule import due
from shared.claims import Claimed, Claims
from shared.context import Ctx
from shared.errors import AppError, Unavailable
from shared.mail.failures import Refused
from shared.mail.mailer import Mailer
from shared.records import Certificate, CertificateStatus, Delivery, DeliveryStatus
from shared.store import BATCH as MOST_CLAIMED

BATCH = 100
#: PDFs read at a time.
DOWNLOADS = 8
LEASE = timedelta(minutes=3)
#: What must be left of a lease to start a mail: more than the time-outs of all providers.
MARGIN = timedelta(seconds=60)

_OPEN = {DeliveryStatus.QUEUED, DeliveryStatus.SENDING}
_TAKEN = {DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.BOUNCED, DeliveryStatus.DROPPED}


def deliver_mails(ctx: Ctx, claims: Claims) -> int:
    """Send what is due; answers how many rows of the outbox were tried."""
    now = ctx.now()
    found = due(ctx.store, Delivery, now, BATCH)
    if not found:
        return 0
    claimed = _claim(ctx, claims, found, now)
    if not claimed:
        return 0
    items, unfit = _items(ctx, claimed)
    sent, set_aside = _send_all(ctx, parcels(items, lambda: ctx.random(16)))
    _mark_certificates(ctx, sent)
    told = [*activities(ctx, "certificate.sent", sent), *activities(ctx, "mail.failed", [*set_aside, *unfit])]
    ctx.audit.record_all(told)
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


def _items(ctx: Ctx, claimed: Sequence[Claimed[Delivery]]) -> tuple[list[Item], list[Certificate]]:
    """What can be mailed now, and the certificates whose mails were set aside because they can't be."""
    certificates = ctx.store.find_many(Certificate, {each.work.certificate_id for each in claimed})
    files = sorted({each.file_id for each in certificates.values() if each.file_id})
    sizes = ctx.files.sizes(files) if files else {}
    items, set_aside = [], []
    for each in claimed:
        certificate = certificates.get(each.work.certificate_id)
        problem = _problem(certificate, sizes)
        if certificate and not problem:
            items.append(Item(each, certificate, sizes[certificate.file_id or ""]))
        elif problem and fail(ctx, [each.work.id], each.attempt, problem) is Fate.SET_ASIDE and certificate:
            set_aside.append(certificate)
    return items, set_aside


def _problem(certificate: Certificate | None, sizes: Mapping[str, int]) -> AppError | None:
    if certificate is None or certificate.erased_at:
        return Refused("The certificate is gone.")
    if certificate.file_id is None:
        return Unavailable("The certificate is not stored yet.")
    return None if certificate.file_id in sizes else Unavailable("The certificate's file is not there.")


def _send_all(ctx: Ctx, every: Sequence[Parcel]) -> tuple[list[Certificate], list[Certificate]]:
    """The certificates that went out, and those whose mails were set aside; the other mails are due again."""
    fates: dict[Fate, list[Certificate]] = {fate: [] for fate in Fate}
    with Mailer(ctx.settings, now=ctx.now) as mailer:
        for load in packed(every, lambda parcel: parcel.size):
            keep_ids(ctx, load)
            pdfs = _read(ctx, [item for parcel in load for item in parcel.attached])
            for parcel in load:
                late = min(each.claimed.until for each in parcel.items) - ctx.now() < MARGIN
                fate = put_off(ctx, parcel) if late or mailer.silent else send(ctx, mailer, parcel, pdfs)
                fates[fate] += parcel.certificates
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
