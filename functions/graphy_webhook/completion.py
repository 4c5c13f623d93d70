"""A raw event becomes a `Completion`. Graphy publishes no payload, so the mapping forgives names, case and nesting."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from shared.errors import BadRequest
from shared.ids import stable_id
from shared.records import Completion, CompletionStatus

#: Spellings of one field, without case, spaces and underscores; the first that is there counts.
_ALIASES = {
    "course_id": ("courseid", "productid", "course", "product", "productproductid"),
    "email": ("email", "learneremail", "useremail", "emailid", "studentemail"),
    "event_id": ("eventid", "id", "webhookid"),
    "completed_at": ("completedat", "completiondate", "completedon", "completedate", "timestamp"),
}
#: Objects that only wrap the event.
_WRAPPERS = frozenset({"data", "payload", "event"})
_MAX_DEPTH = 4


def read(body: bytes, now: datetime) -> Completion:
    """The completion that `body` reports, `unreadable` if it names no course or learner.

    Raises `BadRequest` if it is no JSON object.

    The same event always gets the same id: from its own id together with course and learner, since nobody promises that
    Graphy's event ids are unique, or, where it has none, from course, learner and time.
    """
    event = _parse(body)
    fields = {name: _first(event, aliases) for name, aliases in _ALIASES.items()}
    completed_at = _moment(fields["completed_at"])
    missing = [name for name in ("course_id", "email") if not fields[name]]
    identity = fields["event_id"] or f"at {fields['completed_at']}"
    return Completion(
        id=stable_id(
            "completion", *([body.hex()] if missing else [fields["course_id"], fields["email"].lower(), identity])
        ),
        event_id=identity[:255],
        course_id=fields["course_id"][:255],
        email=fields["email"][:320],
        completed_at=completed_at or now,
        received_at=now,
        payload=body.decode(),
        status=CompletionStatus.UNREADABLE if missing else CompletionStatus.RECEIVED,
        due_at=None if missing else now,
        reason=f"The event names no {' and no '.join(missing)}." if missing else None,
    )


def _parse(body: bytes) -> dict[str, str]:
    try:
        event = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise BadRequest("The event is not valid JSON.") from None
    if not isinstance(event, dict):
        raise BadRequest("The event must be a JSON object.")
    found: dict[str, str] = {}
    for name, value in _leaves(event):
        found.setdefault(name, value)
    return found


def _leaves(node: Mapping[str, Any], path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Each plain value with its plain name, those higher up first: `{"learner": {"Email": x}}` gives `learneremail`."""
    nested = []
    for key, value in node.items():
        name = re.sub(r"[^a-z0-9]", "", str(key).lower())
        if isinstance(value, Mapping):
            nested.append(("" if name in _WRAPPERS else name, value))
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            yield path + name, str(value).strip().encode("utf-8", "replace").decode()
    if depth < _MAX_DEPTH:
        for name, value in nested:
            yield from _leaves(value, path + name, depth + 1)


def _first(event: Mapping[str, str], aliases: tuple[str, ...]) -> str:
    return next((event[alias] for alias in aliases if event.get(alias)), "")


def _moment(text: str) -> datetime | None:
    """ISO 8601, or seconds or milliseconds since 1970; without a zone it is UTC. None if it is none of these."""
    try:
        if re.fullmatch(r"\d{9,13}(\.\d+)?", text):
            seconds = float(text)
            return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
