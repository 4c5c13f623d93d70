"""The passing score of a course: what an admin may set, and what is told of it."""

import json
import secrets
from typing import Any

import pytest

from tests.functions.admin_router.calls import counted
from tests.functions.backend import TEMPLATE, Answer, Backend, Course


def create(backend: Backend, **asked: Any) -> Answer:
    wanted = {"name": f"Course {secrets.token_hex(4)}", "certificate_template_html": TEMPLATE}
    return backend.ask_admin("CREATE_COURSE", **{**wanted, **asked})


def edit(course: Course, **asked: Any) -> Answer:
    return course.backend.ask_admin("EDIT_COURSE", course_id=course.course_id, **asked)


@pytest.mark.parametrize("passing_score", [0, 100, 70.5, 200 / 3, 0.1])
def test_a_course_is_opened_with_a_passing_score(backend: Backend, passing_score: float) -> None:
    asked = {"name": f"Course {secrets.token_hex(4)}", "passing_score": passing_score}
    first = create(backend, **asked).data
    assert first["course"]["passing_score"] == passing_score
    assert create(backend, **asked).data == first
    shown = backend.ask_admin("GET_COURSE", course_id=first["course"]["course_id"]).data["course"]
    assert shown["passing_score"] == passing_score


@pytest.mark.parametrize("nothing", [{}, {"passing_score": None}, {"passing_score": ""}])
def test_a_course_needs_no_passing_score(backend: Backend, nothing: dict[str, Any]) -> None:
    assert create(backend, **nothing).data["course"]["passing_score"] is None


@pytest.mark.parametrize(
    "passing_score", [-1, 100.1, 1e300, "many", [70], {"percent": 70}, "nan", "inf", "1e999", True]
)
def test_what_is_no_percentage_is_refused(backend: Backend, course: Course, passing_score: Any) -> None:
    for answer in (edit(course, passing_score=passing_score), create(backend, passing_score=passing_score)):
        assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
        assert answer.error["message"].startswith("passing_score: ")


def test_it_stays_if_it_is_left_out_and_goes_if_it_is_null(course: Course) -> None:
    assert edit(course, passing_score=70).data["course"]["passing_score"] == 70
    assert edit(course, name="Renamed").data["course"]["passing_score"] == 70
    assert edit(course, passing_score=None).data["course"]["passing_score"] is None


def test_a_change_is_recorded_and_a_repeat_is_not(backend: Backend, course: Course) -> None:
    for _ in range(2):
        edit(course, passing_score=70)
    edit(course, passing_score=None)
    rows = backend.rows("activity_logs", {"method": "equal", "attribute": "course_id", "values": [course.course_id]})
    changes = [json.loads(row["changes"]) for row in rows if row["activity"] == "course.edited"]
    assert changes == [{"passing_score": [None, 70.0]}, {"passing_score": [70.0, None]}]


def test_nobody_is_disturbed_where_nobody_waits(backend: Backend, course: Course) -> None:
    with counted() as calls:
        edit(course, passing_score=70)
    assert calls.count("POST", "/executions") == 0
