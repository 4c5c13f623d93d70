"""A certificate is mailed again, or rendered again if its rendering failed. Asking twice is asking once."""

from typing import Any

from appwrite.query import Query

from shared.actions import Result
from shared.audit import difference
from shared.context import Ctx
from shared.errors import NotFound
from shared.outbox import SETTLE, delivery
from shared.portal.certificates import Revoked, subject
from shared.records import (
    Certificate,
    CertificateStatus,
    Course,
    Delivery,
    DeliveryStatus,
    Organization,
    Purpose,
)

_OPEN = {DeliveryStatus.QUEUED, DeliveryStatus.SENDING}


class Resent(Result):
    #: What was done, for people.
    message: str
    learner_email: str
    course_id: str
    #: Of the completion that the certificate was issued for.
    webhook_event_id: str | None
    certificate_number: str
    #: The certificate's; one that was sent or delivered stays so while it is mailed again.
    status: CertificateStatus


def resend(ctx: Ctx, certificate: Certificate, organization: Organization | None) -> Resent:
    """Queue what is missing for `certificate` to reach its organisation's contact once more.

    Raises `NotFound` if the organisation is gone or archived: its contacts may see nothing. Raises `Revoked`.
    """
    if certificate.revoked_at:
        raise Revoked.of(certificate)
    if organization is None or organization.archived_at:
        raise NotFound("The certificate's organization is gone or archived.")
    if certificate.file_id is not None:
        return _mail_again(ctx, certificate, organization)
    if certificate.status is CertificateStatus.FAILED:
        return _render_again(ctx, certificate)
    return _answer(certificate, "The certificate is being made; its mail follows by itself.")


def _mail_again(ctx: Ctx, certificate: Certificate, organization: Organization) -> Resent:
    before = list(ctx.store.every(Delivery, [Query.equal("certificate_id", [certificate.id])]))
    is_open = any(each.status in _OPEN and _brings(each, certificate, organization.sop_email) for each in before)
    again = _next_delivery(ctx, certificate, organization, before)
    if is_open or not ctx.store.insert_missing([again]):
        return _answer(certificate, "The mail is on its way already; nothing was added.")
    if certificate.status is CertificateStatus.STORED:
        # Should the worker die after sending, it looks here for what became of the mail.
        ctx.store.update(Certificate, certificate.id, due_at=ctx.now() + SETTLE)
    _done(ctx, certificate)
    return _answer(certificate, "The certificate is mailed again.")


def _brings(mail: Delivery, certificate: Certificate, recipient: str) -> bool:
    is_there = mail.version == certificate.version and mail.purpose is not Purpose.REVOKED
    return is_there and mail.recipient == recipient


def _next_delivery(ctx: Ctx, certificate: Certificate, organization: Organization, before: list[Delivery]) -> Delivery:
    """The first mail if there was none yet, so that the worker, about to add it, finds it there."""
    finished = [each for each in before if each.purpose is Purpose.RESENT and each.status not in _OPEN]
    if not before and certificate.version == 1:
        return delivery(certificate, organization, ctx.now())
    return delivery(certificate, organization, ctx.now(), Purpose.RESENT, turn=1 + len(finished))


def _render_again(ctx: Ctx, certificate: Certificate) -> Resent:
    """With the course's present template, since the one before may be why it failed."""
    course = ctx.store.find(Course, Course.id_for(certificate.course_id))
    present = course or certificate
    changes: dict[str, Any] = {"status": CertificateStatus.QUEUED, "template_version": present.template_version}
    queued = ctx.store.update(
        Certificate, certificate.id, template_id=present.template_id, due_at=ctx.now(), reason=None, **changes
    )
    _done(ctx, certificate, difference(certificate.model_dump(include=set(changes)), changes))
    return _answer(queued, "The certificate is made again; its mail follows by itself.")


def _done(ctx: Ctx, certificate: Certificate, changes: dict[str, list[Any]] | None = None) -> None:
    ctx.audit.record("certificate.resent", changes, **subject(certificate))
    ctx.log.info("certificate resent", certificate_id=certificate.id)
    ctx.executions.kick_worker()


def _answer(certificate: Certificate, message: str) -> Resent:
    return Resent(
        message=message,
        learner_email=certificate.learner_email,
        course_id=certificate.course_id,
        webhook_event_id=certificate.event_id,
        certificate_number=certificate.certificate_number,
        status=certificate.status,
    )
