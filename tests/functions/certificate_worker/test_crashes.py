"""A worker may die anywhere, mail and Graphy may be away: the certificate comes out all the same, once."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from typing import Any

import pytest
import requests

from functions.certificate_worker import passes
from functions.certificate_worker.graphy import enroll
from functions.certificate_worker.issuing import deliver, issue, storing
from infra.local.stack import ROOT
from shared.certificate.printer import Printer
from shared.context import Ctx
from shared.errors import Unavailable
from shared.executions import Executions
from shared.records import Certificate, Claim
from shared.runtime import Request
from shared.store import Store
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
    return state == "sent" and len({mail.message_id for mail in backend.mails_to(course.sop)}) == 1


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
    assert delivery["status"] == "queued"
    assert "answered 451: 4.3.0 Try again later" in delivery["reason"]
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
    assert "answered 550: 5.7.1 No" in delivery["reason"]
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


@contextmanager
def nothing_can_be_stored(backend: Backend) -> Iterator[None]:
    bucket = dict(backend.server.get("/storage/buckets/certificates"))
    kept = {name: bucket[name] for name in ("name", "allowedFileExtensions", "fileSecurity")}
    backend.server.put("/storage/buckets/certificates", **kept, maximumFileSize=1)
    try:
        yield
    finally:
        backend.server.put("/storage/buckets/certificates", **kept, maximumFileSize=bucket["maximumFileSize"])


def test_certificates_that_can_not_be_stored_are_tried_later_and_fail_no_pass(
    backend: Backend, course: Course, new_course: Callable[..., Course], email: str
) -> None:
    second = new_course()
    [other] = second.enroll("Ben Oke")
    second.complete(other)
    with nothing_can_be_stored(backend):
        answer = backend.work()
    assert answer.status == 200
    assert '"event": "certificate not stored"' in answer.logs
    for address in (email, other):
        row = the(backend, "certificates", "learner_email", address)
        assert (row["status"], row["attempts"]) == ("queued", 1)
        assert row["reason"] == "It could not be stored; it is tried again."
        pause = datetime.fromisoformat(row["due_at"]) - datetime.now(UTC)
        assert timedelta(seconds=40) < pause < timedelta(seconds=67)
        backend.set_row("certificates", row["$id"], due_at=PAST)
    backend.work()
    assert delivered_once(backend, course, email)
    assert delivered_once(backend, second, other)


def test_a_certificate_that_could_not_be_stored_often_enough_is_given_up_until_it_is_resent(
    backend: Backend, course: Course, email: str
) -> None:
    pauses = []
    with nothing_can_be_stored(backend):
        for _ in range(storing.ATTEMPTS):
            backend.work()
            row = the(backend, "certificates", "learner_email", email)
            if row["due_at"]:
                pauses.append((datetime.fromisoformat(row["due_at"]) - datetime.now(UTC)).total_seconds())
                backend.set_row("certificates", row["$id"], due_at=PAST)
    assert len(pauses) == storing.ATTEMPTS - 1
    assert all(55 < pause / 2**turn < 67 for turn, pause in enumerate(pauses))
    assert (row["status"], row["due_at"]) == ("failed", None)
    state = course.states()[email]
    assert state["certificate_reason"] == "It could not be stored in 8 attempts; resend it to try again."
    assert backend.ask_admin("RESEND_CERTIFICATE", learner_email=email, course_id=course.course_id).status == 200
    backend.work()
    assert delivered_once(backend, course, email)


def test_a_row_whose_update_was_not_answered_counts_as_stored(
    backend: Backend, course: Course, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = Store.update

    def unanswered(store: Store, kind: type[Any], row_id: str, **changes: Any) -> Any:
        done = update(store, kind, row_id, **changes)
        if kind is Certificate:
            raise Unavailable
        return done

    monkeypatch.setattr(Store, "update", unanswered)
    backend.work()
    monkeypatch.undo()
    assert delivered_once(backend, course, email)
    assert the(backend, "certificates", "learner_email", email)["attempts"] == 1


def test_a_lease_that_ended_under_a_slow_worker_leaves_the_certificate_to_the_next(
    backend: Backend, course: Course, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock is put four minutes ahead between the claim and the file."""
    clock = [timedelta()]
    ahead = Ctx.from_request

    def from_request(request: Request) -> Ctx:
        return replace(ahead(request), now=lambda: datetime.now(UTC) + clock[0])

    def slow(*job: Any) -> Any:
        clock[0] = timedelta(minutes=4)
        return printed(*job)

    printed = Printer.print
    monkeypatch.setattr(Ctx, "from_request", from_request)
    monkeypatch.setattr(Printer, "print", slow)
    backend.work()
    monkeypatch.undo()
    assert delivered_once(backend, course, email)
    row = the(backend, "certificates", "learner_email", email)
    assert row["file_id"] == Certificate.from_row(row).file_id_of(row["attempts"])


@pytest.mark.parametrize("jump", [timedelta(hours=-30), timedelta(hours=30)])
def test_a_clock_that_jumps_loses_nothing(
    backend: Backend, course: Course, email: str, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    wrong = Ctx.from_request

    def from_request(request: Request) -> Ctx:
        return replace(wrong(request), now=lambda: datetime.now(UTC) + jump)

    monkeypatch.setattr(Ctx, "from_request", from_request)
    assert backend.work().status == 200
    monkeypatch.undo()
    backend.work()
    assert delivered_once(backend, course, email)


def test_kicks_that_come_twice_and_at_once_issue_once(backend: Backend, course: Course, email: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: backend.work(), range(6)))
    assert {answer.status for answer in answers} == {200}
    assert delivered_once(backend, course, email)
    assert len(backend.mails_to(course.sop)) == 1


def test_a_pass_whose_time_is_up_calls_a_successor_though_the_clock_was_put_back(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    for email in course.enroll("Ana Lima", "Ben Oke"):
        course.complete(email)
        backend.set_row("completions", the(backend, "completions", "email", email)["$id"], due_at=PAST)
    kicks: list[str] = []
    monkeypatch.setattr(Executions, "kick_worker", lambda _: kicks.append("kick"))
    monkeypatch.setattr(passes, "TIME_LIMIT", timedelta())
    monkeypatch.setattr(issue, "BATCH", 1)
    jump = chain([timedelta()], repeat(timedelta(hours=-1)))
    right = Ctx.from_request

    def from_request(request: Request) -> Ctx:
        return replace(right(request), now=lambda: datetime.now(UTC) + next(jump))

    monkeypatch.setattr(Ctx, "from_request", from_request)
    backend.work()
    assert kicks == ["kick"]
    monkeypatch.undo()
    backend.work()


def test_a_course_whose_engine_is_not_there_holds_up_no_other_and_is_tried_again(
    backend: Backend, course: Course, new_course: Callable[..., Course], email: str
) -> None:
    odd = new_course()
    [other] = odd.enroll("Ben Oke")
    backend.ask_admin("EDIT_COURSE", course_id=odd.course_id, pdf_engines="http")
    odd.complete(other)
    assert backend.work().status == 200
    assert delivered_once(backend, course, email)
    assert the(backend, "certificates", "learner_email", email)["engine"] == "plutoprint"
    waiting = the(backend, "certificates", "learner_email", other)
    assert waiting["status"] == "queued"
    assert waiting["reason"] == "It could not be printed by the course's engines; it is tried again."
    backend.ask_admin("EDIT_COURSE", course_id=odd.course_id, pdf_engines="plutoprint")
    backend.set_row("certificates", waiting["$id"], due_at=PAST)
    backend.work()
    assert delivered_once(backend, odd, other)


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
        if method == "PATCH" and path.endswith("/deliveries/rows") and "sent_at" in body and not erased:
            delivery = the(backend, "deliveries", "$id", json.loads(json.loads(body)["queries"][0])["values"][0])
            erased.append(the(backend, "certificates", "$id", delivery["certificate_id"])["learner_email"])
            gone = backend.ask_admin("DELETE_LEARNER", learner_email=erased[0], organization_website=course.website)
            assert gone.status == 200

    with filtered(backend.appwrite.endpoint, erase_the_first) as endpoint:
        monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", endpoint)
        answer = backend.work()
        monkeypatch.undo()
    assert answer.status == 200, answer.logs
    assert erased
    states = course.states()
    assert states.keys() == set(emails) - set(erased)
    assert {state["certificate_status"] for state in states.values()} == {"sent"}
