"""What Graphy delivered, and what became of it."""

from datetime import datetime

from appwrite.query import Query

from shared.access import admin
from shared.actions import Actions, Result
from shared.context import Ctx
from shared.listing import Listing, ListResult, Pagination
from shared.records import Completion, CompletionStatus

actions = Actions()


class ListWebhooks(Listing):
    status: CompletionStatus | None = None


class WebhookView(Result):
    #: Of the completion that it became.
    id: str
    event_id: str
    course_id: str
    email: str
    completed_at: datetime
    received_at: datetime
    #: The raw body.
    payload: str
    status: CompletionStatus
    reason: str | None


class Webhooks(ListResult):
    webhooks: list[WebhookView]


@actions("LIST_WEBHOOKS", allow=admin)
def list_webhooks(ctx: Ctx, payload: ListWebhooks) -> Webhooks:
    """Completions that came in, the newest first; `unmatched` ones wait for their course or learner."""
    queries = [Query.order_desc("received_at")]
    if payload.status:
        queries.append(Query.equal("status", payload.status.value))
    page = ctx.store.page(Completion, queries, payload.limit, payload.offset, payload.cursor)
    return Webhooks(
        webhooks=[WebhookView.model_validate(each.model_dump()) for each in page.items], pagination=Pagination.of(page)
    )
