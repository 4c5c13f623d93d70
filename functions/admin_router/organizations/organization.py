"""One organisation: found, shown, changed, archived."""

from datetime import datetime
from typing import Annotated, Any

from appwrite.query import Query
from pydantic import Field

from shared.actions import Result
from shared.audit import difference
from shared.context import Ctx
from shared.errors import AlreadyExists, InvalidPayload, NotFound
from shared.people import organization_by_website
from shared.records import Completion, CompletionStatus, Organization

OrganizationId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,35}$")]


class OrganizationView(Result):
    organization_id: str
    website: str
    name: str
    #: The main contact, who gets the mails.
    sop_email: str
    archived_at: datetime | None
    #: SHA-256 of its logo, hex; null = it has none. GET_ORGANIZATION shows the logo.
    logo_sha256: str | None


def view(organization: Organization) -> OrganizationView:
    return OrganizationView(organization_id=organization.id, **organization.model_dump(exclude={"id", "team_id"}))


def get_organization(ctx: Ctx, organization_id: str | None, website: str | None) -> Organization:
    """By its id, or by its website if there is none. Raises `NotFound`."""
    if organization_id:
        found = ctx.store.find(Organization, organization_id)
    elif website:
        found = organization_by_website(ctx.store, website)
    else:
        raise InvalidPayload("website: say which organization you mean, by its website or its organization_id.")
    if found is None:
        named = {"organization_id": organization_id} if organization_id else {"website": website}
        raise NotFound("There is no such organization.", **named)
    return found


def change(ctx: Ctx, organization: Organization, activity: str, **changes: Any) -> Organization:
    """Write and record what differs; nothing if nothing does."""
    differing = difference({name: getattr(organization, name) for name in changes}, changes)
    if not differing:
        return organization
    try:
        changed = ctx.store.update(Organization, organization.id, **changes)
    except AlreadyExists:
        raise taken(changes["website"]) from None
    ctx.audit.record(activity, differing, organization_id=organization.id)
    return changed


def archive(ctx: Ctx, organization: Organization, archived: bool) -> Organization:
    """Archive it, or restore it: then completions that waited for it are tried again."""
    if (organization.archived_at is not None) is archived:
        return organization
    if archived:
        return change(ctx, organization, "organization.archived", archived_at=ctx.now())
    restored = change(ctx, organization, "organization.restored", archived_at=None)
    waiting = [Query.equal("status", CompletionStatus.UNMATCHED.value), Query.contains("reason", ["archived"])]
    if ctx.store.update_where(Completion, waiting, due_at=ctx.now()):
        ctx.executions.kick_worker()
    return restored


def check_free(ctx: Ctx, organization: Organization, website: str | None) -> None:
    """So that nothing is done for a website that is taken; against a race the unique column decides."""
    if website and website != organization.website and organization_by_website(ctx.store, website):
        raise taken(website)


def taken(website: str) -> AlreadyExists:
    return AlreadyExists("There is an organization with this website already.", website=website)
