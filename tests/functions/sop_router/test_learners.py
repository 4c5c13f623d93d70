"""What an SOP sees of their learners."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
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


def test_learners_are_narrowed_by_their_certificates_days_of_issue(
    backend: Backend, new_course: Callable[..., Course]
) -> None:
    mine = new_course()
    ana, ben, _ = mine.enroll("Ana Lima", "Ben Oke", "Cy Young")
    backend.work()
    mine.complete(ana, "a")
    mine.complete(ben, "b")
    backend.work()
    today = datetime.now(UTC).date()
    last_year = datetime(today.year - 1, 3, 31, 23, 59, tzinfo=UTC)
    asked = {"method": "equal", "attribute": "learner_email", "values": [ben]}
    [row] = backend.rows("certificates", asked)
    backend.set_row("certificates", row["$id"], issued_at=last_year.isoformat())
    then, yesterday = last_year.date().isoformat(), (today - timedelta(days=1)).isoformat()
    assert emails(ask(backend, mine, issued_from=yesterday)) == [ana]
    assert emails(ask(backend, mine, issued_from=then, issued_to=then, certificate_status="sent")) == [ben]
    assert emails(ask(backend, mine, issued_to=then, course_id=mine.course_id, search="ana")) == []
    assert emails(ask(backend, mine, issued_from=then)) == [ana, ben]
    assert emails(ask(backend, mine, issued_from="", issued_to="")) == emails(ask(backend, mine))
    refused = backend.ask_sop(mine.sop, "LIST_ORG_LEARNERS", issued_from=then, status="completed")
    assert (refused.status, refused.error["code"]) == (422, "INVALID_PAYLOAD")
