"""Completions whose webhook never came are found on Graphy and issued, once, whatever else happens."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from functions.certificate_worker.graphy.reconcile import SWEEP_ID
from shared.records import Claim, LearnerAlias
from tests.functions.backend import Backend, Course

PAST = "2026-01-01T00:00:00.000+00:00"


@pytest.fixture(autouse=True)
def sweep_is_due(backend: Backend) -> Iterator[None]:
    """Each test begins with a sweep that is due from its start."""
    make_due(backend, position=0, failures=0)
    yield
    backend.control_graphy("heal", {})


def make_due(backend: Backend, **columns: Any) -> None:
    if backend.rows("sweeps"):
        backend.set_row("sweeps", SWEEP_ID, due_at=PAST, **columns)


def sweep(backend: Backend) -> dict[str, Any]:
    [row] = backend.rows("sweeps")
    return row


def seconds_until_due(row: dict[str, Any]) -> float:
    return (datetime.fromisoformat(row["due_at"]) - datetime.now(UTC)).total_seconds()


def pages_read(backend: Backend) -> int:
    return int(requests.get(f"{backend.graphy}/_control/calls", timeout=10).json().get("v2/learners", 0))


def rows(backend: Backend, table: str, column: str, value: str) -> list[dict[str, Any]]:
    return backend.rows(table, {"method": "equal", "attribute": column, "values": [value]})


def complete_in_silence(course: Course, *emails: str) -> None:
    course.backend.control_graphy("complete", {"course_id": course.course_id, "emails": list(emails), "silent": True})


@pytest.fixture
def email(backend: Backend, course: Course) -> str:
    """A learner who completed the course on Graphy, of which no webhook told."""
    [email] = course.enroll("Ana Lima")
    backend.work()
    complete_in_silence(course, email)
    make_due(backend, position=0)
    return email


def test_a_completion_that_nobody_told_is_found_issued_and_logged(backend: Backend, course: Course, email: str) -> None:
    answer = backend.work()
    assert course.states()[email]["certificate_status"] == "sent"
    [stored] = rows(backend, "completions", "email", email)
    assert (stored["event_id"], stored["status"], stored["course_id"]) == ("reconciled", "matched", course.course_id)
    [activity] = rows(backend, "activity_logs", "subject_id", stored["$id"])
    [learner] = rows(backend, "learners", "email", email)
    assert (activity["activity"], activity["actor_role"], activity["learner_id"], activity["course_id"]) == (
        "completion.reconciled",
        "system",
        learner["$id"],
        course.course_id,
    )
    assert email not in answer.logs
    assert "graphy-key" not in answer.logs


def test_the_next_sweep_and_a_late_webhook_change_nothing(backend: Backend, course: Course, email: str) -> None:
    backend.work()
    before = course.states()[email]
    make_due(backend, position=0)
    backend.work()
    course.complete(email, "late")
    backend.work()
    assert course.states()[email] == before
    assert len(backend.mails_to(course.sop)) == 1
    assert len(rows(backend, "completions", "email", email)) == 2
    assert len(rows(backend, "activity_logs", "activity", "completion.reconciled")) == len(
        rows(backend, "completions", "event_id", "reconciled")
    )


def test_what_the_webhook_told_is_not_told_again(backend: Backend, course: Course, email: str) -> None:
    course.complete(email, "in time")
    backend.work()
    make_due(backend, position=0)
    backend.work()
    assert [row["event_id"] for row in rows(backend, "completions", "email", email)] == ["in time"]


def test_sweep_and_webhook_at_the_same_time_make_one_certificate(backend: Backend, course: Course, email: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        passes = [pool.submit(backend.work) for _ in range(3)]
        hooks = [pool.submit(course.complete, email, f"event {number}") for number in range(3)]
        assert {each.result().status for each in (*passes, *hooks)} == {200, 202}
    backend.work()
    assert len(rows(backend, "certificates", "learner_email", email)) == 1
    assert len(backend.mails_to(course.sop)) == 1


def test_a_completion_that_waits_unmatched_is_tried_again_at_once(backend: Backend, course: Course, email: str) -> None:
    course.complete(email, "waits")
    [waiting] = rows(backend, "completions", "email", email)
    backend.set_row("completions", waiting["$id"], status="unmatched", due_at="2126-01-01T00:00:00.000+00:00")
    backend.work()
    assert [row["status"] for row in rows(backend, "completions", "email", email)] == ["matched"]
    assert course.states()[email]["certificate_status"] == "sent"


def test_a_former_address_on_graphy_is_the_same_learner(backend: Backend, course: Course, email: str) -> None:
    [learner] = rows(backend, "learners", "email", email)
    backend.set_row("learners", learner["$id"], email=f"new-{email}")
    backend.server.post(
        "/tablesdb/certificates/tables/learner_aliases/rows",
        rowId=LearnerAlias.id_for(email),
        data={"email": email, "learner_id": learner["$id"]},
    )
    backend.work()
    assert [row["learner_id"] for row in rows(backend, "certificates", "learner_email", f"new-{email}")] == [
        learner["$id"]
    ]


def test_strangers_and_courses_that_are_not_ours_are_left_alone(backend: Backend, course: Course) -> None:
    [ours] = course.enroll("Ana Lima")
    backend.work()
    foreign = f"foreign-{course.course_id}"
    backend.control_graphy("products", {"products": [{"id": foreign, "title": "Not ours"}]})
    stranger = f"stranger@{course.website}"
    enrol_on_graphy(backend, stranger, course.course_id)
    enrol_on_graphy(backend, ours, foreign)
    backend.control_graphy("complete", {"course_id": foreign, "silent": True})
    complete_in_silence(course, stranger)
    make_due(backend, position=0)
    backend.work()
    assert rows(backend, "completions", "email", ours) == rows(backend, "completions", "email", stranger) == []


def enrol_on_graphy(backend: Backend, email: str, product_id: str) -> None:
    account = {"mid": "merchant", "key": "graphy-key", "email": email}
    requests.post(f"{backend.graphy}/public/v1/learners", data={**account, "name": "Somebody"}, timeout=10)
    requests.post(f"{backend.graphy}/public/v1/assign", data={**account, "productId": product_id}, timeout=10)


def test_an_archived_organization_gets_one_completion_that_waits(backend: Backend, course: Course, email: str) -> None:
    [organization] = rows(backend, "organizations", "website", course.website)
    backend.set_row("organizations", organization["$id"], archived_at=PAST)
    for _ in range(2):
        make_due(backend, position=0)
        backend.work()
    assert [row["status"] for row in rows(backend, "completions", "email", email)] == ["unmatched"]
    assert rows(backend, "certificates", "learner_email", email) == []


def test_all_pages_are_read_and_then_the_sweep_rests(backend: Backend, course: Course) -> None:
    emails = [email for _ in range(3) for email in course.enroll(*(["Ana Lima"] * 50))]
    backend.work()
    complete_in_silence(course, emails[0], emails[-1])
    make_due(backend, position=0)
    before = pages_read(backend)
    backend.work()
    assert pages_read(backend) - before >= 2
    states = course.states()
    found = {row["learner_email"] for row in rows(backend, "certificates", "course_id", course.course_id)}
    assert found == {emails[0], emails[-1]}
    assert len(states) == 100
    row = sweep(backend)
    assert (row["position"], row["reason"]) == (0, None)
    assert 3500 < seconds_until_due(row) <= 3600


def test_until_it_is_due_and_where_it_is_switched_off_graphy_is_not_asked(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.work()
    before = pages_read(backend)
    backend.work()
    make_due(backend)
    monkeypatch.setenv("GRAPHY_POLL_MINUTES", "0")
    backend.work()
    assert pages_read(backend) == before


def test_a_page_that_graphy_does_not_give_is_asked_for_again_later_and_later(
    backend: Backend, course: Course, email: str
) -> None:
    backend.control_graphy("faults", {"fault": "server_error", "path": "/v2/learners"})
    for failures, delay in ((1, 60), (2, 120), (3, 240)):
        make_due(backend, position=0)
        assert backend.work().status == 200
        row = sweep(backend)
        assert (row["failures"], row["position"], row["reason"]) == (failures, 0, "Graphy answered 500")
        assert delay * 0.95 < seconds_until_due(row) < delay * 1.11
    backend.control_graphy("heal", {})
    make_due(backend)
    backend.work()
    assert (sweep(backend)["failures"], sweep(backend)["reason"]) == (0, None)
    assert course.states()[email]["certificate_status"] == "sent"


def test_a_busy_graphy_is_asked_no_sooner_than_it_wants(backend: Backend) -> None:
    backend.control_graphy("faults", {"fault": "rate_limited", "path": "/v2/learners", "retry_after": 1800})
    backend.work()
    make_due(backend)
    before = pages_read(backend)
    backend.work()
    assert pages_read(backend) - before == 1
    assert 1700 < seconds_until_due(sweep(backend)) < 1801


@pytest.mark.parametrize(("expires_at", "pages"), [(PAST, 1), ("2126-01-01T00:00:00.000+00:00", 0)])
def test_a_page_claimed_by_a_worker_is_read_by_another_only_when_the_claim_ended(
    backend: Backend, expires_at: str, pages: int
) -> None:
    backend.work()
    make_due(backend)
    attempt = sweep(backend)["attempts"] + 1
    claim_id = Claim.id_for(SWEEP_ID, attempt)
    claim = {"subject_id": SWEEP_ID, "attempt": attempt, "owner": "dead", "expires_at": expires_at}
    backend.server.post("/tablesdb/certificates/tables/claims/rows", rowId=claim_id, data=claim)
    before = pages_read(backend)
    backend.work()
    assert min(pages_read(backend) - before, 1) == pages
    backend.server.delete(f"/tablesdb/certificates/tables/claims/rows/{claim_id}")


@pytest.mark.parametrize(("field", "found"), [("Completed", 1), ("progress", 1), ("Title", 0), ("nothing", 0)])
def test_the_field_that_says_complete_may_be_configured(
    backend: Backend, course: Course, email: str, monkeypatch: pytest.MonkeyPatch, field: str, found: int
) -> None:
    monkeypatch.setenv("GRAPHY_COMPLETION_FIELD", field)
    backend.work()
    assert len(rows(backend, "certificates", "learner_email", email)) == found
