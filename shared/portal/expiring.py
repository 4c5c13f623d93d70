"""Certificates whose validity ends soon or has ended, read for both routers; the database pages over them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from appwrite.query import Query
from pydantic import Field

from shared.actions import Result
from shared.context import Ctx
from shared.identifiers import Website
from shared.listing import Listing, ListResult, Pagination
from shared.portal.learner_lists import Blank
from shared.portal.standing import verify_url
from shared.record import wire_time
from shared.records import Certificate, CertificateStatus, Organization


class ExpiringListing(Listing):
    #: How far to look ahead; 0 = no further than now.
    days: int = Field(30, ge=0, le=3650)
    #: Those that have expired already, too.
    expired: bool = False
    organization_website: Annotated[Website | None, Blank] = None
    course_id: Annotated[str | None, Blank] = Field(None, max_length=128)


class ExpiringCertificate(Result):
    certificate_number: str
    version: int
    #: Whether there is a PDF, and whether it was mailed.
    status: CertificateStatus
    learner_name: str
    learner_email: str
    course_id: str
    course_name: str
    organization_name: str
    #: None if somebody removed the organisation from the database.
    organization_website: str | None
    issued_at: datetime
    expires_at: datetime
    #: Whole days; 0 on the last, negative once it has expired.
    days_left: int
    #: Where anyone can look it up; None while it is not printed.
    verify_url: str | None


class Expiring(ListResult):
    certificates: list[ExpiringCertificate]


def list_expiring(ctx: Ctx, asked: ExpiringListing, organization: Organization | None) -> Expiring:
    """The page of `asked`, of `organization` if one is given, what expires first at the top.

    Revoked ones are left out, as they are valid no longer anyway, and erased ones, as nobody knows whose they were.
    """
    now = ctx.now()
    page = ctx.store.page(Certificate, _queries(asked, organization, now), asked.limit, asked.offset, asked.cursor)
    websites = _websites(ctx, page.items, organization)
    shown = [_shown(ctx, each, websites.get(each.organization_id), now) for each in page.items]
    return Expiring(certificates=shown, pagination=Pagination.of(page))


def _queries(asked: ExpiringListing, organization: Organization | None, now: datetime) -> list[str]:
    queries = [
        Query.order_asc("expires_at"),
        Query.less_than_equal("expires_at", wire_time(now + timedelta(days=asked.days))),
        Query.is_null("revoked_at"),
        Query.is_null("erased_at"),
    ]
    if not asked.expired:
        queries.append(Query.greater_than_equal("expires_at", wire_time(now)))
    if organization:
        queries.append(Query.equal("organization_id", [organization.id]))
    if asked.course_id:
        queries.append(Query.equal("course_id", [asked.course_id]))
    return queries


def _websites(ctx: Ctx, certificates: Sequence[Certificate], organization: Organization | None) -> dict[str, str]:
    if organization:
        return {organization.id: organization.website}
    found = ctx.store.find_many(Organization, {each.organization_id for each in certificates})
    return {each.id: each.website for each in found.values()}


def _shown(ctx: Ctx, certificate: Certificate, website: str | None, now: datetime) -> ExpiringCertificate:
    known = certificate.model_dump(include=set(ExpiringCertificate.model_fields))
    left = (certificate.expires_at or now) - now
    return ExpiringCertificate(
        **known, organization_website=website, days_left=left.days, verify_url=verify_url(ctx, certificate)
    )
