"""An SOP's own organisation, as a portal shows it."""

from typing import Annotated

from functions.sop_router.organization import organization_of
from functions.sop_router.own_courses import courses_of
from shared.access import signed_in
from shared.actions import Actions, Payload, Result
from shared.context import Ctx
from shared.identifiers import Website
from shared.logos import logo_of
from shared.portal.learner_lists import Blank

actions = Actions()


class GetOwnOrganization(Payload):
    organization_website: Annotated[Website | None, Blank] = None


class OwnCourse(Result):
    course_id: str
    name: str


class OwnOrganization(Result):
    organization_id: str
    website: str
    name: str
    #: The contact who gets its certificates by mail.
    sop_email: str
    #: Those that it has learners in, by name.
    courses: list[OwnCourse]
    #: SHA-256 of the logo, hex; null = there is none.
    logo_sha256: str | None
    #: A `data:` address of a PNG or JPEG.
    logo: str | None


class OwnOrganizationResult(Result):
    organization: OwnOrganization


@actions("GET_ORGANIZATION", allow=signed_in)
def show_own_organization(ctx: Ctx, payload: GetOwnOrganization) -> OwnOrganizationResult:
    """The caller's organisation with its logo and its courses."""
    organization = organization_of(ctx, payload.organization_website)
    logo = logo_of(ctx.store, organization)
    return OwnOrganizationResult(
        organization=OwnOrganization(
            organization_id=organization.id,
            website=organization.website,
            name=organization.name,
            sop_email=organization.sop_email,
            courses=[OwnCourse(course_id=each.course_id, name=each.name) for each in courses_of(ctx, organization)],
            logo_sha256=organization.logo_sha256,
            logo=logo.address if logo else None,
        )
    )
