"""A learner's certificate for a course: found, and linked to. Admins may ask for any, contacts for their own."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from pydantic import Field

from shared import links
from shared.actions import Payload, Result
from shared.context import Ctx
from shared.errors import AppError, NotFound
from shared.identifiers import EmailAddress
from shared.people import learner_by_email
from shared.portal.standing import is_expired, verify_url
from shared.record import wire_time
from shared.records import Certificate, Organization
from shared.store import Store


class Refusal(AppError):
    """It can't be done with this certificate as it is."""

    status = HTTPStatus.CONFLICT

    def __init__(self, message: str | None = None, code: str | None = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.code = code or type(self).code


class NotReady(Refusal):
    """The certificate is not stored yet; try again later."""

    code = "NOT_READY"


class Revoked(Refusal):
    """The certificate was revoked."""

    code = "REVOKED"

    @classmethod
    def of(cls, certificate: Certificate, message: str | None = None) -> "Revoked":
        """Says when and why."""
        at = wire_time(certificate.revoked_at) if certificate.revoked_at else None
        why = f"The certificate was revoked: {certificate.revoked_reason}"
        return cls(message or why, revoked_at=at, revoked_reason=certificate.revoked_reason)


class OfLearner(Payload):
    #: The address they have now, or had before.
    learner_email: EmailAddress
    course_id: str = Field(min_length=1, max_length=128)


class Download(Result):
    #: Works without signing in until `expires_at`.
    download_url: str
    expires_at: datetime
    filename: str
    certificate_number: str
    learner_name: str
    learner_email: str
    course_id: str
    #: None if somebody removed the organisation from the database.
    organization_website: str | None
    version: int
    #: Its validity has ended; it is offered all the same.
    expired: bool
    #: Where anybody who has this link can look the certificate up.
    verify_url: str | None


def find_certificate(store: Store, asked: OfLearner, owner: Organization | None = None) -> Certificate:
    """The certificate, `owner`'s if one is given.

    Raises `NotFound` alike for what does not exist, was erased, or belongs to somebody else.
    """
    learner = learner_by_email(store, asked.learner_email)
    certificate = store.find(Certificate, Certificate.id_for(learner.id, asked.course_id)) if learner else None
    strange = certificate and owner and certificate.organization_id != owner.id
    if certificate is None or certificate.erased_at or strange:
        raise NotFound(
            "There is no certificate of this learner for this course.",
            learner_email=asked.learner_email,
            course_id=asked.course_id,
        )
    return certificate


def download(ctx: Ctx, certificate: Certificate, organization: Organization | None) -> Download:
    """A link to the PDF. Raises `Revoked`, or `NotReady` with the certificate's status while there is none."""
    if certificate.revoked_at:
        raise Revoked.of(certificate)
    if certificate.file_id is None:
        raise NotReady(certificate_status=certificate.status, reason=certificate.reason)
    expires_at = ctx.now() + timedelta(seconds=ctx.settings.download_link_ttl)
    return Download(
        download_url=links.of_certificate(ctx, certificate, expires_at),
        expires_at=expires_at,
        filename=certificate.filename,
        certificate_number=certificate.certificate_number,
        learner_name=certificate.learner_name,
        learner_email=certificate.learner_email,
        course_id=certificate.course_id,
        organization_website=organization.website if organization else None,
        version=certificate.version,
        expired=is_expired(certificate, ctx.now()),
        verify_url=verify_url(ctx, certificate),
    )


def subject(certificate: Certificate) -> dict[str, Any]:
    """The columns that name a certificate in the activity log."""
    return {
        "organization_id": certificate.organization_id,
        "course_id": certificate.course_id,
        "learner_id": certificate.learner_id,
        "subject_id": certificate.id,
    }
