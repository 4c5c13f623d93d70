"""Certificates are downloaded and mailed again, by admins and by their own organisation's contacts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from shared.records import LearnerAlias
from tests.functions.backend import Answer, Backend, Course

PAST = "2026-01-01T00:00:00.000+00:00"


@pytest.fixture
def email(backend: Backend, course: Course) -> str:
    """A learner whose certificate is delivered."""
    [email] = course.enroll("Ana Lima")
    course.complete(email, "evt-7")
    backend.work()
    return email


def ask(backend: Backend, course: Course, action: str, email: str, **more: Any) -> tuple[Answer, Answer]:
    """The same of an admin and of the SOP."""
    asked = {"learner_email": email, "course_id": course.course_id, **more}
    return backend.ask_admin(action, **asked), backend.ask_sop(course.sop, action, **asked)


def resend(backend: Backend, course: Course, email: str) -> Answer:
    return backend.ask_admin("RESEND_CERTIFICATE", learner_email=email, course_id=course.course_id)


def rows_of(backend: Backend, table: str, column: str, value: str) -> list[dict[str, Any]]:
    return backend.rows(table, {"method": "equal", "attribute": column, "values": [value]})


def certificate_of(backend: Backend, email: str) -> dict[str, Any]:
    [row] = rows_of(backend, "certificates", "learner_email", email)
    return row


def activities_in(backend: Backend, course: Course) -> list[tuple[str, str, str]]:
    """Name, outcome and role of the actor, in the order they were written."""
    rows = rows_of(backend, "activity_logs", "course_id", course.course_id)
    about_certificates = [row for row in rows if row["activity"].startswith(("certificate.", "mail."))]
    return [(row["activity"], row["status"], row["actor_role"]) for row in about_certificates]


def test_admin_and_sop_get_the_same_link_that_opens_the_pdf(backend: Backend, course: Course, email: str) -> None:
    for answer in ask(backend, course, "DOWNLOAD_CERTIFICATE", email):
        pdf = requests.get(answer.data["download_url"], timeout=10)
        assert pdf.content.startswith(b"%PDF-")
        shown = {name: answer.data[name] for name in ("learner_name", "learner_email", "organization_website")}
        assert shown == {"learner_name": "Ana Lima", "learner_email": email, "organization_website": course.website}
        assert answer.data["filename"] == f"{answer.data['certificate_number']}.pdf"


@pytest.mark.parametrize("action", ["DOWNLOAD_CERTIFICATE", "RESEND_CERTIFICATE"])
def test_course_and_address_are_found_in_any_case_and_under_a_former_address(
    backend: Backend, course: Course, email: str, action: str
) -> None:
    learner = certificate_of(backend, email)["learner_id"]
    former = f"former-{email}"
    backend.server.post(
        "/tablesdb/certificates/tables/learner_aliases/rows",
        rowId=LearnerAlias.id_for(former),
        data={"email": former, "learner_id": learner},
    )
    for answer in ask(backend, course, action, former.upper(), course_id=course.course_id.upper()):
        assert (answer.status, answer.data["course_id"]) == (200, course.course_id)


@pytest.mark.parametrize("action", ["DOWNLOAD_CERTIFICATE", "RESEND_CERTIFICATE"])
def test_a_certificate_of_others_is_not_found_just_like_one_that_does_not_exist(
    backend: Backend, new_course: Callable[..., Course], course: Course, email: str, action: str
) -> None:
    other = new_course()
    theirs = backend.ask_sop(other.sop, action, learner_email=email, course_id=course.course_id)
    nobodys = backend.ask_sop(other.sop, action, learner_email="nobody@nowhere.example", course_id="none")
    assert (theirs.status, theirs.error["code"]) == (404, "NOT_FOUND")
    assert theirs.error["message"] == nobodys.error["message"]
    assert theirs.error["details"].keys() == nobodys.error["details"].keys()


@pytest.mark.parametrize("action", ["DOWNLOAD_CERTIFICATE", "RESEND_CERTIFICATE"])
def test_an_erased_certificate_is_not_found(backend: Backend, course: Course, email: str, action: str) -> None:
    backend.set_row("certificates", certificate_of(backend, email)["$id"], erased_at=PAST)
    for answer in ask(backend, course, action, email):
        assert (answer.status, answer.error["code"]) == (404, "NOT_FOUND")


def test_one_that_is_not_stored_yet_is_not_ready(backend: Backend, course: Course, email: str) -> None:
    backend.set_row("certificates", certificate_of(backend, email)["$id"], status="queued", file_id=None)
    for answer in ask(backend, course, "DOWNLOAD_CERTIFICATE", email):
        assert (answer.status, answer.error["code"]) == (409, "NOT_READY")
        assert answer.error["details"]["certificate_status"] == "queued"


@pytest.mark.parametrize("action", ["DOWNLOAD_CERTIFICATE", "RESEND_CERTIFICATE"])
@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"course_id": "c"}, "learner_email"),
        ({"learner_email": "nobody", "course_id": "c"}, "learner_email"),
        ({"learner_email": "a@b.example"}, "course_id"),
        ({"learner_email": "a@b.example", "course_id": "x" * 129}, "course_id"),
        ({"learner_email": "a@b.example", "course_id": {"$ne": 1}}, "course_id"),
    ],
)
def test_a_bad_field_is_named(
    backend: Backend, course: Course, action: str, payload: dict[str, Any], field: str
) -> None:
    for answer in (backend.ask_admin(action, **payload), backend.ask_sop(course.sop, action, **payload)):
        assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
        assert set(answer.error["details"]["fields"]) == {field}


def test_a_resent_certificate_is_mailed_once_more_and_stays_delivered(
    backend: Backend, course: Course, email: str
) -> None:
    answer = resend(backend, course, email)
    assert answer.data == {
        "message": "The certificate is mailed again.",
        "learner_email": email,
        "course_id": course.course_id,
        "webhook_event_id": "evt-7",
        "certificate_number": certificate_of(backend, email)["certificate_number"],
        "status": "sent",
    }
    backend.work()
    first, second = backend.mails_to(course.sop)
    assert first.sha256 == second.sha256
    assert first.message_id != second.message_id
    assert certificate_of(backend, email)["status"] == "sent"


def test_many_clicks_are_one_mail_and_a_later_click_is_another(backend: Backend, course: Course, email: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: resend(backend, course, email), range(8)))
    assert {answer.status for answer in answers} == {200}
    assert sum(answer.data["message"] == "The certificate is mailed again." for answer in answers) == 1
    backend.work()
    assert len(backend.mails_to(course.sop)) == 2
    resend(backend, course, email)
    backend.work()
    assert len(backend.mails_to(course.sop)) == 3
    resent = [name for name, _, _ in activities_in(backend, course) if name == "certificate.resent"]
    assert len(resent) == 2


def test_a_mail_that_failed_for_good_goes_out_by_resending_it(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    course.complete(email)
    backend.catcher.refuse_next(1, "550 5.7.1 No")
    backend.work()
    assert certificate_of(backend, email)["status"] == "stored"
    assert resend(backend, course, email).data["status"] == "stored"
    backend.work()
    assert certificate_of(backend, email)["status"] == "sent"
    assert len(backend.mails_to(course.sop)) == 1
    assert activities_in(backend, course) == [
        ("certificate.issued", "success", "system"),
        ("mail.failed", "failed", "system"),
        ("certificate.resent", "success", "admin"),
        ("certificate.sent", "success", "system"),
    ]


def test_while_the_first_mail_is_still_queued_nothing_is_added(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    course.complete(email)
    backend.catcher.refuse_next(1)
    backend.work()
    answer = resend(backend, course, email)
    assert answer.data["message"] == "The mail is on its way already; nothing was added."
    assert len(rows_of(backend, "deliveries", "certificate_id", certificate_of(backend, email)["$id"])) == 1


def test_a_resent_mail_goes_to_whoever_gets_the_mail_now(backend: Backend, course: Course, email: str) -> None:
    certificate = certificate_of(backend, email)
    backend.set_row("organizations", certificate["organization_id"], sop_email=f"new-{course.sop}")
    resend(backend, course, email)
    backend.work()
    assert len(backend.mails_to(course.sop)) == 1
    assert len(backend.mails_to(f"new-{course.sop}")) == 1


def test_a_mail_stuck_for_the_former_contact_does_not_hold_up_the_present_one(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    course.complete(email)
    backend.catcher.refuse_next(1)
    backend.work()
    backend.set_row("organizations", certificate_of(backend, email)["organization_id"], sop_email=f"new-{course.sop}")
    assert resend(backend, course, email).data["message"] == "The certificate is mailed again."
    backend.work()
    assert len(backend.mails_to(f"new-{course.sop}")) == 1


def test_dying_after_a_resent_mail_was_marked_sent_is_learned_of_later(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    course.complete(email)
    backend.catcher.refuse_next(1, "550 5.7.1 No")
    backend.work()
    resend(backend, course, email)
    row = certificate_of(backend, email)
    assert row["due_at"] is not None
    [again] = [each for each in _deliveries(backend, row) if each["purpose"] == "resent"]
    backend.set_row("deliveries", again["$id"], status="sent", sent_at=PAST, due_at=None)
    backend.set_row("certificates", row["$id"], due_at=PAST)
    backend.work()
    assert certificate_of(backend, email)["status"] == "sent"


def _deliveries(backend: Backend, certificate: dict[str, Any]) -> list[dict[str, Any]]:
    return rows_of(backend, "deliveries", "certificate_id", certificate["$id"])


def test_a_changed_contact_does_not_get_a_second_first_mail(backend: Backend, course: Course, email: str) -> None:
    row = certificate_of(backend, email)
    backend.set_row("organizations", row["organization_id"], sop_email=f"new-{course.sop}")
    backend.set_row("certificates", row["$id"], status="stored", due_at=PAST)
    backend.work()
    assert certificate_of(backend, email)["status"] == "sent"
    assert backend.mails_to(f"new-{course.sop}") == []


def test_a_failed_certificate_is_made_again_with_the_courses_present_template(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    [template] = rows_of(backend, "templates", "course_id", course.course_id)
    backend.set_row("templates", template["$id"], html="{{ missing }}")
    course.complete(email)
    backend.work()
    assert certificate_of(backend, email)["status"] == "failed"
    backend.server.post(
        "/tablesdb/certificates/tables/templates/rows",
        rowId=f"v2-{course.course_id}",
        data={"course_id": course.course_id, "html": "<p>{{ learner_name }}</p>", "version": 2},
    )
    [row] = rows_of(backend, "courses", "course_id", course.course_id)
    backend.set_row("courses", row["$id"], template_id=f"v2-{course.course_id}", template_version=2)
    answer = resend(backend, course, email)
    assert answer.data["status"] == "queued"
    assert resend(backend, course, email).data["message"].startswith("The certificate is being made")
    backend.work()
    certificate = certificate_of(backend, email)
    assert (certificate["status"], certificate["template_version"]) == ("sent", 2)
    assert len(backend.mails_to(course.sop)) == 1
    assert activities_in(backend, course) == [
        ("certificate.failed", "failed", "system"),
        ("certificate.resent", "success", "admin"),
        ("certificate.issued", "success", "system"),
        ("certificate.sent", "success", "system"),
    ]


def test_an_archived_organization_gets_no_mail(backend: Backend, course: Course, email: str) -> None:
    backend.set_row("organizations", certificate_of(backend, email)["organization_id"], archived_at=PAST)
    assert resend(backend, course, email).status == 404
    assert len(_deliveries(backend, certificate_of(backend, email))) == 1


def test_what_the_worker_does_is_in_the_log_once_with_its_subjects(
    backend: Backend, course: Course, email: str
) -> None:
    certificate = certificate_of(backend, email)
    rows = rows_of(backend, "activity_logs", "course_id", course.course_id)
    issued, delivered = [row for row in rows if row["activity"].startswith("certificate.")]
    assert (issued["activity"], delivered["activity"]) == ("certificate.issued", "certificate.sent")
    for row in (issued, delivered):
        assert row["subject_id"] == certificate["$id"]
        assert row["learner_id"] == certificate["learner_id"]
        assert row["organization_id"] == certificate["organization_id"]
        assert (row["actor_role"], row["actor_email"]) == ("system", None)
    backend.work()
    assert len(rows_of(backend, "activity_logs", "course_id", course.course_id)) == len(rows)
