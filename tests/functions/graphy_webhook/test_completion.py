"""Graphy's events in every shape seen so far become the same completion."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.graphy_webhook.completion import read
from shared.errors import BadRequest
from shared.records import Completion, CompletionStatus

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
EVENT = {
    "course_id": "fire-safety",
    "email": "ana@acme.example",
    "event_id": "evt-1",
    "completed_at": "2026-11-20T10:00:00Z",
}


def completion(event: Any) -> Completion:
    return read(json.dumps(event).encode(), NOW)


def test_the_documented_event_is_read_field_by_field() -> None:
    found = completion(EVENT)
    assert (found.course_id, found.email, found.event_id) == ("fire-safety", "ana@acme.example", "evt-1")
    assert found.completed_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert (found.status, found.due_at) == (CompletionStatus.RECEIVED, NOW)


COURSE, LEARNER = "fire-safety", "ana@acme.example"


@pytest.mark.parametrize(
    "event",
    [
        {"courseId": COURSE, "learner_email": LEARNER, "eventId": "evt-1"},
        {"Course ID": COURSE, "Learner Email": LEARNER, "Event ID": "evt-1"},
        {"productId": COURSE, "userEmail": LEARNER, "id": "evt-1"},
        {"product_id": COURSE, "Email ID": f" {LEARNER} ", "webhook_id": "evt-1"},
        {"data": {"course_id": COURSE, "email": LEARNER}, "event_id": "evt-1"},
        {"payload": {"course": {"id": COURSE}, "learner": {"email": LEARNER}}, "event_id": "evt-1"},
        {"data": {"payload": {"product": {"id": COURSE}, "user": {"email": LEARNER}}}, "event_id": "evt-1"},
        {"event": {"id": "evt-1", "course": {"courseId": COURSE}, "learner": {"learnerEmail": LEARNER}}},
        {"product": {"productId": COURSE}, "student": {"Email Address": LEARNER}, "event_id": "evt-1"},
        {"learner": {"email": LEARNER, "courseId": COURSE}, "event_id": "evt-1"},
        {"enrollment": {"course_id": COURSE, "email": LEARNER}, "event_id": "evt-1"},
        {"data": [{"course_id": COURSE, "email": LEARNER}], "event_id": "evt-1"},
        {"payload": json.dumps({"course_id": COURSE, "email": LEARNER}), "event_id": "evt-1"},
        [{"course_id": COURSE, "email": LEARNER, "event_id": "evt-1"}],
        {"course": COURSE, "email": LEARNER, "event_id": "evt-1"},
        {"course": "Fire Safety", "course_id": COURSE, "email": LEARNER, "event_id": "evt-1"},
        {
            "course": {"title": "Fire Safety", "_id": COURSE},
            "learner": {"_id": 7, "email": LEARNER},
            "event_id": "evt-1",
        },
        {"course_id": COURSE, "email": LEARNER, "instructor": {"email": "x@y.example"}, "event_id": "evt-1"},
    ],
)
def test_other_spellings_and_nesting_mean_the_same_completion(event: dict[str, Any]) -> None:
    assert completion(event).id == completion(EVENT).id


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20T10:00:00+05:30", datetime(2026, 11, 20, 4, 30, tzinfo=UTC)),
        ("2026-11-20 10:00:00", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        (1795168800, datetime.fromtimestamp(1795168800, UTC)),
        (1795168800000, datetime.fromtimestamp(1795168800, UTC)),
        ("yesterday", NOW),
        (None, NOW),
    ],
)
def test_times_are_read_in_the_usual_forms_and_else_the_time_of_arrival_counts(text: Any, moment: datetime) -> None:
    assert completion({**EVENT, "completed_at": text}).completed_at == moment


def test_without_an_event_id_the_same_event_has_the_same_id_and_another_time_another() -> None:
    bare = {name: EVENT[name] for name in ("course_id", "email", "completed_at")}
    assert completion(bare).id == completion(dict(reversed(bare.items()))).id
    assert completion(bare).id != completion({**bare, "completed_at": "2026-11-21T10:00:00Z"}).id


def test_one_event_id_for_two_learners_is_two_completions() -> None:
    assert completion(EVENT).id != completion({**EVENT, "email": "ben@acme.example"}).id


def test_an_event_without_course_or_learner_is_kept_as_unreadable_with_the_reason() -> None:
    found = completion({"event_id": "evt-1"})
    assert (found.status, found.due_at) == (CompletionStatus.UNREADABLE, None)
    assert found.reason == "The event names no course_id and no email."
    assert found.payload == '{"event_id": "evt-1"}'


@pytest.mark.parametrize(
    "body",
    [
        "course_id=fire-safety&email=ana%40acme.example&event_id=evt-1",
        "Course+ID=fire-safety&Learner+Email=ana@acme.example&eventId=evt-1",
        "learner%5Bemail%5D=ana%40acme.example&course%5Bid%5D=fire-safety&event_id=evt-1",
        "payload=%7B%22course_id%22%3A+%22fire-safety%22%2C+%22email%22%3A+%22ana%40acme.example%22%7D&event_id=evt-1",
        json.dumps(EVENT),
    ],
)
def test_a_form_means_the_same_completion(body: str) -> None:
    found = read(body.encode(), NOW, may_be_form=True)
    assert (found.id, found.payload) == (completion(EVENT).id, body)


@pytest.mark.parametrize("body", [b"", b"not a form", b"=", b"a=b&" * 1000, b"\xff=\xff"])
def test_what_is_no_form_either_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read(body, NOW, may_be_form=True)


def test_a_form_is_only_taken_where_one_was_announced() -> None:
    with pytest.raises(BadRequest):
        read(b"course_id=fire-safety&email=ana%40acme.example", NOW)


def test_several_events_in_one_delivery_are_kept_as_unreadable() -> None:
    found = completion([EVENT, {**EVENT, "email": "ben@acme.example"}])
    assert (found.status, json.loads(found.payload)[0]) == (CompletionStatus.UNREADABLE, EVENT)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"[1]", b"[1, 2]", b"null", b"\xff\xfe", b"[" * 100_000, '{"a": 1}'.encode("utf-16")]
)
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read(body, NOW)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
names = st.sampled_from([*EVENT, "data", "payload", "course", "learner", "timestamp"]) | st.text()


@given(st.dictionaries(names, values))
def test_any_json_object_is_a_completion_that_fits_its_columns(event: dict[str, Any]) -> None:
    found = completion(event)
    assert len(found.event_id) <= 255
    assert len(found.course_id) <= 255
    assert len(found.email) <= 320
    json.dumps(found.to_row(), ensure_ascii=False).encode()
