"""What Graphy delivered, and what became of it."""

from appwrite.query import Query
from pydantic import Field

from shared.access import admin
from shared.actions import Actions, Payload
from shared.context import Ctx
from shared.records import Completion, CompletionStatus
from shared.runtime import Response

actions = Actions()


class ListWebhooks(Payload):
    status: CompletionStatus | None = None
    limit: int = Field(25, ge=1, le=100)
    offset: int = Field(0, ge=0)


@actions("LIST_WEBHOOKS", allow=admin)
def list_webhooks(ctx: Ctx, payload: ListWebhooks) -> Response:
    """Completions that came in, the newest first; `unmatched` ones wait for their course or learner."""
    queries = [Query.order_desc("received_at")]
    if payload.status:
        queries.append(Query.equal("status", payload.status.value))
    page = ctx.store.page(Completion, queries, payload.limit, payload.offset)
    shown = [each.model_dump(mode="json", exclude={"attempts", "due_at"}) for each in page.items]
    return Response({"webhooks": shown}, pagination=page.pagination)
