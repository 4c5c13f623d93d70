"""Certificates, found."""

from typing import Annotated

from appwrite.query import Query
from pydantic import Field

from functions.admin_router.courses.courses import get_course
from functions.admin_router.issued.views import CertificateView
from functions.admin_router.lookup import organization_if_named
from shared.access import admin
from shared.actions import Actions
from shared.certificate.number import is_number, normalized
from shared.context import Ctx
from shared.identifiers import Website
from shared.listing import Listing, ListResult, Pagination, containing
from shared.portal.learner_lists import Blank
from shared.portal.standing import CertificateState
from shared.records import Certificate, CertificateStatus, Organization

actions = Actions()


class ListCertificates(Listing):
    #: Part of the name or address that is printed, or of the number.
    search: Annotated[str | None, Blank] = Field(None, max_length=100)
    course_id: Annotated[str | None, Blank] = Field(None, max_length=128)
    organization_website: Annotated[Website | None, Blank] = None
    state: Annotated[CertificateState | None, Blank] = None
    status: Annotated[CertificateStatus | None, Blank] = None


class CertificateList(ListResult):
    certificates: list[CertificateView]


@actions("LIST_CERTIFICATES", allow=admin)
def list_certificates(ctx: Ctx, payload: ListCertificates) -> CertificateList:
    """Certificates, the latest issued first: all, or those of a course, an organisation, a state or a status."""
    organization = organization_if_named(ctx, payload.organization_website)
    queries = [*_queries(ctx, payload, organization), Query.order_desc("issued_at")]
    page = ctx.store.page(Certificate, queries, payload.limit, payload.offset, payload.cursor)
    theirs = {each.organization_id for each in page.items}
    organizations = {organization.id: organization} if organization else ctx.store.find_many(Organization, theirs)
    return CertificateList(
        certificates=[CertificateView.of(ctx, each, organizations) for each in page.items],
        pagination=Pagination.of(page),
    )


def _queries(ctx: Ctx, payload: ListCertificates, organization: Organization | None) -> list[str]:
    course_id = get_course(ctx, payload.course_id).course_id if payload.course_id else None
    columns = {
        "course_id": course_id,
        "organization_id": organization.id if organization else None,
        "status": payload.status,
    }
    queries = [Query.equal(column, [value]) for column, value in columns.items() if value]
    if payload.state:
        queries += payload.state.queries(ctx.now())
    return queries + _searched(payload.search)


def _searched(text: str | None) -> list[str]:
    """A whole number is one row, by its index, however it was typed."""
    number = normalized(text or "")
    if is_number(number):
        return [Query.equal("certificate_number", [number])]
    return containing(text, "learner_name", "learner_email", "certificate_number")
