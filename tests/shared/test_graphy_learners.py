"""What Graphy says of its learners is read whatever shape it comes in, and nobody is believed to be done too early."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.graphy import CourseProgress
from shared.graphy.learners import LearnersPage, read_page


def course(**fields: Any) -> CourseProgress:
    [learner] = read_page({"data": [{"email": "a@example.com", "courses": [{"id": "c", **fields}]}]}).learners
    [only] = learner.courses
    return only


def test_the_published_shape_is_read() -> None:
    page = read_page(
        {
            "data": [
                {
                    "id": "l1",
                    "email": " a@example.com ",
                    "created date": "2026-01-01",
                    "courses": [{"id": "c1", "Title": "First Aid", "Assigned Date": "…", "progress": 100}],
                }
            ],
            "total": 1,
            "limit": 100,
            "skip": 0,
        }
    )
    [learner] = page.learners
    assert (learner.email, learner.courses[0].product_id, page.total) == ("a@example.com", "c1", 1)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": None},
        {"data": {}},
        {"data": [None, 1, "x", [], {}]},
        {"data": [{"email": None, "courses": [{"id": "c"}]}]},
        {"data": [{"email": {"x": 1}}]},
    ],
)
def test_entries_without_an_address_are_left_out(body: dict[str, Any]) -> None:
    assert read_page(body).learners == ()


@pytest.mark.parametrize("courses", [None, "none", {}, [None, 1, [], {}, {"Title": "no id"}, {"id": True}]])
def test_courses_that_name_no_product_are_left_out(courses: Any) -> None:
    [learner] = read_page({"data": [{"Email": "a@example.com", "Courses": courses}]}).learners
    assert learner.courses == ()


def test_ids_may_be_numbers_and_fields_spelled_otherwise() -> None:
    [learner] = read_page(
        {"data": [{"Email": "a@example.com", "courses": [{"Course ID": 7, "Progress": "100 %"}]}]}
    ).learners
    assert (learner.courses[0].product_id, learner.courses[0].is_complete()) == ("7", True)


@pytest.mark.parametrize(
    ("count", "total", "skip", "last"),
    [(0, None, 0, True), (0, 500, 100, True), (50, None, 0, False), (50, 50, 0, True), (50, 150, 50, False)],
)
def test_a_page_is_the_last_if_it_is_empty_or_all_are_counted(count: int, total: Any, skip: int, last: bool) -> None:
    assert LearnersPage((), count, total).is_last(skip) is last


@pytest.mark.parametrize("total", [None, "many", -1, 1.5, True, [], "9" * 50])
def test_a_total_that_is_no_count_is_no_total(total: Any) -> None:
    assert read_page({"data": [], "total": total}).total is None
    assert read_page({"data": [], "total": "12"}).total == 12


@pytest.mark.parametrize(
    ("fields", "complete"),
    [
        ({}, False),
        ({"completed": True}, True),
        ({"completed": "true"}, True),
        ({"Completed": "Yes"}, True),
        ({"completed": False, "progress": 99.9}, False),
        ({"completed": False, "progress": 100}, True),
        ({"progress": "100"}, True),
        ({"progress": "100.0%"}, True),
        ({"progress": 1}, False),
        ({"progress": True}, False),
        ({"completed": 1}, False),
        ({"completed": 12}, False),
        ({"completed": "no"}, False),
        ({"completed": None, "progress": None}, False),
        ({"progress": "a lot"}, False),
        ({"progress": {"value": 100}}, False),
        ({"course items": [{"completed": True}]}, False),
    ],
)
def test_a_course_is_complete_by_its_flag_or_at_100_percent(fields: dict[str, Any], complete: bool) -> None:
    assert course(**fields).is_complete() is complete


@pytest.mark.parametrize(
    ("value", "complete"),
    [
        (True, True),
        ("Completed", True),
        ("yes", True),
        (100, True),
        ("100%", True),
        ("2026-11-20T10:00:00Z", True),
        (1, False),
        (99, False),
        ("in progress", False),
        ("no", False),
        ("", False),
        (None, False),
        (False, False),
        (["yes"], False),
    ],
)
def test_a_configured_field_decides_alone(value: Any, complete: bool) -> None:
    read = course(**{"Course Status": value, "completed": not complete, "progress": 0 if complete else 100})
    assert read.is_complete("course status") is complete
    assert read.is_complete("another field") is False


def test_when_it_was_completed_is_told_if_graphy_tells_it() -> None:
    assert course(**{"Completed Date": "2026-11-20 10:00:00"}).completed_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert course(progress=100).completed_at is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
names = st.sampled_from(["id", "email", "courses", "progress", "completed", "Completed Date"]) | st.text()


values = anything | st.lists(st.dictionaries(names, anything, max_size=4), max_size=3)


@given(st.lists(st.dictionaries(names, values, max_size=4), max_size=4), anything)
def test_no_answer_breaks_the_reading(data: list[dict[str, Any]], total: Any) -> None:
    page = read_page({"data": data, "total": total})
    assert page.count == len(data)
    for each in page.learners:
        assert all(isinstance(each.is_complete(field), bool) for each in each.courses for field in ("", "progress"))
