"""The fields of a delivery, however they are wrapped, nested and spelled. Graphy publishes no payload."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from shared.errors import BadRequest

#: Objects that only wrap the event.
_WRAPPERS = frozenset(
    {
        "data",
        "payload",
        "event",
        "body",
        "object",
        "completion",
        "coursecompletion",
        "enrollment",
        "enrolment",
        "details",
    }
)
_MAX_DEPTH = 5
_MAX_FORM_FIELDS = 200


def read_fields(body: bytes, *, may_be_form: bool = False) -> dict[str, str]:
    """Each plain value by its plain name, `{"learner": {"Email": x}}` as `learneremail`; those higher up come first.

    Raises `BadRequest` if `body` is neither a JSON object, alone or in a list, nor, where it may be, a form.
    """
    found: dict[str, str] = {}
    for name, value in _leaves(_event(body, may_be_form)):
        found.setdefault(name, value)
    return found


def _event(body: bytes, may_be_form: bool) -> Mapping[str, Any]:
    try:
        text = body.decode()
        event = _parsed(text)
        if event is None and may_be_form:
            # Keys in brackets, `learner[email]`, become plain names like nested ones.
            event = dict(parse_qsl(text, max_num_fields=_MAX_FORM_FIELDS)) or None
    except ValueError:
        event = None
    if event is None:
        raise BadRequest("The event is no JSON object and no form.")
    return event


def _parsed(text: str) -> Mapping[str, Any] | None:
    """The object that is in this JSON. Several in a list are not told apart: they count as one without fields."""
    try:
        # Numbers stay as they were written: 87.50 is a score with two decimals.
        value = json.loads(text, parse_float=str)
    except (ValueError, RecursionError):
        return None
    several = isinstance(value, list) and len(value) > 1 and all(isinstance(each, dict) for each in value)
    return {} if several else _only_object(value)


def _only_object(value: Any) -> Mapping[str, Any] | None:
    """An object, also as the only one in a list."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, dict) else None


def _leaves(node: Mapping[str, Any], path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    nested: list[tuple[str, Mapping[str, Any]]] = []
    for key, value in node.items():
        name = re.sub(r"[^a-z0-9]", "", str(key).lower())
        inner = _parsed(value) if name in _WRAPPERS and isinstance(value, str) else _only_object(value)
        if inner is not None:
            nested.append(("" if name in _WRAPPERS else name, inner))
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            yield path + name, str(value).strip().encode("utf-8", "replace").decode()
    if depth < _MAX_DEPTH:
        for name, value in nested:
            yield from _leaves(value, path + name, depth + 1)
