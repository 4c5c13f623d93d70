"""Learners get another name, address or organisation, and what they have done stays theirs."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.records import LearnerAlias
from tests.functions.backend import Answer, Backend, Course


def update(backend: Backend, course: Course, learner: str, **changes: Any) -> Answer:
    asked = {"learner_email": learner, "organization_website": course.website, **changes}
    return backend.ask_admin("UPDATE_LEARNER", **asked)


def address(course: Course) -> str:
    return f"{secrets.token_hex(4)}@{course.website}"


def rows_of(backend: Backend, table: str, column: str, value: str) -> list[dict[str, Any]]:
    return backend.rows(table, {"method": "equal", "attribute": column, "values": [value]})


def edits(backend: Backend, learner_id: str) -> list[dict[str, Any]]:
    logs = backend.ask_admin("LIST_ACTIVITY_LOGS", activity_type="learner.edited", limit=100).data["logs"]
    return [log for log in logs if log["learner_id"] == learner_id]


def test_name_and_address_change_once_and_everywhere(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    new = address(course)
    asked = {"name": " Ana  Maria Lima ", "email": new.upper()}
    first = update(backend, course, email, **asked).data
    assert first["updated_count"] == 1
    shown = first["learner"]
    assert (shown["name"], shown["email"], shown["organization_website"]) == ("Ana Maria Lima", new, course.website)
    assert update(backend, course, email, **asked).data == {**first, "updated_count": 0}
    assert update(backend, course, new, name="Ana Maria Lima", email="", new_website="").data["updated_count"] == 0
    [enrollment] = rows_of(backend, "enrollments", "learner_id", shown["learner_id"])
    assert (enrollment["learner_name"], enrollment["learner_email"]) == ("Ana Maria Lima", new)
    [edit] = edits(backend, shown["learner_id"])
    assert edit["changes"] == {"name": ["Ana Lima", "Ana Maria Lima"], "email": [email, new]}
    assert (edit["organization_website"], edit["actor"]["role"]) == (course.website, "admin")


def test_a_completion_under_any_former_address_counts(backend: Backend, course: Course) -> None:
    [first] = course.enroll("Ana Lima")
    second, third = address(course), address(course)
    assert update(backend, course, first, email=second).status == 200
    assert update(backend, course, second, email=third).status == 200
    course.complete(first)
    backend.work()
    assert course.states()[third]["certificate_status"] == "sent"


def test_going_back_to_a_former_address_leaves_only_the_other_as_former(backend: Backend, course: Course) -> None:
    [first] = course.enroll("Ana Lima")
    second = address(course)
    update(backend, course, first, email=second)
    learner_id = update(backend, course, second, email=first).data["learner"]["learner_id"]
    assert [row["email"] for row in rows_of(backend, "learner_aliases", "learner_id", learner_id)] == [second]


def test_a_change_that_broke_off_is_finished_by_its_repeat(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    new = address(course)
    [row] = rows_of(backend, "learners", "email", email)
    # Died after the old address was remembered.
    backend.server.post(
        "/tablesdb/certificates/tables/learner_aliases/rows",
        rowId=LearnerAlias.id_for(email),
        data={"email": email, "learner_id": row["$id"]},
    )
    assert course.states().keys() == {email}
    # Died after the learner's own row was changed.
    backend.set_row("learners", row["$id"], email=new)
    assert update(backend, course, email, email=new).data["updated_count"] == 0
    [enrollment] = rows_of(backend, "enrollments", "learner_id", row["$id"])
    assert enrollment["learner_email"] == new


@pytest.mark.parametrize("holder", ["current", "former"])
def test_an_address_that_another_has_or_had_is_a_conflict(backend: Backend, course: Course, holder: str) -> None:
    email, taken = course.enroll("Ana Lima", "Ben Oke")
    if holder == "former":
        assert update(backend, course, taken, email=address(course)).status == 200
    answer = update(backend, course, email, email=taken, name="Changed")
    assert (answer.status, answer.error["code"]) == (409, "ALREADY_EXISTS")
    assert answer.error["details"] == {"email": taken}
    [entry] = backend.ask_admin("LIST_ALL_LEARNERS", search=email).data["learners"]
    assert entry["learner_info"]["name"] == "Ana Lima"


def test_two_who_want_the_same_address_at_once_are_one_winner_and_one_conflict(
    backend: Backend, course: Course
) -> None:
    there = course.enroll("Ana Lima", "Ben Oke")
    new = address(course)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda email: update(backend, course, email, email=new).status, there))
    assert sorted(answers) == [200, 409]
    assert len(rows_of(backend, "learners", "email", new)) == 1


def test_a_learner_moves_with_their_enrolments_and_leaves_issued_certificates_behind(
    backend: Backend, new_course: Callable[..., Course]
) -> None:
    old, new = new_course(), new_course()
    [email] = old.enroll("Ana Lima")
    old.complete(email)
    backend.work()
    asked = {"new_website": new.website, "name": "Ana Oke"}
    assert update(backend, old, email, **asked).data["learner"]["organization_website"] == new.website
    assert update(backend, old, email, **asked).data["updated_count"] == 0
    [certificate] = rows_of(backend, "certificates", "learner_email", email)
    [organization] = rows_of(backend, "organizations", "website", old.website)
    assert (certificate["organization_id"], certificate["learner_name"]) == (organization["$id"], "Ana Lima")
    [seen] = backend.ask_sop(new.sop, "LIST_ORG_LEARNERS").data["learners"]
    assert seen["learner_info"]["name"] == "Ana Oke"
    assert backend.ask_sop(old.sop, "LIST_ORG_LEARNERS").data["learners"] == []
    [log] = backend.ask_sop(new.sop, "LIST_ACTIVITY_LOGS", activity_type="learner.edited").data["logs"]
    assert log["changes"] == {"name": ["Ana Lima", "Ana Oke"]}
    left = backend.ask_sop(old.sop, "LIST_ACTIVITY_LOGS", activity_type="certificate").data["logs"]
    assert {each["learner_name"] for each in left} == {None}


def test_a_learner_moves_to_no_organization_that_is_unknown_or_archived(
    backend: Backend, new_course: Callable[..., Course]
) -> None:
    course, other = new_course(), new_course()
    [email] = course.enroll("Ana Lima")
    answer = update(backend, course, email, new_website="nowhere.example")
    assert (answer.status, answer.error["details"]) == (404, {"new_website": "nowhere.example"})
    [row] = rows_of(backend, "organizations", "website", other.website)
    backend.set_row("organizations", row["$id"], archived_at="2026-11-20T10:00:00.000+00:00")
    answer = update(backend, course, email, new_website=other.website)
    assert (answer.status, answer.error["code"]) == (409, "ARCHIVED")


def test_a_learner_of_another_organization_is_as_one_who_does_not_exist(
    backend: Backend, new_course: Callable[..., Course]
) -> None:
    course, other = new_course(), new_course()
    [theirs] = other.enroll("Ben Oke")
    for email in (theirs, "nobody@nowhere.example"):
        answer = update(backend, course, email, name="Changed")
        assert (answer.status, answer.error["code"]) == (404, "NOT_FOUND")
        assert answer.error["message"] == "There is no such learner in this organization."
    assert update(backend, Course(backend, "", "nowhere.example", ""), theirs, name="Changed").status == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"new_website": "nowhere"}, "new_website"),
        ({"name": "a\u0000b"}, "name"),
        ({"name": "x" * 256}, "name"),
        ({"name": 7}, "name"),
    ],
)
def test_changes_that_can_not_be_are_refused_by_field(
    backend: Backend, course: Course, changes: dict[str, Any], field: str
) -> None:
    [email] = course.enroll("Ana Lima")
    answer = update(backend, course, email, **changes)
    assert (answer.status, set(answer.error["details"]["fields"])) == (422, {field})


def test_a_queued_enrolment_goes_out_under_the_new_address(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    new = address(course)
    update(backend, course, email, email=new)
    backend.work()
    assert course.states()[new]["enrollment_status"] == "enrolled"
    course.complete(new)
    backend.work()
    assert course.states()[new]["certificate_status"] == "sent"


def test_a_completion_that_waited_for_the_new_address_is_matched_at_once(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    new = address(course)
    course.complete(new)
    backend.work()
    assert course.states()[email]["certificate_status"] == "none"
    update(backend, course, email, email=new)
    backend.work()
    assert course.states()[new]["certificate_status"] == "sent"
