"""All organisations, page by page."""

from collections import defaultdict
from collections.abc import Sequence

from appwrite.query import Query
from pydantic import Field

from functions.admin_router.organizations.organization import OrganizationView
from shared.access import admin
from shared.actions import Actions
from shared.context import Ctx
from shared.listing import Listing, ListResult, Pagination, containing
from shared.records import Contact, Organization
from shared.store import Store

actions = Actions()

#: Of all organisations of one page.
_MOST_CONTACTS = 5000


class ListOrganizations(Listing):
    #: Part of a name or a website, in any case.
    search: str | None = Field(None, max_length=100)
    #: The archived ones instead of the others.
    archived: bool = False


class ListedOrganization(OrganizationView):
    #: The addresses of all contacts, that of the main one first.
    contacts: list[str]


class Organizations(ListResult):
    organizations: list[ListedOrganization]


@actions("LIST_ORGANIZATIONS", allow=admin)
def list_organizations(ctx: Ctx, payload: ListOrganizations) -> Organizations:
    """Organisations with their contacts."""
    state = Query.is_not_null("archived_at") if payload.archived else Query.is_null("archived_at")
    queries = [state, *containing(payload.search, "name", "website")]
    page = ctx.store.page(Organization, queries, payload.limit, payload.offset, payload.cursor)
    contacts = contacts_of(ctx.store, page.items)
    shown = [listed(organization, contacts[organization.id]) for organization in page.items]
    return Organizations(organizations=shown, pagination=Pagination.of(page))


def contacts_of(store: Store, organizations: Sequence[Organization]) -> dict[str, list[str]]:
    """Addresses by organisation."""
    found: dict[str, list[str]] = defaultdict(list)
    ids = [organization.id for organization in organizations]
    if ids:
        for contact in store.first(Contact, [Query.equal("organization_id", ids)], _MOST_CONTACTS):
            found[contact.organization_id].append(contact.email)
    return found


def listed(organization: Organization, contacts: list[str]) -> ListedOrganization:
    known = organization.model_dump(exclude={"id", "team_id"})
    everyone = list(dict.fromkeys([organization.sop_email, *contacts]))
    return ListedOrganization(organization_id=organization.id, contacts=everyone, **known)
