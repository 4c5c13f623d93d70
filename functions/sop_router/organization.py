"""Which organisation an SOP speaks for."""

from appwrite.query import Query

from shared.access import own_organization
from shared.context import Ctx
from shared.errors import InvalidPayload, NotFound
from shared.people import organization_by_website
from shared.records import Organization

#: Organisations that somebody may choose from, as many as the teams that `identify` reads.
_MOST = 100


def organization_of(ctx: Ctx, website: str | None) -> Organization:
    """The caller's organisation, which they need to name only if they have several.

    Raises `NotFound` for an organisation of others just as for one that does not exist, `InvalidPayload` with the
    `organizations` that they may choose from.
    """
    if website is not None:
        return own_organization(ctx.caller, organization_by_website(ctx.store, website), website=website)
    teams = sorted(ctx.caller.teams) if ctx.caller else []
    of_teams = [Query.equal("team_id", teams), Query.is_null("archived_at")]
    mine = ctx.store.first(Organization, of_teams, limit=_MOST) if teams else []
    if not mine:
        raise NotFound("You are not a contact of any organization.")
    if len(mine) > 1:
        raise InvalidPayload(
            "organization_website: say which of your organizations you mean.",
            organizations=[{"website": each.website, "name": each.name} for each in mine],
        )
    return mine[0]
