"""Who changed what, when, and at which request: rows that are only ever added.

A row names its subject by ids. What changed stands in `changes`, field by field, without secrets and without the text
of templates; names and addresses of learners stand there alone, so that they can be erased.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from appwrite.query import Query
from pydantic import AwareDatetime

from shared.errors import AlreadyExists, AppError
from shared.log import Log
from shared.record import Record
from shared.store import BATCH, Store, batches

_TRIES = 3
_LONGEST = 20_000


class Outcome(StrEnum):
    SUCCESS = "success"
    FAILED = "failed"


class Activity(Record):
    """One change, or one attempt that failed."""

    table = "activity_logs"

    at: AwareDatetime
    #: `noun.verb` in the past: `course.edited`.
    activity: str
    status: Outcome = Outcome.SUCCESS
    request_id: str
    #: Of the Appwrite account; None for what the backend does by itself.
    actor_id: str | None = None
    actor_email: str | None = None
    #: admin, sop or system
    actor_role: str = "system"
    organization_id: str | None = None
    course_id: str | None = None
    learner_id: str | None = None
    #: What else it was about: the id of a certificate, a completion, a contact …
    subject_id: str | None = None
    #: `{field: [before, after]}` as JSON.
    changes: str | None = None


@dataclass(frozen=True)
class Actor:
    """On whose behalf something is done."""

    id: str | None = None
    email: str | None = None
    role: str = "system"


@dataclass(frozen=True)
class Audit:
    """Writes the activities of one request.

    A change that was made is not undone because its row could not be written: the row is tried several times, then it
    goes to the function's log as an error.
    """

    store: Store
    log: Log
    actor: Actor
    now: Callable[[], datetime]
    random: Callable[[int], str]

    def record(self, activity: str, changes: Mapping[str, Any] | None = None, **subject: Any) -> None:
        """One activity. `changes` is what `difference` answers; `subject` names the other columns of `Activity`."""
        self.record_all([self.entry(activity, changes, **subject)])

    def entry(self, activity: str, changes: Mapping[str, Any] | None = None, **subject: Any) -> Activity:
        """An activity that is not written yet, for `record_all`."""
        return Activity(
            id=self.random(16),
            at=self.now(),
            activity=activity,
            request_id=self.log.request_id,
            actor_id=self.actor.id,
            actor_email=self.actor.email,
            actor_role=self.actor.role,
            changes=_text(changes),
            **subject,
        )

    def record_all(self, entries: Sequence[Activity]) -> None:
        """Up to 100 activities are one call."""
        for batch in batches(entries, BATCH):
            self._write(batch)

    def _write(self, batch: list[Activity]) -> None:
        problem: AppError | None = None
        for _ in range(_TRIES):
            try:
                self.store.insert_all_or_none(batch)
            except AlreadyExists:
                return
            except AppError as error:
                problem = error
            else:
                return
        for entry in batch:
            shown = entry.model_dump(mode="json", exclude={"actor_email", "changes", "request_id"}, exclude_none=True)
            self.log.failure("activity not recorded", problem or AppError(), **shown)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """`{field: [before, after]}` of the fields that differ; a field that is missing on one side counts as None."""
    fields = dict.fromkeys([*before, *after])
    pairs = {field: [before.get(field), after.get(field)] for field in fields}
    return {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}


def forget_learner(store: Store, learner_id: str) -> None:
    """Erase what the log tells of a learner; that something was done, by whom and when, stays."""
    store.update_where(Activity, [Query.equal("learner_id", [learner_id])], changes=None)


def _text(changes: Mapping[str, Any] | None) -> str | None:
    if not changes:
        return None
    text = json.dumps(changes, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else json.dumps({"fields": sorted(changes)}, ensure_ascii=False)
