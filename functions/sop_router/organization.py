"""Which organisation an SOP speaks for."""

from appwrite.query import Query

from shared.access import own_organization
from shared.context import Ctx
from shared.errors import InvalidPayload, NotFound
from shared.records import Organization


def organization_of(ctx: Ctx, website: str | None) -> Organization:
    """The caller's organisation, which they need to name only if they have several.

    Raises `NotFound` for an organisation of others just as for one that does not exist.
    """
    if website is not None:
        return own_organization(ctx.caller, ctx.store.find(Organization, Organization.id_for(website)), website=website)
    teams = sorted(ctx.caller.teams) if ctx.caller else []
    mine = ctx.store.first(Organization, [Query.equal("team_id", teams)], limit=2) if teams else []
    if not mine:
        raise NotFound("You are not a contact of any organization.")
    if len(mine) > 1:
        raise InvalidPayload("organization_website: say which of your organizations you mean.")
    return mine[0]
