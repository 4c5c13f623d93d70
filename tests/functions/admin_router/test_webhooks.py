"""What Graphy delivered is listed, and tried again when an admin says so."""

import secrets
from typing import Any

import pytest

from tests.functions.backend import Answer, Backend, Course

PAST = "2026-01-01T00:00:00.000+00:00"


def retry(backend: Backend, **payload: Any) -> Answer:
    return backend.ask_admin("RETRY_WEBHOOK", **payload)


def listed(backend: Backend, **payload: Any) -> list[dict[str, Any]]:
    webhooks: list[dict[str, Any]] = backend.ask_admin("LIST_WEBHOOKS", limit=100, **payload).data["webhooks"]
    return webhooks


def completion(backend: Backend, completion_id: str) -> dict[str, Any]:
    [row] = [row for row in backend.rows("completions") if row["$id"] == completion_id]
    return row


def unmatched(backend: Backend, course: Course, event_id: str = "evt") -> tuple[str, str]:
    """A completion of nobody's yet: its id and the address that it names."""
    email = f"{secrets.token_hex(4)}@{course.website}"
    completion_id = str(course.complete(email, event_id).data["completion_id"])
    backend.work()
    assert completion(backend, completion_id)["status"] == "unmatched"
    return completion_id, email


def unreadable(backend: Backend, **event: str) -> str:
    answer = backend.deliver({"note": secrets.token_hex(8), **event}).data
    assert answer["status"] == "unreadable"
    return str(answer["completion_id"])


def enroll_as(backend: Backend, course: Course, email: str) -> None:
    csv = f"name,email,organization_website\nAna Lima,{email},{course.website}\n"
    assert backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, csv_data=csv).status == 200


def retries_in_the_log(backend: Backend, completion_id: str) -> list[dict[str, Any]]:
    rows = backend.rows("activity_logs", {"method": "equal", "attribute": "subject_id", "values": [completion_id]})
    return [row for row in rows if row["activity"] == "webhook.retried"]


def test_unmatched_ones_are_listed_in_two_ways_and_found_by_address_and_course(
    backend: Backend, course: Course
) -> None:
    completion_id, email = unmatched(backend, course)
    [known] = course.enroll("Ben Oke")
    course.complete(known)
    backend.work()

    def ids(**asked: Any) -> set[str]:
        return {each["id"] for each in listed(backend, search=course.website, **asked)}

    assert ids(unmatched=True) == ids(status="unmatched") == {completion_id}
    assert len(ids()) == 2
    assert [each["id"] for each in listed(backend, search=email.upper())] == [completion_id]
    assert {each["email"] for each in listed(backend, search=course.course_id)} == {email, known}


@pytest.mark.parametrize(
    "payload",
    [{"unmatched": True, "status": "matched"}, {"search": "x" * 101}, {"status": "lost"}, {"limit": 0}],
)
def test_a_list_that_makes_no_sense_is_refused(backend: Backend, payload: dict[str, Any]) -> None:
    answer = backend.ask_admin("LIST_WEBHOOKS", **payload)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert next(iter(payload)) in answer.error["message"]


def test_an_unmatched_completion_is_tried_at_once_and_gets_its_certificate(backend: Backend, course: Course) -> None:
    completion_id, email = unmatched(backend, course)
    enroll_as(backend, course, email)
    backend.set_row("completions", completion_id, due_at="2126-01-01T00:00:00.000+00:00", status="unmatched")
    answer = retry(backend, completion_id=completion_id).data
    assert (answer["retried"], answer["unchanged"]) == (1, 0)
    assert [(each["id"], each["status"], each["reason"]) for each in answer["webhooks"]] == [
        (completion_id, "received", None)
    ]
    row = completion(backend, completion_id)
    assert (row["attempts"], row["reason"]) == (0, None)
    backend.work()
    assert course.states()[email]["certificate_status"] == "sent"
    [activity] = retries_in_the_log(backend, completion_id)
    assert (activity["actor_role"], activity["course_id"]) == ("admin", course.course_id)


def test_trying_twice_is_trying_once(backend: Backend, course: Course) -> None:
    completion_id, _ = unmatched(backend, course)
    assert retry(backend, completion_id=completion_id).data["retried"] == 1
    again = retry(backend, completion_id=completion_id).data
    assert (again["retried"], again["unchanged"]) == (0, 1)
    assert len(retries_in_the_log(backend, completion_id)) == 1


def test_a_matched_one_stays_as_it_is(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    completion_id = course.complete(email).data["completion_id"]
    backend.work()
    before = completion(backend, completion_id)
    answer = retry(backend, completion_id=completion_id).data
    assert (answer["retried"], answer["unchanged"]) == (0, 1)
    assert answer["message"] == "0 tried again, 1 unchanged."
    assert completion(backend, completion_id) == before
    assert retries_in_the_log(backend, completion_id) == []


def test_many_are_tried_together_and_those_of_one_event_too(backend: Backend, course: Course) -> None:
    event = f"evt-{course.website}"
    first, second = unmatched(backend, course, event)[0], unmatched(backend, course, event)[0]
    matched = course.complete(course.enroll("Ana Lima")[0]).data["completion_id"]
    backend.work()
    several = retry(backend, completion_ids=[first, second, matched, first]).data
    assert (several["retried"], several["unchanged"]) == (2, 1)
    assert [each["id"] for each in several["webhooks"]] == [first, second, matched]
    backend.work()
    of_event = retry(backend, webhook_event_id=event).data
    assert of_event["retried"] == 2
    assert {each["id"] for each in of_event["webhooks"]} == {first, second}


def test_an_unreadable_one_is_tried_with_what_it_lacks(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    completion_id = unreadable(backend)
    lacking = retry(backend, completion_id=completion_id)
    assert (lacking.status, set(lacking.error["details"]["fields"])) == (422, {"course_id", "email"})
    half = retry(backend, completion_id=completion_id, course_id=course.course_id)
    assert (half.status, set(half.error["details"]["fields"])) == (422, {"email"})
    assert completion(backend, completion_id)["status"] == "unreadable"
    answer = retry(backend, completion_id=completion_id, course_id=course.course_id, email=email.upper())
    assert answer.data["retried"] == 1
    backend.work()
    assert course.states()[email]["certificate_status"] == "sent"
    [activity] = retries_in_the_log(backend, completion_id)
    assert email not in activity["changes"]
    assert course.course_id in activity["changes"]


def test_what_an_unreadable_one_names_need_not_be_said(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    completion_id = unreadable(backend, email=email)
    assert retry(backend, completion_id=completion_id, course_id=course.course_id).data["retried"] == 1
    backend.work()
    assert course.states()[email]["certificate_status"] == "sent"


def test_a_slip_in_what_was_supplied_can_be_mended(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    completion_id = unreadable(backend)
    retry(backend, completion_id=completion_id, course_id=course.course_id, email=f"x{email}")
    backend.work()
    assert completion(backend, completion_id)["status"] == "unmatched"
    retry(backend, completion_id=completion_id, email=email)
    backend.work()
    assert course.states()[email]["certificate_status"] == "sent"


def test_among_many_an_unreadable_one_is_left_alone(backend: Backend, course: Course) -> None:
    readable, _ = unmatched(backend, course)
    answer = retry(backend, completion_ids=[unreadable(backend), readable]).data
    assert (answer["retried"], answer["unchanged"]) == (1, 1)


def test_what_does_not_exist_is_named_and_nothing_is_tried(backend: Backend, course: Course) -> None:
    completion_id, _ = unmatched(backend, course)
    answer = retry(backend, completion_ids=[completion_id, "0" * 32])
    assert (answer.status, answer.error["details"]) == (404, {"completion_ids": ["0" * 32]})
    assert completion(backend, completion_id)["status"] == "unmatched"
    assert retry(backend, completion_id="0" * 32).status == 404
    assert retry(backend, webhook_event_id="no such event").status == 404


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"completion_id": "x"},
        {"completion_ids": []},
        {"completion_ids": ["0" * 32] * 101},
        {"completion_id": "0" * 32, "webhook_event_id": "evt"},
        {"webhook_event_id": "evt", "email": "a@b.example"},
        {"completion_id": "0" * 32, "email": "nobody"},
    ],
)
def test_a_bad_request_to_retry_is_refused(backend: Backend, payload: dict[str, Any]) -> None:
    answer = retry(backend, **payload)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
