"""Completions that found no certificate are tried again at once, if need be with what could not be read from them."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from appwrite.query import Query
from pydantic import Field, model_validator

from functions.admin_router.webhooks import WebhookView
from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.audit import Activity, difference
from shared.context import Ctx
from shared.errors import InvalidPayload, NotFound
from shared.identifiers import EmailAddress
from shared.records import Completion, CompletionStatus
from shared.store import BATCH

actions = Actions()

CompletionId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]

_WAITING = {CompletionStatus.UNMATCHED, CompletionStatus.UNREADABLE, CompletionStatus.NOT_PASSED}
#: What the activity log's column holds.
_LONGEST_COURSE_ID = 128


class RetryWebhook(Payload):
    """Exactly one of `completion_id`, `completion_ids` and `webhook_event_id`."""

    completion_id: CompletionId | None = None
    completion_ids: list[CompletionId] | None = Field(None, min_length=1, max_length=BATCH)
    #: Graphy's; all that came in under it are tried.
    webhook_event_id: str | None = Field(None, min_length=1, max_length=255)
    #: Instead of what was reported, for the one that `completion_id` names; an `unreadable` one needs what it lacks.
    course_id: str | None = Field(None, min_length=1, max_length=128)
    email: EmailAddress | None = None

    @model_validator(mode="after")
    def _is_clear(self) -> Self:
        names = (self.completion_id, self.completion_ids, self.webhook_event_id)
        if sum(each is not None for each in names) != 1:
            raise ValueError("Say exactly one of completion_id, completion_ids and webhook_event_id.")
        if self.supplied and not self.completion_id:
            raise ValueError("course_id and email go with completion_id alone.")
        return self

    @property
    def supplied(self) -> dict[str, str]:
        return self.model_dump(include={"course_id", "email"}, exclude_none=True)


class Retried(Result):
    #: How many are tried again now.
    retried: int
    #: How many have their certificate, are being tried anyway, or lack a course or an address.
    unchanged: int
    #: For people.
    message: str
    webhooks: list[WebhookView]


@actions("RETRY_WEBHOOK", allow=admin)
def retry_webhook(ctx: Ctx, payload: RetryWebhook) -> Retried:
    """Try completions again that are unmatched or not passed, and unreadable ones once course and address are known.

    Raises `NotFound`, and tries none, if one of them does not exist.
    """
    found = _find(ctx, payload)
    changes = {"status": CompletionStatus.RECEIVED, "attempts": 0, "due_at": ctx.now(), "reason": None}
    if payload.completion_id:
        _check_known(found[0].model_copy(update=payload.supplied))
    after = [_after(each, changes | payload.supplied) for each in found]
    retried = [old for old, new in zip(found, after, strict=True) if new is not old]
    ctx.store.update_many(Completion, (each.id for each in retried), **changes, **payload.supplied)
    if retried:
        ctx.audit.record_all([_activity(ctx, each, payload) for each in retried])
        ctx.log.info("completions retried", retried=len(retried))
        ctx.executions.kick_worker()
    unchanged = len(found) - len(retried)
    return Retried(
        retried=len(retried),
        unchanged=unchanged,
        message=f"{len(retried)} tried again, {unchanged} unchanged.",
        webhooks=[WebhookView.of(each) for each in after],
    )


def _find(ctx: Ctx, payload: RetryWebhook) -> Sequence[Completion]:
    if payload.webhook_event_id is not None:
        of_event = [Query.equal("event_id", [payload.webhook_event_id])]
        if found := ctx.store.first(Completion, of_event, limit=BATCH):
            return found
        raise NotFound("There is no webhook of this event.", webhook_event_id=payload.webhook_event_id)
    ids = list(dict.fromkeys(payload.completion_ids or [payload.completion_id or ""]))
    there = ctx.store.find_many(Completion, ids)
    if unknown := [each for each in ids if each not in there]:
        raise NotFound("There is no such webhook.", completion_ids=unknown)
    return [there[each] for each in ids]


def _after(completion: Completion, changes: dict[str, Any]) -> Completion:
    """As it will be; the very same if it has no need to be tried, or can't be."""
    changed = completion.model_copy(update=changes)
    return changed if completion.status in _WAITING and changed.course_id and changed.email else completion


def _check_known(completion: Completion) -> None:
    """Raises `InvalidPayload` naming what an unreadable completion still lacks."""
    missing = [name for name in ("course_id", "email") if not getattr(completion, name)]
    if completion.status is CompletionStatus.UNREADABLE and missing:
        fields = dict.fromkeys(missing, "The event names none: say which.")
        raise InvalidPayload(f"{missing[0]}: The event names none: say which.", fields=fields)


def _activity(ctx: Ctx, completion: Completion, payload: RetryWebhook) -> Activity:
    """Without the address, which could not be erased from here."""
    after = {"status": CompletionStatus.RECEIVED, "course_id": payload.course_id or completion.course_id}
    changes = difference(completion.model_dump(mode="json", include={"status", "course_id"}), after)
    course_id = str(after["course_id"])[:_LONGEST_COURSE_ID]
    return ctx.audit.entry("webhook.retried", changes, course_id=course_id, subject_id=completion.id)
