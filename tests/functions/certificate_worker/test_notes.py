"""What the outbox learns of a mail that was taken, when Appwrite does not take the note at once."""

from typing import Any

import pytest

from functions.certificate_worker.issuing import send
from tests.functions.backend import Answer, Backend, Course
from tests.proxies import Call, Reply, proxy


@pytest.fixture
def due(course: Course) -> Course:
    """A course with one certificate to mail."""
    [email] = course.enroll("Ana Lima")
    course.complete(email)
    return course


def work_while_notes_fail(backend: Backend, monkeypatch: pytest.MonkeyPatch, *answers: Reply | None) -> Answer:
    """One pass; Appwrite answers its first notes with these instead of taking them, None being nothing at all."""
    coming = list(answers)

    def treat(call: Call) -> Reply | None:
        is_note = call.method == "PATCH" and call.path.endswith("/deliveries/rows") and b"sent_at" in call.body
        return coming.pop(0) if is_note and coming else call.forward()

    monkeypatch.setattr(send, "NOTE_PAUSES", (0, 0))
    with proxy(backend.appwrite.endpoint, treat) as endpoint, monkeypatch.context() as environ:
        environ.setenv("APPWRITE_FUNCTION_API_ENDPOINT", endpoint)
        return backend.work()


def the_row(backend: Backend, course: Course) -> dict[str, Any]:
    [row] = backend.rows("deliveries", {"method": "equal", "attribute": "recipient", "values": [course.sop]})
    return row


def test_a_note_that_is_not_taken_at_once_is_written_again_so_that_its_mail_is_not(
    backend: Backend, due: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = work_while_notes_fail(backend, monkeypatch, Reply(500), None)
    assert answer.status == 200
    assert (the_row(backend, due)["status"], len(backend.mails_to(due.sop))) == ("sent", 1)
    assert [each["certificate_status"] for each in due.states().values()] == ["sent"]


def test_a_note_that_is_never_taken_leaves_a_mail_that_is_due_when_the_lease_ends(
    backend: Backend, due: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = work_while_notes_fail(backend, monkeypatch, None, None, None)
    assert answer.status == 500
    row = the_row(backend, due)
    assert (row["status"], row["due_at"] is not None) == ("sending", True)
    assert len(backend.mails_to(due.sop)) == 1
