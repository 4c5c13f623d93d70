"""An SOP's learners."""

from typing import Any

from appwrite.query import Query

from functions.sop_router.organization import organization_of
from shared.access import signed_in
from shared.actions import Actions
from shared.context import Ctx
from shared.identifiers import Website
from shared.listing import Listing, ListResult, Pagination
from shared.progress import progress_of_learners
from shared.records import Learner

actions = Actions()


class ListOrgLearners(Listing):
    organization_website: Website | None = None


class OrgLearners(ListResult):
    organization_website: str
    learners: list[dict[str, Any]]
    summary: dict[str, int]


@actions("LIST_ORG_LEARNERS", allow=signed_in)
def list_org_learners(ctx: Ctx, payload: ListOrgLearners) -> OrgLearners:
    """The learners of the caller's organisation with their courses and certificates."""
    organization = organization_of(ctx, payload.organization_website)
    mine = [Query.equal("organization_id", organization.id)]
    page = ctx.store.page(Learner, mine, payload.limit, payload.offset, payload.cursor)
    return OrgLearners(
        organization_website=organization.website,
        learners=progress_of_learners(ctx.store, page.items),
        summary={"total_learners": page.total},
        pagination=Pagination.of(page),
    )
