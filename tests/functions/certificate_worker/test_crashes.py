"""A worker may die anywhere, mail and Graphy may be away: the certificate comes out all the same, once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from functions.certificate_worker import passes
from functions.certificate_worker.graphy import enroll
from functions.certificate_worker.issuing import deliver, issue
from infra.local.stack import ROOT
from shared.records import Certificate, Claim
from tests.functions.backend import Backend, Course
from tests.functions.filtered_appwrite import filtered

PAST = "2026-01-01T00:00:00.000+00:00"


def the(backend: Backend, table: str, column: str, value: str) -> dict[str, Any]:
    """The one row with that value."""
    [row] = backend.rows(table, {"method": "equal", "attribute": column, "values": [value]})
    return row


@pytest.fixture
def email(backend: Backend, course: Course) -> str:
    """A learner who completed the course; nothing has been done about it yet."""
    [email] = course.enroll("Ana Lima")
    backend.work()
    course.complete(email)
    return email


def delivered_once(backend: Backend, course: Course, email: str) -> bool:
    """Whether there is one certificate, delivered, and one message, however often it was sent."""
    state = course.states()[email]["certificate_status"]
    return state == "delivered" and len({mail.message_id for mail in backend.mails_to(course.sop)}) == 1


def claim_as_one_who_died(backend: Backend, subject_id: str, attempt: int, expires_at: str) -> None:
    """What a worker leaves that died right after winning its claim."""
    backend.server.post(
        "/tablesdb/certificates/tables/claims/rows",
        rowId=Claim.id_for(subject_id, attempt),
        data={"subject_id": subject_id, "attempt": attempt, "owner": "dead", "expires_at": expires_at},
    )


def test_work_claimed_by_a_dead_worker_is_taken_when_the_claim_ends(
    backend: Backend, course: Course, email: str
) -> None:
    learner = the(backend, "learners", "email", email)
    certificate_id = Certificate.id_for(learner["$id"], course.course_id)
    claim_as_one_who_died(backend, certificate_id, 1, PAST)
    backend.work()
    assert delivered_once(backend, course, email)
    assert the(backend, "certificates", "learner_email", email)["attempts"] == 2


def test_work_claimed_by_a_living_worker_is_left_alone(backend: Backend, course: Course, email: str) -> None:
    learner = the(backend, "learners", "email", email)
    certificate_id = Certificate.id_for(learner["$id"], course.course_id)
    claim_as_one_who_died(backend, certificate_id, 1, "2126-01-01T00:00:00.000+00:00")
    backend.work()
    row = the(backend, "certificates", "learner_email", email)
    assert (row["status"], row["attempts"]) == ("queued", 0)
    assert backend.mails_to(course.sop) == []


def test_dying_while_rendering_renders_again(backend: Backend, course: Course, email: str) -> None:
    backend.work()
    row = the(backend, "certificates", "learner_email", email)
    sent = the(backend, "deliveries", "certificate_id", row["$id"])
    backend.set_row("certificates", row["$id"], status="rendering", file_id=None, sha256=None, due_at=PAST)
    backend.work()
    again = the(backend, "certificates", "learner_email", email)
    assert (again["status"], again["sha256"]) == ("stored", row["sha256"])
    backend.set_row("certificates", row["$id"], due_at=PAST)
    backend.work()
    assert delivered_once(backend, course, email)
    assert the(backend, "deliveries", "certificate_id", row["$id"])["sent_at"] == sent["sent_at"]
    assert len(backend.mails_to(course.sop)) == 1


def test_dying_before_the_mail_is_in_the_outbox_makes_it_later(backend: Backend, course: Course, email: str) -> None:
    backend.catcher.refuse_next(1)
    backend.work()
    row = the(backend, "certificates", "learner_email", email)
    delivery = the(backend, "deliveries", "certificate_id", row["$id"])
    delete_row(backend, "deliveries", delivery["$id"])
    delete_claims(backend, delivery["$id"])
    backend.set_row("certificates", row["$id"], due_at=PAST)
    backend.work()
    assert delivered_once(backend, course, email)


def test_dying_after_the_mail_was_taken_sends_the_same_message_again(
    backend: Backend, course: Course, email: str
) -> None:
    backend.work()
    row = the(backend, "certificates", "learner_email", email)
    delivery = the(backend, "deliveries", "certificate_id", row["$id"])
    backend.set_row("deliveries", delivery["$id"], status="sending", sent_at=None, due_at=PAST)
    backend.set_row("certificates", row["$id"], status="stored")
    backend.work()
    assert delivered_once(backend, course, email)
    assert len(backend.mails_to(course.sop)) == 2


def test_dying_after_the_mail_is_marked_sent_learns_of_it_later(backend: Backend, course: Course, email: str) -> None:
    backend.work()
    row = the(backend, "certificates", "learner_email", email)
    backend.set_row("certificates", row["$id"], status="stored", due_at=PAST)
    backend.work()
    assert delivered_once(backend, course, email)
    assert len(backend.mails_to(course.sop)) == 1


def test_a_mail_server_that_says_later_gets_the_mail_later(backend: Backend, course: Course, email: str) -> None:
    backend.catcher.refuse_next(1)
    backend.work()
    assert course.states()[email]["certificate_status"] == "stored"
    row = the(backend, "certificates", "learner_email", email)
    delivery = the(backend, "deliveries", "certificate_id", row["$id"])
    assert (delivery["status"], delivery["reason"]) == ("queued", "The mail server answered 451.")
    assert datetime.fromisoformat(delivery["due_at"]) > datetime.now(UTC)
    backend.set_row("deliveries", delivery["$id"], due_at=PAST)
    backend.work()
    assert delivered_once(backend, course, email)


def test_a_mail_refused_for_good_is_set_aside_with_the_reason(backend: Backend, course: Course, email: str) -> None:
    backend.catcher.refuse_next(1, "550 5.7.1 No")
    backend.work()
    row = the(backend, "certificates", "learner_email", email)
    delivery = the(backend, "deliveries", "certificate_id", row["$id"])
    assert (delivery["status"], delivery["due_at"]) == ("failed", None)
    assert delivery["reason"] == "The mail server answered 550."
    assert row["status"] == "stored"


def test_a_mail_tried_often_enough_is_set_aside(backend: Backend, course: Course, email: str) -> None:
    for _ in range(3):
        backend.catcher.refuse_next(1)
        backend.work()
        row = the(backend, "certificates", "learner_email", email)
        delivery = the(backend, "deliveries", "certificate_id", row["$id"])
        if delivery["due_at"]:
            backend.set_row("deliveries", delivery["$id"], due_at=PAST)
    assert (delivery["status"], delivery["attempts"], delivery["due_at"]) == ("failed", 3, None)


@pytest.mark.parametrize("fault", ["rate_limited", "server_error"])
def test_graphy_having_a_bad_moment_enrolls_later(backend: Backend, course: Course, fault: str) -> None:
    backend.control_graphy("faults", {"fault": fault, "calls": 1, "retry_after": 60})
    [email] = course.enroll("Ana Lima")
    backend.work()
    state = course.states()[email]
    assert state["enrollment_status"] == "queued"
    assert "Graphy answered" in state["enrollment_reason"]
    learner = the(backend, "learners", "email", email)
    enrollment = the(backend, "enrollments", "learner_id", learner["$id"])
    backend.set_row("enrollments", enrollment["$id"], due_at=PAST)
    backend.work()
    assert course.states()[email]["enrollment_status"] == "enrolled"


def test_a_refusal_of_graphy_is_kept_with_its_reason_and_tried_again(backend: Backend, course: Course) -> None:
    backend.control_graphy("faults", {"fault": "error_in_success", "calls": 1})
    [email] = course.enroll("Ana Lima")
    backend.work()
    state = course.states()[email]
    assert (state["enrollment_status"], state["enrollment_reason"]) == ("failed", "Something went wrong (code 50)")
    learner = the(backend, "learners", "email", email)
    enrollment = the(backend, "enrollments", "learner_id", learner["$id"])
    assert datetime.fromisoformat(enrollment["due_at"]) > datetime.now(UTC)
    backend.set_row("enrollments", enrollment["$id"], due_at=PAST)
    backend.work()
    assert course.states()[email]["enrollment_status"] == "enrolled"


def test_a_template_that_kills_its_renderer_fails_alone(
    backend: Backend, course: Course, new_course: Callable[..., Course], email: str
) -> None:
    bad = new_course()
    [other] = bad.enroll("Ben Oke")
    [template] = backend.rows("templates", {"method": "equal", "attribute": "course_id", "values": [bad.course_id]})
    backend.set_row("templates", template["$id"], html="<style>html{line-height:1e9}</style>{{ missing }}")
    bad.complete(other)
    backend.work()
    state = bad.states()[other]
    assert state["certificate_status"] == "failed"
    assert "missing" in state["certificate_reason"]
    assert delivered_once(backend, course, email)


def test_a_certificate_that_can_not_be_stored_is_tried_again_and_fails_no_pass(
    backend: Backend, course: Course, new_course: Callable[..., Course], email: str
) -> None:
    second = new_course()
    [other] = second.enroll("Ben Oke")
    second.complete(other)
    bucket = dict(backend.server.get("/storage/buckets/certificates"))
    kept = {name: bucket[name] for name in ("name", "allowedFileExtensions", "fileSecurity")}
    backend.server.put("/storage/buckets/certificates", **kept, maximumFileSize=1)
    try:
        answer = backend.work()
    finally:
        backend.server.put("/storage/buckets/certificates", **kept, maximumFileSize=bucket["maximumFileSize"])
    assert answer.status == 200
    assert '"event": "certificate not stored"' in answer.logs
    for address in (email, other):
        row = the(backend, "certificates", "learner_email", address)
        assert (row["status"], row["attempts"]) == ("rendering", 1)
        backend.set_row("certificates", row["$id"], due_at=PAST)
        for claim in backend.rows("claims", {"method": "equal", "attribute": "subject_id", "values": [row["$id"]]}):
            backend.set_row("claims", claim["$id"], expires_at=PAST)
    backend.work()
    assert delivered_once(backend, course, email)
    assert delivered_once(backend, second, other)


def test_an_organization_that_is_gone_holds_up_nobody_else(
    backend: Backend, course: Course, new_course: Callable[..., Course], email: str
) -> None:
    orphaned = new_course()
    [before, after] = orphaned.enroll("Ben Oke", "Cara Diaz")
    orphaned.complete(before)
    backend.work()
    row = the(backend, "certificates", "learner_email", before)
    delivery = the(backend, "deliveries", "certificate_id", row["$id"])
    delete_row(backend, "deliveries", delivery["$id"])
    delete_row(backend, "organizations", row["organization_id"])
    backend.set_row("certificates", row["$id"], status="stored", due_at=PAST)
    orphaned.complete(after)
    assert backend.work().status == 200
    assert orphaned.states()[before]["certificate_status"] == "stored"
    completion = the(backend, "completions", "email", after)
    assert (completion["status"], completion["reason"]) == ("unmatched", "The learner's organization is gone.")
    assert delivered_once(backend, course, email)


def test_a_pass_leaves_time_for_its_last_batch() -> None:
    functions = json.loads((ROOT / "infra" / "appwrite_functions.json").read_text())["functions"]
    [timeout] = [each["timeout"] for each in functions if each["$id"] == "certificate_worker"]
    last_start = max(stage.LEASE - stage.MARGIN for stage in (issue, deliver, enroll))
    last_item = 50  # seconds: two calls to Graphy that time out; a document or a mail takes less
    assert (passes.TIME_LIMIT + last_start).total_seconds() + last_item <= timeout


def delete_row(backend: Backend, table: str, row_id: str) -> None:
    """As a person would in the console."""
    headers = {"x-appwrite-project": backend.appwrite.project, "x-appwrite-key": backend.key}
    url = f"{backend.appwrite.endpoint}/tablesdb/certificates/tables/{table}/rows/{row_id}"
    requests.delete(url, headers=headers, timeout=10).raise_for_status()


def delete_claims(backend: Backend, subject_id: str) -> None:
    for row in backend.rows("claims", {"method": "equal", "attribute": "subject_id", "values": [subject_id]}):
        delete_row(backend, "claims", row["$id"])


def test_a_learner_erased_while_their_mail_goes_out_holds_up_nobody_elses(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    emails = course.enroll("Ana Lima", "Ben Oke", "Cara Diaz")
    for email in emails:
        course.complete(email)
    erased: list[str] = []

    def erase_the_first(method: str, path: str, body: str) -> None:
        if method == "PATCH" and "/deliveries/rows/" in path and "sent_at" in body and not erased:
            delivery = the(backend, "deliveries", "$id", path.rpartition("/")[2])
            erased.append(the(backend, "certificates", "$id", delivery["certificate_id"])["learner_email"])
            gone = backend.ask_admin("DELETE_LEARNER", learner_email=erased[0], organization_website=course.website)
            assert gone.status == 200

    with filtered(backend.appwrite.endpoint, erase_the_first) as endpoint:
        monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", endpoint)
        answer = backend.work()
        monkeypatch.undo()
    assert answer.status == 200, answer.logs
    states = course.states()
    assert states.keys() == set(emails) - set(erased)
    assert {state["certificate_status"] for state in states.values()} == {"delivered"}
