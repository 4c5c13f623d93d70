"""What SendGrid says became of a mail is believed if it is signed, and only moves states forward."""

import time
from typing import Any

import pytest

from infra.local.sendgrid.events import Signer, event
from tests.functions.backend import Backend, Course
from tests.functions.sendgrid import SendGrid


@pytest.fixture
def mail(backend: Backend, course: Course, sendgrid: SendGrid) -> dict[str, Any]:
    """One that SendGrid took, with two certificates."""
    for email in course.enroll("Ana Lima", "Ben Oke"):
        course.complete(email, f"evt-{email}")
    backend.work()
    [mail] = sendgrid.mails_to(course.sop)
    return mail


def states(backend: Backend, course: Course) -> tuple[set[str], set[str]]:
    """Those of the outbox and of the certificates."""
    rows = backend.rows("deliveries", {"method": "equal", "attribute": "recipient", "values": [course.sop]})
    return {row["status"] for row in rows}, {state["certificate_status"] for state in course.states().values()}


def reasons(course: Course) -> set[str | None]:
    return {state["certificate_reason"] for state in course.states().values()}


def activities(backend: Backend, course: Course) -> list[tuple[str, str]]:
    of_course = {"method": "equal", "attribute": "course_id", "values": [course.course_id]}
    rows = backend.rows("activity_logs", of_course)
    return [(row["activity"], row["status"]) for row in rows if row["activity"].startswith("mail.")]


def test_sent_is_not_delivered_until_sendgrid_says_so(
    backend: Backend, course: Course, sendgrid: SendGrid, mail: dict[str, Any]
) -> None:
    assert states(backend, course) == ({"sent"}, {"sent"})
    assert sendgrid.tell(mail, "processed").data == {"events": 1, "changed": 0}
    assert states(backend, course) == ({"sent"}, {"sent"})
    assert sendgrid.tell(mail, "delivered", response="250 OK").data == {"events": 1, "changed": 2}
    assert states(backend, course) == ({"delivered"}, {"delivered"})
    assert activities(backend, course) == [("mail.delivered", "success")] * 2


@pytest.mark.parametrize(
    ("name", "state"),
    [("bounce", "bounced"), ("blocked", "bounced"), ("dropped", "dropped"), ("spamreport", "dropped")],
)
def test_what_did_not_arrive_is_told_with_the_reason_and_is_never_shown_as_delivered(
    backend: Backend, course: Course, sendgrid: SendGrid, mail: dict[str, Any], name: str, state: str
) -> None:
    sendgrid.tell(mail, name, reason="550 no such\r\nuser")
    assert states(backend, course) == ({state}, {"sent"})
    [reason] = reasons(course)
    assert reason is not None
    assert reason.endswith("550 no such user")
    assert activities(backend, course) == [("mail.bounced", "failed")] * 2


def test_an_event_that_comes_twice_or_late_changes_nothing(
    backend: Backend, course: Course, sendgrid: SendGrid, mail: dict[str, Any]
) -> None:
    arrived, bounced = event(mail, "delivered"), event(mail, "bounce", reason="550")
    assert sendgrid.post([arrived, arrived]).data["changed"] == 2
    assert sendgrid.post([arrived]).data["changed"] == 0
    assert sendgrid.post([bounced]).data["changed"] == 2
    assert sendgrid.post([arrived, bounced]).data["changed"] == 0
    assert states(backend, course) == ({"bounced"}, {"sent"})
    assert len(activities(backend, course)) == 4


def test_a_certificate_that_arrived_by_another_mail_stays_delivered(
    backend: Backend, course: Course, sendgrid: SendGrid, mail: dict[str, Any]
) -> None:
    email = next(iter(course.states()))
    backend.ask_admin("RESEND_CERTIFICATE", learner_email=email, course_id=course.course_id)
    backend.work()
    sendgrid.tell(sendgrid.mails_to(course.sop)[1], "delivered")
    sendgrid.tell(mail, "bounce", reason="550")
    shown = {each: state["certificate_status"] for each, state in course.states().items()}
    assert shown.pop(email) == "delivered"
    assert set(shown.values()) == {"sent"}


def test_a_bounced_certificate_is_mailed_again_on_demand_and_its_reason_goes(
    backend: Backend, course: Course, sendgrid: SendGrid, mail: dict[str, Any]
) -> None:
    sendgrid.tell(mail, "bounce", reason="550")
    for email in course.states():
        backend.ask_admin("RESEND_CERTIFICATE", learner_email=email, course_id=course.course_id)
    backend.work()
    assert states(backend, course)[1] == {"sent"}
    assert reasons(course) == {None}


@pytest.mark.parametrize(
    "told",
    [
        {"event": "delivered", "mail_id": "0" * 32},
        {"event": "delivered"},
        {"event": "delivered", "mail_id": 7},
        {"event": "delivered", "mail_id": "x" * 5000},
        {"event": ["delivered"], "mail_id": "0" * 32},
        {"event": "open", "mail_id": "0" * 32},
        "delivered",
        None,
    ],
)
def test_what_does_not_concern_us_is_taken_and_changes_nothing(sendgrid: SendGrid, told: object) -> None:
    answer = sendgrid.post([told])
    assert (answer.status, answer.data) == (200, {"events": 1, "changed": 0})


@pytest.mark.parametrize("body", [b"", b"{}", b"[", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_list_of_events_is_refused(sendgrid: SendGrid, body: bytes) -> None:
    answer = sendgrid.post(body)
    assert (answer.status, answer.error["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("signature", ["", "not base64!", "AAAA", "MEUCIQ=="])
def test_without_the_right_signature_nothing_changes(
    backend: Backend, course: Course, sendgrid: SendGrid, mail: dict[str, Any], signature: str
) -> None:
    forged = sendgrid.post([event(mail, "delivered")], headers={"X-Twilio-Email-Event-Webhook-Signature": signature})
    assert (forged.status, forged.error["code"]) == (401, "INVALID_SIGNATURE")
    assert states(backend, course) == ({"sent"}, {"sent"})


def test_the_signature_of_another_key_body_or_time_does_not_fit(
    sendgrid: SendGrid, mail: dict[str, Any], tmp_path: Any
) -> None:
    told = [event(mail, "delivered")]
    stranger = Signer(tmp_path / "stranger.pem")
    for headers in (
        stranger.headers(b"[]"),
        sendgrid.signer.headers(b"[]"),
        {"X-Twilio-Email-Event-Webhook-Timestamp": str(int(time.time()) + 1)},
        {"X-Twilio-Email-Event-Webhook-Timestamp": "now"},
    ):
        answer = sendgrid.post(told, headers=headers)
        assert (answer.status, answer.error["code"]) == (401, "INVALID_SIGNATURE")


@pytest.mark.parametrize("age", [-660, 660])
def test_what_was_signed_too_long_ago_or_too_soon_is_refused(sendgrid: SendGrid, age: int) -> None:
    answer = sendgrid.post([], timestamp=int(time.time()) - age)
    assert (answer.status, answer.error["code"]) == (401, "STALE_TIMESTAMP")


@pytest.mark.parametrize("key", ["", "no key", "AAAA"])
def test_without_a_key_no_event_is_accepted(sendgrid: SendGrid, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("SENDGRID_EVENT_KEY", key)
    answer = sendgrid.post([])
    assert (answer.status, answer.error["code"]) == (500, "MISCONFIGURED")
    assert "SENDGRID_EVENT_KEY" not in answer.error["message"]
