"""Lists of learners: what is shown, how it is narrowed, and what a page costs."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.functions.admin_router.calls import counted
from tests.functions.backend import Backend, Course

Listed = list[dict[str, Any]]


def emails(learners: Listed) -> list[str]:
    return [each["learner_info"]["email"] for each in learners]


def share(backend: Backend, course: Course, other: Course, email: str, name: str) -> None:
    """Put a learner of `course` into `other`, too."""
    row = f"name,email,organization_website\n{name},{email},{course.website}\n"
    answer = backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=other.course_id, csv_data=row)
    assert answer.data["summary"]["added"] == 1


def listed(backend: Backend, **asked: Any) -> Listed:
    learners: Listed = backend.ask_admin("LIST_ALL_LEARNERS", **asked).data["learners"]
    return learners


@pytest.fixture
def issued(backend: Backend, course: Course) -> str:
    """The address of a learner with a certificate."""
    [email] = course.enroll("Anaïs Müller")
    backend.work()
    course.complete(email)
    backend.work()
    return email


def test_an_entry_tells_all_of_learner_organization_and_course(backend: Backend, course: Course, issued: str) -> None:
    [entry] = listed(backend, organization_website=course.website)
    assert entry["learner_info"].keys() == {"learner_id", "name", "email", "active"}
    assert (entry["learner_info"]["name"], entry["learner_info"]["email"]) == ("Anaïs Müller", issued)
    assert entry["learner_info"]["active"] is True
    assert entry["organization_info"]["website"] == course.website
    assert entry["organization_info"]["name"].startswith("Org ")
    [shown] = entry["courses"]
    assert (shown["course_id"], shown["enrollment_status"], shown["completed"]) == (course.course_id, "enrolled", True)
    assert shown["course_name"].startswith("Course ")
    assert (shown["certificate_status"], shown["template_version"]) == ("sent", 1)
    assert shown["completed_at"] == "2026-11-20T10:00:00Z"
    assert shown["certificate_number"]
    assert shown["issued_at"]


def test_a_learner_of_two_courses_is_one_entry_and_one_for_each_enrolment_that_is_asked_for(
    backend: Backend, new_course: Callable[..., Course]
) -> None:
    course, other = new_course(), new_course()
    [email] = course.enroll("Ana Lima")
    share(backend, course, other, email, "Ana Lima")
    of_website = {"organization_website": course.website}
    answer = backend.ask_admin("LIST_ALL_LEARNERS", **of_website).data
    assert [[each["course_id"] for each in entry["courses"]] for entry in answer["learners"]] == [
        [course.course_id, other.course_id]
    ]
    assert answer["summary"] == {"total_learners": 1, "entries": "learner"}
    answer = backend.ask_admin("LIST_ALL_LEARNERS", status="queued", **of_website).data
    assert emails(answer["learners"]) == [email, email]
    assert answer["summary"] == {"total_learners": 2, "entries": "enrollment"}
    [entry] = listed(backend, course_id=other.course_id.upper(), **of_website)
    assert [each["course_id"] for each in entry["courses"]] == [other.course_id]


@pytest.mark.parametrize("narrowed", [{}, {"status": "queued"}], ids=["learners", "enrolments"])
def test_names_and_addresses_are_searched_whatever_their_case(
    backend: Backend, course: Course, narrowed: dict[str, str]
) -> None:
    ana, ben = course.enroll("Ana 100% Lima_", "Ben Oke")
    found = {"organization_website": course.website, **narrowed}
    assert emails(listed(backend, search="aNA", **found)) == [ana]
    assert emails(listed(backend, search="100%", **found)) == [ana]
    assert emails(listed(backend, search="_", **found)) == [ana]
    assert emails(listed(backend, search=ben[:9].upper(), **found)) == [ben]
    assert emails(listed(backend, search="nobody at all", **found)) == []
    assert emails(listed(backend, search="", **found)) == [ana, ben]


def test_learners_are_listed_by_state(backend: Backend, course: Course, issued: str) -> None:
    [doing] = course.enroll("Ben Oke")
    backend.work()
    [waiting] = course.enroll("Cara Diaz")
    of_course = {"course_id": course.course_id}
    expected = {
        "queued": [waiting],
        "enrolling": [],
        "enrolled": [issued, doing],
        "failed": [],
        "in_progress": [doing],
        "completed": [issued],
    }
    assert {status: emails(listed(backend, status=status, **of_course)) for status in expected} == expected
    assert emails(listed(backend, certificate_status="sent", **of_course)) == [issued]
    assert emails(listed(backend, certificate_status="failed", **of_course)) == []


def test_a_course_shows_how_far_all_its_learners_are(backend: Backend, course: Course, issued: str) -> None:
    course.enroll("Ben Oke", "Cara Diaz")
    answer = backend.ask_admin("VIEW_LEARNERS", course_id=course.course_id, search=issued).data
    assert emails(answer["learners"]) == [issued]
    states = {"queued": 2, "enrolling": 0, "enrolled": 1, "failed": 0}
    assert answer["progress"] == {**states, "completed": 1, "not_passed": 0}


@pytest.mark.parametrize(
    ("asked", "status", "word"),
    [
        ({"organization_website": "nowhere.example"}, 404, "organization_website"),
        ({"course_id": "no-such-course"}, 404, "course_id"),
        ({"organization_website": "nowhere"}, 422, "organization_website"),
        ({"status": "delivered"}, 422, "status"),
        ({"status": "queued", "certificate_status": "failed"}, 422, "certificate_status"),
        ({"search": "x" * 101}, 422, "search"),
        ({"limit": 0}, 422, "limit"),
        ({"cursor": "no-such-row"}, 422, "cursor"),
    ],
)
def test_what_can_not_be_listed_is_refused_by_name(
    backend: Backend, asked: dict[str, Any], status: int, word: str
) -> None:
    answer = backend.ask_admin("LIST_LEARNERS", **asked)
    assert answer.status == status
    assert word in str(answer.error)


def test_empty_filters_filter_nothing(backend: Backend, course: Course) -> None:
    course.enroll("Ana Lima")
    asked = dict.fromkeys(("course_id", "organization_website", "search", "status", "certificate_status"), "")
    assert listed(backend, **asked)


@pytest.mark.parametrize("narrowed", [{}, {"status": "queued"}], ids=["learners", "enrolments"])
def test_pages_that_follow_a_cursor_neither_repeat_nor_miss_anyone_while_learners_come_and_go(
    backend: Backend, course: Course, narrowed: dict[str, str]
) -> None:
    there = course.enroll(*(f"Learner {number}" for number in range(6)))
    asked = {"organization_website": course.website, "limit": 2, **narrowed}
    page = backend.ask_admin("LIST_ALL_LEARNERS", **asked)
    seen = emails(page.data["learners"])
    gone = backend.ask_admin("DELETE_LEARNER", learner_email=there[0], organization_website=course.website)
    assert gone.status == 200
    [late] = course.enroll("Late Comer")
    while page.body["pagination"]["has_more"]:
        cursor = page.body["pagination"]["next_cursor"]
        page = backend.ask_admin("LIST_ALL_LEARNERS", cursor=cursor, **asked)
        assert page.data["pagination"] == page.body["pagination"]
        seen += emails(page.data["learners"])
    assert seen == [*there, late]


def test_a_page_of_ten_learners_takes_eight_calls_at_most_however_many_learners_there_are(
    backend: Backend, new_course: Callable[..., Course]
) -> None:
    course, other = new_course(), new_course()
    there = course.enroll(*(f"{secrets.token_hex(3)} Lima" for _ in range(30)))
    for email in there[:3]:
        share(backend, course, other, email, "Lima")
    for asked in (
        {},
        {"organization_website": course.website},
        {"organization_website": course.website, "search": "Lima"},
        {"course_id": course.course_id},
        {"status": "queued"},
    ):
        with counted() as calls:
            assert len(listed(backend, limit=10, **asked)) == 10
        assert calls.count() <= 8, calls.made
    with counted() as calls:
        assert len(backend.ask_sop(course.sop, "LIST_ORG_LEARNERS", limit=10).data["learners"]) == 10
    assert calls.count() <= 8, calls.made


def test_a_hundred_learners_are_one_page_and_more_are_not(backend: Backend, course: Course) -> None:
    course.enroll("Ana Lima")
    answer = backend.ask_admin("LIST_ALL_LEARNERS", limit=5000)
    assert answer.body["pagination"]["limit"] == 100
