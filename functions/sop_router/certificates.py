"""An SOP's certificates."""

from datetime import datetime, timedelta
from http import HTTPStatus

from pydantic import Field

from functions.sop_router.organization import organization_of
from shared.access import signed_in
from shared.actions import Actions, Payload, Result
from shared.context import Ctx
from shared.errors import AppError, NotFound
from shared.identifiers import EmailAddress, Website
from shared.people import learner_by_email
from shared.records import Certificate

actions = Actions()


class NotReady(AppError):
    """The certificate is not stored yet; try again later."""

    status, code = HTTPStatus.CONFLICT, "NOT_READY"


class DownloadCertificate(Payload):
    learner_email: EmailAddress
    course_id: str = Field(min_length=1, max_length=128)
    organization_website: Website | None = None


class Download(Result):
    #: Works without signing in until `expires_at`.
    download_url: str
    expires_at: datetime
    filename: str
    certificate_number: str
    learner_name: str
    learner_email: str
    course_id: str
    organization_website: str


@actions("DOWNLOAD_CERTIFICATE", allow=signed_in)
def download_certificate(ctx: Ctx, payload: DownloadCertificate) -> Download:
    """A link to the PDF of a learner's certificate."""
    organization = organization_of(ctx, payload.organization_website)
    learner = learner_by_email(ctx.store, payload.learner_email)
    certificate = ctx.store.find(Certificate, Certificate.id_for(learner.id, payload.course_id)) if learner else None
    if certificate is None or certificate.organization_id != organization.id:
        raise NotFound(
            "There is no certificate of this learner for this course.",
            learner_email=payload.learner_email,
            course_id=payload.course_id,
        )
    if certificate.file_id is None:
        raise NotReady(certificate_status=certificate.status, reason=certificate.reason)
    expires_at = ctx.now() + timedelta(seconds=ctx.settings.download_link_ttl)
    return Download(
        download_url=ctx.files.link(certificate.file_id, expires_at),
        expires_at=expires_at,
        filename=f"{certificate.certificate_number}.pdf",
        certificate_number=certificate.certificate_number,
        learner_name=certificate.learner_name,
        learner_email=certificate.learner_email,
        course_id=certificate.course_id,
        organization_website=organization.website,
    )
