"""One mail goes out, and its rows say what became of it."""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import Enum

from appwrite.query import Query

from functions.certificate_worker.issuing.parcels import Item, Parcel
from functions.certificate_worker.issuing.story import about_all, tell_mailed
from functions.certificate_worker.schedule import retry_at
from shared import links
from shared.context import Ctx
from shared.errors import AppError, Unavailable
from shared.log import ms_since
from shared.mail.failures import Refused
from shared.mail.letters import Enclosed, certificates_mail
from shared.mail.mailer import Mailer, Taken
from shared.mail.notices import replaced_mail, revoked_mail
from shared.pictures import Picture
from shared.records import Certificate, Delivery, DeliveryStatus, Purpose
from shared.store import together

#: How long the link works that stands for a PDF too large for a mail; the mail says so.
LINK_TTL = timedelta(days=7)
#: Seconds between the attempts to write down that a mail was taken.
NOTE_PAUSES = (0.2, 0.4)

_LETTERS = {
    Purpose.ISSUED: certificates_mail,
    Purpose.RESENT: certificates_mail,
    Purpose.REPLACED: replaced_mail,
    Purpose.REVOKED: revoked_mail,
}
_SENDING = Query.equal("status", [DeliveryStatus.SENDING])


class Fate(Enum):
    """What became of a mail."""

    #: A provider took it, and the outbox says so.
    SENT = "sent"
    LATER = "later"
    #: Nobody tries again, unless somebody asks for it.
    SET_ASIDE = "set aside"


def keep_ids(ctx: Ctx, load: Sequence[Parcel]) -> None:
    """Write the ids of new mails on their rows, before anything is sent."""
    new = [parcel for parcel in load if not parcel.kept]
    together(lambda parcel: ctx.store.update_many(Delivery, parcel.deliveries, mail_id=parcel.mail_id), new)


def send(
    ctx: Ctx, mailer: Mailer, parcel: Parcel, pdfs: Mapping[str, bytes | AppError], logo: Picture | None = None
) -> Fate:
    """`pdfs`, by the certificates' ids, hold what `parcel` wants attached."""
    start = time.perf_counter()
    try:
        enclosed = _enclosed(ctx, parcel, pdfs)
        letter = _LETTERS[parcel.purpose]
        mail = letter(parcel.mail_id, parcel.recipient, enclosed, parcel.deliveries, logo)
        taken = mailer.send(mail, last=parcel.attempt >= ctx.settings.max_email_attempts)
    except AppError as error:
        return fail(ctx, parcel.deliveries, parcel.attempt, error, _certificates(parcel))
    ms = ms_since(start)
    if taken.passed_over:
        ctx.log.warning("mail provider passed over", mail_id=parcel.mail_id, reasons=taken.passed_over)
    tell_mailed(ctx, parcel, taken, ms)
    _mark_sent(ctx, parcel, taken)
    return Fate.SENT


def put_off(ctx: Ctx, parcel: Parcel) -> Fate:
    """Not tried, as time runs out or the provider is silent."""
    ctx.store.update_where(
        Delivery,
        [Query.equal("$id", parcel.deliveries), _SENDING],
        status=DeliveryStatus.QUEUED,
        due_at=retry_at(ctx.now(), 1, ctx.settings.email_retry_delay),
    )
    ctx.log.info("mail put off", mail_id=parcel.mail_id, **about_all(_certificates(parcel)), outcome="later")
    return Fate.LATER


def fail(ctx: Ctx, ids: Sequence[str], attempt: int, error: AppError, certificates: Sequence[Certificate]) -> Fate:
    """Tried again later, or set aside with the reason when refused for good or tried often enough."""
    final = isinstance(error, Refused) or attempt >= ctx.settings.max_email_attempts
    ctx.store.update_where(
        Delivery,
        [Query.equal("$id", list(ids)), _SENDING],
        status=DeliveryStatus.FAILED if final else DeliveryStatus.QUEUED,
        due_at=None if final else retry_at(ctx.now(), attempt, ctx.settings.email_retry_delay),
        reason=error.message[:500],
    )
    fate, concerned = Fate.SET_ASIDE if final else Fate.LATER, about_all(certificates)
    code = getattr(error, "problem", error.code)
    ctx.log.warning("mail not sent", deliveries=list(ids), **concerned, attempt=attempt, code=code, outcome=fate.value)
    return fate


def _certificates(parcel: Parcel) -> list[Certificate]:
    return [each.certificate for each in parcel.items]


def _enclosed(ctx: Ctx, parcel: Parcel, pdfs: Mapping[str, bytes | AppError]) -> list[Enclosed]:
    attached = {each.certificate.id for each in parcel.attached}
    return [_enclose(ctx, each, pdfs if each.certificate.id in attached else None) for each in parcel.items]


def _enclose(ctx: Ctx, item: Item, pdfs: Mapping[str, bytes | AppError] | None) -> Enclosed:
    certificate = item.certificate
    if item.claimed.work.purpose is Purpose.REVOKED:
        return Enclosed(certificate, why=item.why)
    if pdfs is None:
        return Enclosed(certificate, link=links.of_certificate(ctx, certificate, ctx.now() + LINK_TTL), why=item.why)
    pdf = pdfs[certificate.id]
    if isinstance(pdf, AppError):
        raise pdf
    return Enclosed(certificate, pdf, why=item.why)


def _mark_sent(ctx: Ctx, parcel: Parcel, taken: Taken) -> None:
    """What is not written down goes out again, so Appwrite is asked more than once: the same twice is the same."""
    for pause in NOTE_PAUSES:
        try:
            return _note_sent(ctx, parcel, taken)
        except Unavailable as error:
            ctx.log.failure("taken mail not marked yet", error, mail_id=parcel.mail_id, **error.details)
            time.sleep(pause)
    return _note_sent(ctx, parcel, taken)


def _note_sent(ctx: Ctx, parcel: Parcel, taken: Taken) -> None:
    """Rows may be gone, as learners are erased with the mails about them, or SendGrid may have said more already."""
    ctx.store.update_where(
        Delivery,
        [Query.equal("$id", parcel.deliveries), _SENDING],
        status=DeliveryStatus.SENT,
        sent_at=ctx.now(),
        due_at=None,
        reason=None,
        provider=taken.provider,
    )
