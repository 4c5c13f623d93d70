"""One organisation with everything about it."""

from functions.admin_router.organizations.listing import ListedOrganization, contacts_of, listed
from functions.admin_router.organizations.organization import OrganizationId, get_organization
from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.context import Ctx
from shared.identifiers import Website
from shared.logos import logo_of

actions = Actions()


class GetOrganization(Payload):
    organization_id: OrganizationId | None = None
    #: Says which organisation if there is no `organization_id`.
    website: Website | None = None


class DetailedOrganization(ListedOrganization):
    #: A `data:` address.
    logo: str | None


class OneOrganization(Result):
    organization: DetailedOrganization


@actions("GET_ORGANIZATION", allow=admin)
def show_organization(ctx: Ctx, payload: GetOrganization) -> OneOrganization:
    """An organisation with its contacts and its logo."""
    organization = get_organization(ctx, payload.organization_id, payload.website)
    known = listed(organization, contacts_of(ctx.store, [organization])[organization.id])
    logo = logo_of(ctx.store, organization)
    return OneOrganization(organization=DetailedOrganization(logo=logo.address if logo else None, **known.model_dump()))
