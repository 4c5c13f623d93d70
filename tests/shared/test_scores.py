"""Scores, credits and grades are read from completions under many names, and kept as they were written."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.graphy_webhook.completion import read
from shared.records import Completion
from shared.scores import scores_in

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
EVENT = {"course_id": "fire-safety", "email": "ana@acme.example", "event_id": "evt-1"}


def completion(raw: str = "", **more: Any) -> Completion:
    """Of the event with `more` fields, or with `raw` ones in JSON's own words."""
    body = json.dumps({**EVENT, **more})
    return read((f"{body[:-1]}, {raw}}}" if raw else body).encode(), NOW)


@pytest.mark.parametrize(
    ("told", "score", "max_score"),
    [
        ({"score": 8, "max_score": 10}, "8", "10"),
        ({"score": "87.50", "maxScore": "100"}, "87.50", "100"),
        ({"totalScore": 87, "Max Score": 120}, "87", "120"),
        ({"score": 8, "totalScore": 10}, "8", "10"),
        ({"marks": 40, "max_marks": 50}, "40", "50"),
        ({"Marks Obtained": 40, "Total Marks": 50}, "40", "50"),
        ({"finalScore": "8,5", "outOf": 10}, "8,5", "10"),
        ({"data": {"score": 8, "max_score": 10}}, "8", "10"),
        ({"result": {"score": 8, "maxScore": 10}}, "8", "10"),
        ({"result": {"score": {"raw": 8, "max": 10}}}, "8", "10"),
        ({"score": {"value": 8, "max": 10}}, "8", "10"),
        ({"score": {"obtained": 8, "total": 10}}, "8", "10"),
        ({"marks": {"obtained": 8, "outOf": 10}}, "8", "10"),
        ({"quiz": [{"score": 8, "maxMarks": 10}]}, "8", "10"),
        ({"learner": {"score": 40}, "course": {"max_score": 50}}, "40", "50"),
        ({"percentage": "87%"}, "87%", None),
        ({"score": 0}, "0", None),
        ({"score": {"percentage": 80}, "outOf": 50}, "80", None),
        ({"Marks Obtained": 40, "totalScore": 50}, "40", "50"),
        ({"score": None, "marks": "", "finalScore": 7}, "7", None),
        ({"score": True, "max_score": False}, None, None),
        ({}, None, None),
    ],
)
def test_score_and_maximum_are_found(told: dict[str, Any], score: str | None, max_score: str | None) -> None:
    found = completion(**told)
    assert (found.score, found.max_score) == (score, max_score)


@pytest.mark.parametrize(
    ("told", "score", "max_score"),
    [
        # 174 % would pass any threshold.
        ({"score": 87, "quiz": {"score": 3, "maxScore": 50}}, "87", None),
        # 160 % too.
        ({"percentage": 80, "totalMarks": 50}, "80", None),
        ({"totalScore": 87}, "87", None),
        # The price of the course, and how much of it was watched.
        ({"score": 87, "total": 499}, "87", None),
        ({"percent": 100, "progress": 100}, None, None),
    ],
)
def test_what_does_not_belong_together_makes_no_percentage(
    told: dict[str, Any], score: str | None, max_score: str | None
) -> None:
    found = completion(**told)
    assert (found.score, found.max_score) == (score, max_score)


@pytest.mark.parametrize(
    ("told", "earned", "grade"),
    [
        ({"credits": 3, "grade": "A+"}, "3", "A+"),
        ({"credit_hours": "2.5 h", "Final Grade": "sehr gut"}, "2.5 h", "sehr gut"),
        ({"course": {"credits": 12}, "result": {"grade": "B"}}, "12", "B"),
        ({"cpdPoints": 4, "grade": {"letter": "A"}}, "4", "A"),
        # What a learner has in the wallet, and a school class.
        ({"learner": {"credits": 900, "grade": "7"}, "course": {"grade": "beginner"}}, None, None),
    ],
)
def test_credits_and_grade_are_found(told: dict[str, Any], earned: str | None, grade: str | None) -> None:
    found = completion(**told)
    assert (found.credits, found.grade) == (earned, grade)


@pytest.mark.parametrize("written", ["87.50", "0.1", "100", "12345678901234567890.5", '"87,5 %"', '"०८"'])
def test_a_number_stays_as_it_was_written(written: str) -> None:
    assert completion(f'"score": {written}').score == written.strip('"')


def test_control_characters_go_and_what_is_long_is_cut() -> None:
    found = completion(score=f"8\x007\r\n{'9' * 40}", grade="A\u202e\x1b[31m\u2028" + "श्रेष्ठ" * 20, credits="\x07")
    assert (found.score, found.credits) == ("8 7 " + "9" * 28, None)
    assert found.grade is not None
    assert found.grade.startswith("A [31m श्रेष्ठ")
    assert len(found.grade) == 64


def test_a_form_may_bring_a_score() -> None:
    body = b"course_id=a&email=b%40c.example&event_id=1&result%5Bscore%5D=8&result%5Bmax_score%5D=10"
    found = read(body, NOW, may_be_form=True)
    assert (found.score, found.max_score) == ("8", "10")


def test_the_same_event_with_another_score_is_another_attempt() -> None:
    first = completion(score=40, max_score=100)
    assert completion(max_score=100, score=40).id == first.id
    assert completion(maxScore="100", Score="40").id == first.id
    others = [
        completion(score=80, max_score=100),
        completion(score=40, max_score=50),
        completion(score=40),
        completion(),
    ]
    assert len({first.id, *(each.id for each in others)}) == 5


def test_without_an_event_id_another_time_or_score_is_another_attempt() -> None:
    bare: dict[str, Any] = {"event_id": None, "completed_at": "2026-11-20T10:00:00Z", "score": 40}
    assert completion(**bare).id == completion(**bare).id
    assert completion(**bare).id != completion(**{**bare, "completed_at": "2026-11-21T10:00:00Z"}).id
    assert completion(**bare).id != completion(**{**bare, "score": 80}).id


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.dictionaries(st.sampled_from(["score", "max", "value", "grade"]), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(["score", "max_score", "marks", "percentage", "credits", "grade", "result", "quiz"])


@given(st.dictionaries(names, values))
def test_whatever_comes_fits_the_columns(told: dict[str, Any]) -> None:
    found = completion(**told)
    for value, longest in ((found.score, 32), (found.max_score, 32), (found.credits, 32), (found.grade, 64)):
        assert value is None or 0 < len(value) <= longest
    json.dumps(found.to_row(), ensure_ascii=False).encode()


@given(st.dictionaries(st.text(), st.text()))
def test_fields_of_other_names_tell_no_score(fields: dict[str, str]) -> None:
    assert scores_in({f"x{name}": text for name, text in fields.items()}) == scores_in({})
