"""What Graphy delivered, and what became of it."""

from datetime import datetime

from appwrite.query import Query
from pydantic import Field

from shared.access import admin
from shared.actions import Actions, Result
from shared.context import Ctx
from shared.errors import InvalidPayload
from shared.listing import Listing, ListResult, Pagination, containing
from shared.records import Completion, CompletionStatus

actions = Actions()


class ListWebhooks(Listing):
    status: CompletionStatus | None = None
    #: The same as `status` unmatched.
    unmatched: bool = False
    #: Part of an e-mail address or a course's id, as they were reported.
    search: str | None = Field(None, max_length=100)


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
    #: As Graphy wrote them.
    score: str | None
    max_score: str | None
    credits: str | None
    grade: str | None
    status: CompletionStatus
    reason: str | None

    @classmethod
    def of(cls, completion: Completion) -> "WebhookView":
        return cls.model_validate(completion.model_dump())


class Webhooks(ListResult):
    webhooks: list[WebhookView]


@actions("LIST_WEBHOOKS", allow=admin)
def list_webhooks(ctx: Ctx, payload: ListWebhooks) -> Webhooks:
    """Completions that came in, the newest first.

    `unmatched` ones wait for their course or learner, `not_passed` ones for a better score or a lower threshold.
    """
    queries = [Query.order_desc("received_at"), *containing(payload.search, "email", "course_id")]
    if status := _status(payload):
        queries.append(Query.equal("status", status.value))
    page = ctx.store.page(Completion, queries, payload.limit, payload.offset, payload.cursor)
    return Webhooks(webhooks=[WebhookView.of(each) for each in page.items], pagination=Pagination.of(page))


def _status(payload: ListWebhooks) -> CompletionStatus | None:
    if not payload.unmatched:
        return payload.status
    if payload.status not in {None, CompletionStatus.UNMATCHED}:
        raise InvalidPayload("unmatched: It contradicts status.")
    return CompletionStatus.UNMATCHED
