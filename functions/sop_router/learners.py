"""An SOP's learners."""

from appwrite.query import Query
from pydantic import Field

from functions.sop_router.organization import organization_of
from shared.access import signed_in
from shared.actions import Actions, Payload
from shared.context import Ctx
from shared.identifiers import Website
from shared.progress import MAX_PAGE, progress_of_learners
from shared.records import Learner
from shared.runtime import Response

actions = Actions()


class ListOrgLearners(Payload):
    organization_website: Website | None = None
    limit: int = Field(25, ge=1, le=MAX_PAGE)
    offset: int = Field(0, ge=0)


@actions("LIST_ORG_LEARNERS", allow=signed_in)
def list_org_learners(ctx: Ctx, payload: ListOrgLearners) -> Response:
    """The learners of the caller's organisation with their courses and certificates."""
    organization = organization_of(ctx, payload.organization_website)
    page = ctx.store.page(Learner, [Query.equal("organization_id", organization.id)], payload.limit, payload.offset)
    data = {
        "organization_website": organization.website,
        "learners": progress_of_learners(ctx.store, page.items),
        "summary": {"total_learners": page.total},
        "pagination": page.pagination,
    }
    return Response(data, pagination=page.pagination)
