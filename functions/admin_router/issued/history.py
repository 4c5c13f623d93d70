"""One certificate with all that there is about it."""

from datetime import datetime

from appwrite.query import Query

from functions.admin_router.issued.lookup import CertificateNumber, get_certificate
from functions.admin_router.issued.views import CertificateView
from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.context import Ctx
from shared.records import (
    Certificate,
    CertificateVersion,
    Delivery,
    DeliveryStatus,
    Learner,
    Organization,
    Purpose,
)
from shared.store import BATCH

actions = Actions()


class GetCertificate(Payload):
    certificate_number: CertificateNumber


class EarlierVersion(Result):
    """As it was printed, until another took its place."""

    version: int
    learner_name: str
    course_name: str
    organization_name: str
    completed_at: datetime
    score: str | None
    max_score: str | None
    credits: str | None
    grade: str | None
    template_version: int
    sha256: str | None
    replaced_at: datetime
    #: Why it was replaced.
    reason: str


class DeliveryView(Result):
    purpose: Purpose
    #: Of the certificate that it is about.
    version: int
    recipient: str
    status: DeliveryStatus
    #: Why it failed or waits.
    reason: str | None
    sent_at: datetime | None
    #: sendgrid or smtp
    provider: str | None


class CertificateDetails(CertificateView):
    #: What the learner is called now, where it is not what is printed; UPDATE_LEARNER changes it.
    learner_name_now: str | None
    #: Those before the present one, the newest first.
    versions: list[EarlierVersion]
    #: Mails about it.
    deliveries: list[DeliveryView]


class CertificateResult(Result):
    certificate: CertificateDetails


@actions("GET_CERTIFICATE", allow=admin)
def show_certificate(ctx: Ctx, payload: GetCertificate) -> CertificateResult:
    """A certificate: what it says, whether it holds, its earlier versions, and the mails about it."""
    certificate = get_certificate(ctx, payload.certificate_number)
    view = CertificateView.of(ctx, certificate, ctx.store.find_many(Organization, [certificate.organization_id]))
    theirs = Query.equal("certificate_id", [certificate.id])
    deliveries = ctx.store.first(Delivery, [theirs], BATCH)
    details = CertificateDetails(
        **view.model_dump(),
        learner_name_now=name_now(ctx, certificate),
        versions=_versions(ctx, certificate, theirs),
        deliveries=[DeliveryView.model_validate(each.model_dump()) for each in deliveries],
    )
    return CertificateResult(certificate=details)


def name_now(ctx: Ctx, certificate: Certificate) -> str | None:
    """The learner's, if it differs from what is printed."""
    learner = ctx.store.find(Learner, certificate.learner_id)
    return learner.name if learner and learner.name != certificate.learner_name else None


def _versions(ctx: Ctx, certificate: Certificate, theirs: str) -> list[EarlierVersion]:
    """A replacement that broke off may have left the present one in the history."""
    found = ctx.store.first(CertificateVersion, [theirs, Query.order_desc("version")], BATCH)
    before = [each for each in found if each.version < certificate.version]
    return [EarlierVersion.model_validate(each.model_dump()) for each in before]
