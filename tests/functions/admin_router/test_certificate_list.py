"""Admins find certificates by what they say, by how far they got and by whether they hold."""

from typing import Any

import pytest

from tests.functions.backend import Backend, Course
from tests.functions.issued import PAST, issued, replace, revoke, row_of, shown


def listed(backend: Backend, course: Course, **asked: Any) -> list[str]:
    answer = backend.ask_admin("LIST_CERTIFICATES", course_id=course.course_id, **asked)
    return [each["certificate_number"] for each in answer.data["certificates"]]


def test_each_is_in_one_state_and_found_by_it(backend: Backend, course: Course) -> None:
    valid, expired, revoked, pending = issued(backend, course, "Ana Lima", "Ben Oke", "Cara Diaz", "Dan Roth")
    for number in (expired, revoked):
        backend.set_row("certificates", row_of(backend, number)["$id"], expires_at=PAST)
    revoke(backend, revoked)
    replace(backend, pending, learner_name="Daniel Roth")
    found = {state: listed(backend, course, state=state) for state in ("valid", "expired", "revoked", "pending")}
    assert found == {"valid": [valid], "expired": [expired], "revoked": [revoked], "pending": [pending]}
    states = {number: shown(backend, number)["state"] for number in (valid, expired, revoked, pending)}
    assert {state: [number] for number, state in states.items()} == found
    assert shown(backend, expired)["expired"] is True


def test_an_expired_one_is_still_downloaded_and_says_so(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lima")
    row = row_of(backend, number)
    backend.set_row("certificates", row["$id"], expires_at=PAST)
    answer = backend.ask_sop(
        course.sop, "DOWNLOAD_CERTIFICATE", learner_email=row["learner_email"], course_id=course.course_id
    )
    assert (answer.data["expired"], answer.data["version"]) == (True, 1)
    assert answer.data["verify_url"].startswith(f"http://verify.example/verify/{number}?c=")


def test_they_are_found_by_name_address_and_number_as_people_type_them(backend: Backend, course: Course) -> None:
    ana, ben = issued(backend, course, "Ana Lima", "Ben Oke")
    address = row_of(backend, ben)["learner_email"]
    assert listed(backend, course, search="ana l") == [ana]
    assert listed(backend, course, search=address.upper()) == [ben]
    assert listed(backend, course, search=ana.lower().replace("-", "")) == [ana]
    assert listed(backend, course, search=ben[5:14]) == [ben]
    assert listed(backend, course, search="nobody") == []


def test_they_are_found_by_status_and_organization_and_paged(backend: Backend, course: Course) -> None:
    numbers = issued(backend, course, "Ana Lima", "Ben Oke", "Cara Diaz")
    assert sorted(listed(backend, course, status="sent", organization_website=course.website)) == sorted(numbers)
    assert listed(backend, course, status="failed") == []
    first = backend.ask_admin("LIST_CERTIFICATES", course_id=course.course_id, limit=2)
    rest = listed(backend, course, limit=2, cursor=first.data["pagination"]["next_cursor"])
    assert sorted([*(each["certificate_number"] for each in first.data["certificates"]), *rest]) == sorted(numbers)


def test_one_is_shown_with_its_mails_and_with_what_the_learner_is_called_now(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    email = row_of(backend, number)["learner_email"]
    backend.ask_admin("UPDATE_LEARNER", learner_email=email, organization_website=course.website, name="Ana Lima")
    certificate = shown(backend, number)
    assert (certificate["learner_name"], certificate["learner_name_now"]) == ("Ana Lmia", "Ana Lima")
    assert certificate["organization_website"] == course.website
    [mail] = certificate["deliveries"]
    assert (mail["purpose"], mail["status"], mail["recipient"]) == ("issued", "sent", course.sop)
    assert certificate["versions"] == []


def test_without_its_key_one_is_shown_without_its_link(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    [number] = issued(backend, course, "Ana Lima")
    monkeypatch.setenv("VERIFY_KEYS", f"k9:{'z' * 32}")
    assert shown(backend, number)["verify_url"] is None
    [learner] = backend.ask_sop(course.sop, "LIST_ORG_LEARNERS").data["learners"]
    assert learner["courses"][0]["verify_url"] is None


@pytest.mark.parametrize(
    ("field", "value"), [("state", "unheard"), ("status", "unheard"), ("search", "x" * 101), ("limit", 0)]
)
def test_a_bad_field_is_named(backend: Backend, field: str, value: object) -> None:
    answer = backend.ask_admin("LIST_CERTIFICATES", **{field: value})
    assert (answer.status, set(answer.error["details"]["fields"])) == (422, {field})
