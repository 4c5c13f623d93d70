"""A certificate may be revoked or replaced while the worker has it in hand; what it then does is still right."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests

from functions.certificate_worker.issuing import parcels
from shared.context import _appwrite
from tests.functions.backend import Backend, Course
from tests.functions.issued import PAST, due_now, issued, mails_about, number_of, replace, revoke, row_of
from tests.functions.organizations import letters_to, text_of
from tests.functions.sendgrid import SendGrid


def completed(backend: Backend, course: Course, name: str = "Ana Lima") -> str:
    """The address of somebody who completed the course; nothing has been done about it yet."""
    [email] = course.enroll(name)
    course.complete(email)
    return email


@contextmanager
def before(method: str, ending: str, act: Callable[[], object]) -> Iterator[None]:
    """`act` once, after the worker's first call of that kind."""
    left = [act]

    def hook(response: requests.Response, *_: object, **__: object) -> None:
        path = str(response.url).partition("?")[0]
        if left and response.request.method == method and path.endswith(ending):
            left.pop()()

    hooks = _appwrite.hooks["response"]
    hooks.append(hook)
    try:
        yield
    finally:
        hooks.remove(hook)


def reinstate(backend: Backend, number: str) -> None:
    backend.ask_admin("REINSTATE_CERTIFICATE", certificate_number=number, reason="Mixed up.")


# The worker's calls, in order: its claims, the marks on what it claimed, each PDF, the mails' claims.
@pytest.mark.parametrize(
    ("method", "ending"),
    [
        ("POST", "/tables/certificates/rows"),
        ("POST", "/tables/claims/rows"),
        ("POST", "/buckets/certificates/files"),
        ("POST", "/tables/deliveries/rows"),
    ],
)
def test_one_that_is_revoked_at_any_step_is_not_mailed_until_it_is_reinstated(
    backend: Backend, course: Course, method: str, ending: str
) -> None:
    email = completed(backend, course)
    with before(method, ending, lambda: revoke(backend, number_of(backend, email))):
        backend.work()
    number = number_of(backend, email)
    assert row_of(backend, number)["revoked_at"]
    for _ in range(2):
        due_now(backend, number)
        for mail in mails_about(backend, number):
            backend.set_row("deliveries", mail["$id"], due_at=PAST)
        backend.work()
    assert letters_to(backend, course.sop) == []
    assert row_of(backend, number)["due_at"] is None
    reinstate(backend, number)
    backend.work()
    assert len(letters_to(backend, course.sop)) == 1
    assert row_of(backend, number)["status"] == "sent"


def test_one_that_is_revoked_while_others_are_mailed_is_held_back(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcels, "MOST_FILES", 1)
    emails = [completed(backend, course, "Ana Lima"), completed(backend, course, "Ben Oke")]

    sent: list[str] = []

    def at_first_mark() -> None:
        sent.extend(str(each["Subject"]) for each in letters_to(backend, course.sop))
        for email in emails:
            revoke(backend, number_of(backend, email))

    marks = [at_first_mark]

    def hook(response: requests.Response, *_: object, **__: object) -> None:
        body = str(response.request.body)
        if marks and response.request.method == "PATCH" and '"sent_at"' in body:
            marks.pop()()

    _appwrite.hooks["response"].append(hook)
    try:
        backend.work()
    finally:
        _appwrite.hooks["response"].remove(hook)
    assert len(sent) == 1
    assert len(letters_to(backend, course.sop)) == 1


def test_an_older_version_that_is_stored_late_is_printed_anew(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    due_now(backend, number, status="queued", file_id=None)

    def replace_now() -> None:
        backend.set_row("certificates", row_of(backend, number)["$id"], status="failed")
        assert replace(backend, number, learner_name="Ana Lima").data["changed"] is True

    with before("POST", "/buckets/certificates/files", replace_now):
        backend.work()
    due_now(backend, number)
    backend.work()
    row = row_of(backend, number)
    assert (row["version"], row["learner_name"], row["status"]) == (2, "Ana Lima", "sent")
    assert "Ana Lima" in text_of(letters_to(backend, course.sop)[-1])
    assert len(letters_to(backend, course.sop)) == 2


def test_one_that_is_replaced_while_its_mail_is_settled_is_still_printed(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    due_now(backend, number, status="stored")
    with before("GET", "/tables/deliveries/rows", lambda: replace(backend, number, learner_name="Ana Lima")):
        backend.work()
    backend.work()
    row = row_of(backend, number)
    assert (row["version"], row["status"]) == (2, "sent")
    assert len(letters_to(backend, course.sop)) == 2


def test_dying_before_the_new_versions_mail_is_due_is_made_up_for(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    replace(backend, number, learner_name="Ana Lima")
    backend.work()
    [mail] = [each for each in mails_about(backend, number) if each["purpose"] == "replaced"]
    backend.set_row("deliveries", mail["$id"], status="queued", due_at=None, mail_id=None, sent_at=None)
    due_now(backend, number, status="stored")
    backend.work()
    assert len(letters_to(backend, course.sop)) == 3
    assert row_of(backend, number)["status"] == "sent"


def test_what_sendgrid_says_of_a_notice_or_of_an_earlier_version_does_not_touch_the_present_one(
    backend: Backend, course: Course, sendgrid: SendGrid
) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    replace(backend, number, learner_name="Ana Lima", notify=False)
    backend.work()
    [first] = sendgrid.mails_to(course.sop)
    sendgrid.tell(first, "bounce", reason="550 no such user")
    assert (row_of(backend, number)["status"], row_of(backend, number)["reason"]) == ("stored", None)
    revoke(backend, number, notify=True)
    backend.work()
    sendgrid.tell(sendgrid.mails_to(course.sop)[-1], "delivered")
    assert row_of(backend, number)["status"] == "stored"
    assert [each["status"] for each in mails_about(backend, number)] == ["bounced", "delivered"]
