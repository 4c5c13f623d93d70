"""What an SOP sees of their learners."""

from collections.abc import Callable
from typing import Any

from tests.functions.backend import Backend, Course


def ask(backend: Backend, mine: Course, **asked: Any) -> dict[str, Any]:
    return backend.ask_sop(mine.sop, "LIST_ORG_LEARNERS", **asked).data


def emails(answer: dict[str, Any]) -> list[str]:
    return [each["learner_info"]["email"] for each in answer["learners"]]


def test_an_sop_searches_and_narrows_their_own_learners(backend: Backend, new_course: Callable[..., Course]) -> None:
    mine, other = new_course(), new_course()
    ana, ben = mine.enroll("Ana Lima", "Ben Oke")
    other.enroll("Ana Lima")
    backend.work()
    mine.complete(ben)
    backend.work()
    assert emails(ask(backend, mine, search="ana")) == [ana]
    assert emails(ask(backend, mine, status="completed")) == [ben]
    assert emails(ask(backend, mine, certificate_status="sent", search="ben")) == [ben]
    assert emails(ask(backend, mine, course_id=mine.course_id)) == [ana, ben]
    assert emails(ask(backend, mine, course=mine.course_id, status="in_progress")) == [ana]
    answer = ask(backend, mine, organization_website=mine.website)
    assert (answer["organization_website"], answer["summary"]["total_learners"]) == (mine.website, 2)


def test_a_course_of_others_is_a_list_without_entries(backend: Backend, new_course: Callable[..., Course]) -> None:
    mine, other = new_course(), new_course()
    mine.enroll("Ana Lima")
    other.enroll("Ben Oke")
    assert emails(ask(backend, mine, course_id=other.course_id)) == []
    assert emails(ask(backend, mine, course_id="no-such-course")) == []


def test_who_came_from_another_organization_brings_their_courses_but_not_its_certificates(
    backend: Backend, new_course: Callable[..., Course]
) -> None:
    old, new = new_course(), new_course()
    [email] = old.enroll("Ana Lima")
    old.complete(email)
    backend.work()
    number = old.states()[email]["certificate_number"]
    moved = backend.ask_admin(
        "UPDATE_LEARNER", learner_email=email, organization_website=old.website, new_website=new.website
    )
    assert moved.data["updated_count"] == 1
    for asked in ({}, {"status": "completed"}):
        answer = ask(backend, new, **asked)
        [shown] = answer["learners"][0]["courses"]
        assert (shown["completed"], shown["certificate_status"]) == (True, "issued_elsewhere")
        assert number not in str(answer)
        assert emails(ask(backend, old, **asked)) == []
    assert emails(ask(backend, old, certificate_status="sent")) == []
    assert old.states()[email]["certificate_number"] == number
