"""A made-up world whose every figure is known."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.record import wire_time
from tests.functions.admin_router.rows import insert
from tests.functions.backend import Backend

NOW = datetime.now(UTC)


def ago(**lapse: float) -> str:
    return wire_time(NOW - timedelta(**lapse))


def certificate(backend: Backend, status: str, **columns: Any) -> str:
    """Its id."""
    row_id = secrets.token_hex(16)
    texts = ("learner_id", "course_id", "organization_id", "template_id", "learner_name", "course_name")
    stated = dict.fromkeys(texts, "x") | {"organization_name": "x", "learner_email": "x@example.com"}
    times = {"completed_at": ago(days=3), "issued_at": ago(days=2)}
    number = {"certificate_number": row_id.upper()}
    insert(backend, "certificates", row_id, **{**stated, **times, **number, "status": status, **columns})
    return row_id


def completion(backend: Backend, status: str, **columns: Any) -> None:
    told = {"course_id": "x", "email": "x@example.com", "payload": "{}", "event_id": secrets.token_hex(4)}
    times = {"completed_at": ago(days=3), "received_at": ago(days=2)}
    insert(backend, "completions", secrets.token_hex(16), **{**told, **times, "status": status, **columns})


def delivery(backend: Backend, status: str, **columns: Any) -> None:
    about = {"certificate_id": "x", "organization_id": "x", "recipient": "x@example.com", "purpose": "issued"}
    insert(backend, "deliveries", secrets.token_hex(16), **{**about, "status": status, **columns})


def enrollment(backend: Backend, status: str, **columns: Any) -> None:
    about = {"learner_id": "x", "course_id": "x", "organization_id": "x", "completed": False}
    insert(backend, "enrollments", secrets.token_hex(16), **{**about, "status": status, **columns})


def look_up(backend: Backend, outcome: str, count: int, day: datetime) -> None:
    begun = wire_time(day.replace(hour=0, minute=0, second=0, microsecond=0))
    insert(backend, "look_ups", secrets.token_hex(16), outcome=outcome, count=count, day=begun)


def make(backend: Backend) -> None:
    """What `test_metrics` expects."""
    _certificates(backend)
    for status, columns in (
        ("received", {"received_at": ago(minutes=50), "due_at": ago(minutes=40)}),
        ("received", {"received_at": ago(minutes=20), "due_at": ago(hours=-3)}),
        ("matched", {}),
        ("unmatched", {"received_at": ago(hours=25)}),
        ("not_passed", {}),
        ("unreadable", {}),
    ):
        completion(backend, status, **columns)
    _deliveries(backend)
    enrollment(backend, "failed", reason="Graphy says no.", due_at=ago(hours=2))
    enrollment(backend, "queued", reason="Graphy is busy.", due_at=ago(hours=3))
    enrollment(backend, "queued", due_at=ago(hours=-5))
    enrollment(backend, "enrolled", enrolled_at=ago(days=9))
    wanted = {"kind": "zip", "request": "{}", "status": "queued", "expires_at": ago(days=-1), "due_at": ago(minutes=1)}
    insert(backend, "exports", secrets.token_hex(16), **wanted)
    look_up(backend, "valid", 7, NOW)
    look_up(backend, "unknown", 2, NOW)
    look_up(backend, "valid", 100, NOW - timedelta(days=1))


def _certificates(backend: Backend) -> None:
    certificate(backend, "queued", due_at=ago(minutes=10))
    certificate(backend, "queued", due_at=ago(minutes=4))
    certificate(backend, "rendering", due_at=ago(hours=-2))
    certificate(backend, "stored")
    certificate(backend, "failed")
    for status in ("sent", "failed"):
        certificate(backend, status, revoked_at=ago(days=1), revoked_reason="Wrong name.")
    # Nine waited 1 to 9 minutes for their mail; the tenth, from before `received_at` was kept, counts from its issue.
    for minutes in range(1, 10):
        row_id = certificate(backend, "sent" if minutes < 8 else "delivered", received_at=ago(minutes=60 + minutes))
        taken_by = {"provider": "smtp"} if minutes < 4 else {"provider": "sendgrid"} if minutes < 8 else {}
        delivery(
            backend, "sent" if minutes < 8 else "delivered", certificate_id=row_id, sent_at=ago(hours=1), **taken_by
        )
    row_id = certificate(backend, "delivered", issued_at=ago(hours=2))
    delivery(backend, "bounced", certificate_id=row_id, sent_at=ago(hours=1))
    # Sent again days later: Graphy has nothing to do with that.
    delivery(backend, "sent", certificate_id=row_id, sent_at=ago(), purpose="resent")


def _deliveries(backend: Backend) -> None:
    delivery(backend, "queued", due_at=ago(minutes=6))
    delivery(backend, "sending", due_at=ago(hours=-3))
    delivery(backend, "failed")
    delivery(backend, "failed")
    delivery(backend, "dropped", certificate_id="gone", sent_at=ago(minutes=30))
