"""Certificates, as admins see them."""

from collections.abc import Mapping
from datetime import datetime

from shared.actions import Result
from shared.context import Ctx
from shared.portal.standing import CertificateState, is_expired, verify_url
from shared.records import Certificate, CertificateStatus, Organization


class CertificateView(Result):
    certificate_number: str
    #: 1 for the first; each replacement gets the next.
    version: int
    state: CertificateState
    revoked: bool
    revoked_at: datetime | None
    revoked_reason: str | None
    expired: bool
    expires_at: datetime | None
    issued_at: datetime
    completed_at: datetime
    #: How far the present version got.
    status: CertificateStatus
    #: Why it failed or waits.
    reason: str | None
    learner_id: str
    #: As printed; `(erased)`, as the address, once the learner was.
    learner_name: str
    learner_email: str
    course_id: str
    course_name: str
    organization_id: str
    organization_name: str
    #: None if somebody removed the organisation from the database.
    organization_website: str | None
    score: str | None
    max_score: str | None
    credits: str | None
    grade: str | None
    template_version: int
    erased_at: datetime | None
    #: Of the PDF, hex.
    sha256: str | None
    #: Where it can be looked up, with its code; null while it is not printed, and once its learner was erased.
    verify_url: str | None

    @classmethod
    def of(cls, ctx: Ctx, certificate: Certificate, organizations: Mapping[str, Organization]) -> "CertificateView":
        organization = organizations.get(certificate.organization_id)
        return cls(
            **certificate.model_dump(include=set(cls.model_fields)),
            state=CertificateState.of(certificate, ctx.now()),
            revoked=certificate.revoked_at is not None,
            expired=is_expired(certificate, ctx.now()),
            organization_website=organization.website if organization else None,
            verify_url=verify_url(ctx, certificate),
        )
