"""The mail outbox is emptied. A mail is sent at least once, and once only unless the worker dies between the mail
server's answer and the next call; then the repeat carries the same Message-ID."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from functions.certificate_worker.issuing.outbox import activities
from functions.certificate_worker.schedule import due, retry_at
from shared.claims import Claimed, Claims
from shared.context import Ctx
from shared.errors import AppError, Unavailable
from shared.mail.message import certificate_mail
from shared.mail.smtp import Refused, SmtpMailer
from shared.records import Certificate, CertificateStatus, Delivery, DeliveryStatus
from shared.store import RowGone

BATCH = 25
#: PDFs read at a time.
DOWNLOADS = 8
LEASE = timedelta(minutes=3)
#: What must be left of a lease to start a mail: more than the mail server's time-outs.
MARGIN = timedelta(seconds=60)


@dataclass(frozen=True)
class _Letter:
    """A delivery with what it is about; `pdf` is the failure if it could not be read."""

    claimed: Claimed[Delivery]
    certificate: Certificate | None
    pdf: bytes | AppError


class _Fate(Enum):
    """What became of a letter."""

    #: The mail server took it, and the outbox says so.
    SENT = "sent"
    LATER = "later"
    #: Nobody tries again, unless somebody asks for it.
    SET_ASIDE = "set aside"


def deliver_mails(ctx: Ctx, claims: Claims) -> int:
    """Send what is due; answers how many mails were tried."""
    now = ctx.now()
    claimed = claims.take(due(ctx.store, Delivery, now, BATCH), now, LEASE, status=DeliveryStatus.SENDING)
    if not claimed:
        return 0
    letters = _letters(ctx, claimed)
    with SmtpMailer(ctx.settings) as mailer:
        fates = [_deliver(ctx, mailer, letter) for letter in letters]
    sent, set_aside = _about(letters, fates, _Fate.SENT), _about(letters, fates, _Fate.SET_ASIDE)
    delivered = [each.id for each in sent]
    ctx.store.update_many(Certificate, delivered, status=CertificateStatus.DELIVERED, due_at=None, reason=None)
    told = [*activities(ctx, "certificate.delivered", sent), *activities(ctx, "mail.failed", set_aside)]
    ctx.audit.record_all(told)
    ctx.log.info("mails sent", sent=len(sent), claimed=len(claimed))
    return len(claimed)


def _about(letters: list[_Letter], fates: list[_Fate], fate: _Fate) -> list[Certificate]:
    """The certificates whose letters had that fate."""
    pairs = zip(letters, fates, strict=True)
    return [letter.certificate for letter, its in pairs if its is fate and letter.certificate]


def _letters(ctx: Ctx, claimed: list[Claimed[Delivery]]) -> list[_Letter]:
    certificates = ctx.store.find_many(Certificate, {each.work.certificate_id for each in claimed})

    def letter(each: Claimed[Delivery]) -> _Letter:
        certificate = certificates.get(each.work.certificate_id)
        return _Letter(each, certificate, _pdf(ctx, certificate))

    with ThreadPoolExecutor(DOWNLOADS) as pool:
        return list(pool.map(letter, claimed))


def _pdf(ctx: Ctx, certificate: Certificate | None) -> bytes | AppError:
    if certificate is None or certificate.file_id is None:
        return Unavailable("The certificate is not stored yet.")
    try:
        return ctx.files.read(certificate.file_id)
    except AppError as error:
        return error


def _deliver(ctx: Ctx, mailer: SmtpMailer, letter: _Letter) -> _Fate:
    delivery = letter.claimed.work
    if letter.claimed.until - ctx.now() < MARGIN:
        return _Fate.LATER
    try:
        _send(ctx, mailer, letter)
    except AppError as error:
        return _record_failure(ctx, letter.claimed, error)
    _mark(ctx, delivery, status=DeliveryStatus.SENT, sent_at=ctx.now(), due_at=None, reason=None)
    return _Fate.SENT


def _mark(ctx: Ctx, delivery: Delivery, **changes: object) -> None:
    """The row may be gone: learners are erased with the mails about them."""
    with suppress(RowGone):
        ctx.store.update(Delivery, delivery.id, **changes)


def _send(ctx: Ctx, mailer: SmtpMailer, letter: _Letter) -> None:
    if letter.certificate is None or letter.certificate.erased_at:
        raise Refused("The certificate is gone.")
    if isinstance(letter.pdf, AppError):
        raise letter.pdf
    sender, delivery = ctx.settings.from_email, letter.claimed.work
    mailer.send(certificate_mail(sender, delivery, letter.certificate, letter.pdf, ctx.now()))


def _record_failure(ctx: Ctx, claimed: Claimed[Delivery], error: AppError) -> _Fate:
    """Tried again later, or set aside with the reason when refused for good or tried often enough."""
    final = isinstance(error, Refused) or claimed.attempt >= ctx.settings.max_email_attempts
    changes: Mapping[str, object] = {
        "status": DeliveryStatus.FAILED if final else DeliveryStatus.QUEUED,
        "due_at": None if final else retry_at(ctx.now(), claimed.attempt, ctx.settings.email_retry_delay),
        "reason": error.message[:500],
    }
    _mark(ctx, claimed.work, **changes)
    ctx.log.warning("mail not sent", delivery_id=claimed.work.id, attempt=claimed.attempt, final=final, code=error.code)
    return _Fate.SET_ASIDE if final else _Fate.LATER
