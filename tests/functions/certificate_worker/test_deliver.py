"""Mails of certificates: who is asked to take them, what goes out together, and what is never sent twice or lost."""

import base64
import json
from collections.abc import Callable

import pytest

from functions.certificate_worker.issuing import parcels
from shared.mail import mailer
from shared.records import Claim
from tests.functions.backend import Backend, Course
from tests.functions.certificate_worker.outbox import PAST, due_again, outbox
from tests.functions.filtered_appwrite import filtered
from tests.functions.organizations import letters_to
from tests.functions.sendgrid import SendGrid


def completed(backend: Backend, course: Course, *names: str) -> list[str]:
    """The addresses of learners whose certificates are due; nothing has been done about them yet."""
    emails = course.enroll(*names)
    backend.work()
    for email in emails:
        course.complete(email, f"evt-{email}")
    return emails


def test_certificates_of_one_organization_go_out_in_one_mail(
    backend: Backend, course: Course, new_course: Callable[..., Course]
) -> None:
    other = new_course()
    completed(backend, course, "Ana Lima", "Ben Oke", "Cara Diaz")
    completed(backend, other, "Dan Roth")
    backend.work()
    [letter] = letters_to(backend, course.sop)
    assert len(list(letter.iter_attachments())) == 3
    assert len({mail.sha256 for mail in backend.mails_to(course.sop)}) == 3
    assert len(backend.mails_to(other.sop)) == 1
    assert {state["certificate_status"] for state in course.states().values()} == {"sent"}
    [mail_id] = {row["mail_id"] for row in outbox(backend, course)}
    assert letter["Message-ID"] == f"<{mail_id}@training.example>"
    assert {row["provider"] for row in outbox(backend, course)} == {"smtp"}


def test_dying_after_a_mail_of_many_went_out_sends_the_same_mail_again(backend: Backend, course: Course) -> None:
    completed(backend, course, "Ana Lima", "Ben Oke")
    backend.work()
    due_again(backend, course, status="sending", sent_at=None, provider=None)
    [later] = course.enroll("Cara Diaz")
    course.complete(later, "later")
    backend.work()
    first, *others = letters_to(backend, course.sop)
    again = [each for each in others if each["Message-ID"] == first["Message-ID"]]
    assert [len(list(each.iter_attachments())) for each in (first, *again)] == [2, 2]
    assert len(others) == 2
    assert {state["certificate_status"] for state in course.states().values()} == {"sent"}


def test_dying_while_a_mail_of_many_is_marked_sends_no_part_of_it_again(backend: Backend, course: Course) -> None:
    completed(backend, course, "Ana Lima", "Ben Oke")
    backend.work()
    row = outbox(backend, course)[0]
    backend.set_row("deliveries", row["$id"], status="sending", due_at=PAST, sent_at=None)
    backend.set_row("certificates", row["certificate_id"], status="stored", due_at=PAST)
    backend.work()
    backend.work()
    assert len(letters_to(backend, course.sop)) == 1
    assert {each["status"] for each in outbox(backend, course)} == {"sent"}


def test_a_mail_of_many_waits_while_another_worker_holds_a_part_of_it(backend: Backend, course: Course) -> None:
    completed(backend, course, "Ana Lima", "Ben Oke")
    backend.catcher.refuse_next(1)
    backend.work()
    due_again(backend, course)
    held = outbox(backend, course)[0]
    backend.server.post(
        "/tablesdb/certificates/tables/claims/rows",
        rowId=Claim.id_for(held["$id"], 2),
        data={
            "subject_id": held["$id"], "attempt": 2, "owner": "other", "expires_at": "2126-01-01T00:00:00.000+00:00",
        },
    )  # fmt: skip
    backend.work()
    assert letters_to(backend, course.sop) == []
    due_again(backend, course)
    backend.work()
    [letter] = letters_to(backend, course.sop)
    assert len(list(letter.iter_attachments())) == 2


def test_more_than_fits_in_a_mail_is_several_mails(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcels, "MOST_FILES", 2)
    completed(backend, course, "Ana Lima", "Ben Oke", "Cara Diaz")
    backend.work()
    assert sorted(len(list(each.iter_attachments())) for each in letters_to(backend, course.sop)) == [1, 2]


def test_one_that_is_too_large_is_a_link_and_all_of_a_mail_stay_below_the_limit(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcels, "MOST_BYTES", 100)
    completed(backend, course, "Ana Lima")
    backend.work()
    [letter] = letters_to(backend, course.sop)
    assert list(letter.iter_attachments()) == []
    part = letter.get_body(("plain",))
    assert part is not None
    [address] = [word for word in part.get_content().split() if word.startswith("http")]
    assert backend.appwrite.session.get(address, timeout=10).content.startswith(b"%PDF-")


def test_a_certificate_whose_file_is_gone_holds_up_no_other(backend: Backend, course: Course) -> None:
    completed(backend, course, "Ana Lima", "Ben Oke")
    backend.catcher.refuse_next(1)
    backend.work()
    gone = outbox(backend, course)[0]
    backend.set_row("certificates", gone["certificate_id"], file_id="0" * 32)
    due_again(backend, course)
    backend.work()
    [letter] = letters_to(backend, course.sop)
    assert len(list(letter.iter_attachments())) == 1
    [left] = [each for each in outbox(backend, course) if each["status"] != "sent"]
    assert (left["$id"], left["reason"]) == (gone["$id"], "The certificate's file is not there.")


def test_sendgrid_takes_the_mail_with_its_ids(
    backend: Backend, course: Course, sendgrid: SendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPLY_TO", "Office <office@training.example>")
    completed(backend, course, "Ана Лима", "Ben Oke")
    backend.work()
    [mail] = sendgrid.mails_to(course.sop)
    rows = outbox(backend, course)
    assert {(row["status"], row["provider"]) for row in rows} == {("sent", "sendgrid")}
    assert mail["custom_args"]["mail_id"] == rows[0]["mail_id"]
    assert set(mail["custom_args"]["deliveries"].split(",")) == {row["$id"] for row in rows}
    assert mail["headers"]["Message-ID"] == f"<{rows[0]['mail_id']}@training.example>"
    assert mail["from"] == {"email": "certificates@training.example", "name": "Training"}
    assert mail["reply_to"] == {"email": "office@training.example", "name": "Office"}
    assert "Ана Лима" in mail["content"][0]["value"]
    assert all(base64.b64decode(each["content"]).startswith(b"%PDF-") for each in mail["attachments"])
    assert {state["certificate_status"] for state in course.states().values()} == {"sent"}
    assert letters_to(backend, course.sop) == []


@pytest.mark.parametrize("fault", ["unauthorized", "forbidden", "redirect"])
def test_sendgrid_that_lets_nobody_in_is_passed_over_at_once(
    backend: Backend, course: Course, sendgrid: SendGrid, fault: str
) -> None:
    sendgrid.fail(fault)
    completed(backend, course, "Ana Lima")
    answer = backend.work()
    assert len(backend.mails_to(course.sop)) == 1
    [row] = outbox(backend, course)
    assert (row["status"], row["provider"]) == ("sent", "smtp")
    assert "mail provider passed over" in answer.logs
    assert "SG.local" not in answer.logs


def test_sendgrid_that_is_not_there_is_passed_over_at_once(
    backend: Backend, course: Course, sendgrid: SendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENDGRID_API_BASE", "http://127.0.0.1:9")
    completed(backend, course, "Ana Lima")
    backend.work()
    assert [row["provider"] for row in outbox(backend, course)] == ["smtp"]


@pytest.mark.parametrize(("fault", "word"), [("bad_request", "verified Sender"), ("too_large", "too large")])
def test_what_sendgrid_refuses_is_set_aside_with_its_words_and_goes_nowhere_else(
    backend: Backend, course: Course, sendgrid: SendGrid, fault: str, word: str
) -> None:
    sendgrid.fail(fault)
    [email] = completed(backend, course, "Ana Lima")
    backend.work()
    [row] = outbox(backend, course)
    assert (row["status"], row["due_at"]) == ("failed", None)
    assert word in row["reason"]
    assert letters_to(backend, course.sop) == []
    sendgrid.heal()
    backend.ask_admin("RESEND_CERTIFICATE", learner_email=email, course_id=course.course_id)
    backend.work()
    assert len(sendgrid.mails_to(course.sop)) == 1
    assert course.states()[email]["certificate_status"] == "sent"


@pytest.mark.parametrize("fault", ["rate_limited", "server_error", "html"])
def test_a_busy_sendgrid_is_asked_again_later_and_passed_over_in_the_end(
    backend: Backend, course: Course, sendgrid: SendGrid, fault: str
) -> None:
    sendgrid.fail(fault)
    completed(backend, course, "Ana Lima")
    for attempt in (1, 2):
        backend.work()
        [row] = outbox(backend, course)
        assert (row["status"], row["attempts"], letters_to(backend, course.sop)) == ("queued", attempt, [])
        due_again(backend, course)
    backend.work()
    assert len(letters_to(backend, course.sop)) == 1
    assert [(row["status"], row["provider"]) for row in outbox(backend, course)] == [("sent", "smtp")]


@pytest.mark.parametrize("fault", ["no_answer", "taken_without_answer"])
def test_sendgrid_that_does_not_answer_gets_the_same_mail_again_and_nobody_else_does(
    backend: Backend, course: Course, sendgrid: SendGrid, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    sendgrid.fail(fault, calls=1)
    completed(backend, course, "Ana Lima")
    with monkeypatch.context() as hasty:
        hasty.setattr(mailer, "TIMEOUT", 0.2)
        backend.work()
    [row] = outbox(backend, course)
    assert row["status"] == "queued"
    assert "did not say" in row["reason"]
    due_again(backend, course)
    backend.work()
    assert letters_to(backend, course.sop) == []
    assert {mail["custom_args"]["mail_id"] for mail in sendgrid.mails_to(course.sop)} == {row["mail_id"]}
    assert [each["status"] for each in outbox(backend, course)] == ["sent"]


def test_a_silent_sendgrid_is_not_waited_for_once_a_mail(
    backend: Backend,
    course: Course,
    new_course: Callable[..., Course],
    sendgrid: SendGrid,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = (course, new_course())
    for each in both:
        [email] = each.enroll("Ana Lima")
        each.complete(email)
    before = sendgrid.calls()
    with monkeypatch.context() as hasty:
        hasty.setattr(mailer, "TIMEOUT", 0.2)
        sendgrid.fail("no_answer")
        backend.work()
    assert sendgrid.calls() == before + 1
    assert {row["status"] for each in both for row in outbox(backend, each)} == {"queued"}
    sendgrid.heal()
    for each in both:
        due_again(backend, each)
    backend.work()
    assert [len(sendgrid.mails_to(each.sop)) for each in both] == [1, 1]


def test_a_mail_that_sendgrid_says_arrived_is_not_sent_again_though_its_worker_never_learned(
    backend: Backend, course: Course, sendgrid: SendGrid
) -> None:
    completed(backend, course, "Ana Lima")
    backend.work()
    due_again(backend, course, status="sending", sent_at=None)
    [mail] = sendgrid.mails_to(course.sop)
    sendgrid.tell(mail, "delivered")
    backend.work()
    assert len(sendgrid.mails_to(course.sop)) == 1
    assert [each["status"] for each in outbox(backend, course)] == ["delivered"]


@pytest.mark.parametrize(
    ("fault", "shown"),
    [
        (None, (True, "sendgrid", None)),
        ("unauthorized", (True, "smtp", None)),
        ("server_error", (True, "smtp", None)),
        ("bad_request", (False, None, "refused")),
    ],
)
def test_the_test_mail_names_who_took_it(
    backend: Backend, sendgrid: SendGrid, fault: str | None, shown: tuple[object, ...]
) -> None:
    if fault:
        sendgrid.fail(fault)
    answer = backend.ask_admin("TEST_EMAIL", recipient="ops@training.example")
    assert (answer.data["sent"], answer.data["provider"], answer.data["reason"]) == shown
    assert "SG.local" not in json.dumps(answer.body) + answer.logs


def test_an_event_that_comes_before_the_worker_marks_its_mail_is_not_undone(
    backend: Backend, course: Course, sendgrid: SendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    completed(backend, course, "Ana Lima", "Ben Oke")
    told: list[int] = []

    def tell_first(method: str, path: str, body: str) -> None:
        if method == "PATCH" and path.endswith("/deliveries/rows") and "sent_at" in body and not told:
            told.append(sendgrid.tell(sendgrid.mails_to(course.sop)[0], "delivered").data["changed"])

    with filtered(backend.appwrite.endpoint, tell_first) as endpoint, monkeypatch.context() as through:
        through.setenv("APPWRITE_FUNCTION_API_ENDPOINT", endpoint)
        backend.work()
    assert told == [2]
    assert {row["status"] for row in outbox(backend, course)} == {"delivered"}
    assert {state["certificate_status"] for state in course.states().values()} == {"delivered"}
