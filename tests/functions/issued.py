"""Certificates to revoke and replace in tests, and what became of them."""

import json
from typing import Any

from tests.functions.backend import Answer, Backend, Course

PAST = "2026-01-01T00:00:00.000+00:00"


def issued(backend: Backend, course: Course, *names: str) -> list[str]:
    """The numbers of certificates that were printed and mailed, in the order of `names`."""
    emails = course.enroll(*names)
    for email in emails:
        course.complete(email, f"evt-{email}")
    backend.work()
    return [number_of(backend, email) for email in emails]


def number_of(backend: Backend, email: str) -> str:
    [row] = rows_with(backend, "certificates", "learner_email", email)
    return str(row["certificate_number"])


def rows_with(backend: Backend, table: str, column: str, value: str) -> list[dict[str, Any]]:
    return backend.rows(table, {"method": "equal", "attribute": column, "values": [value]})


def row_of(backend: Backend, number: str) -> dict[str, Any]:
    [row] = rows_with(backend, "certificates", "certificate_number", number)
    return row


def mails_about(backend: Backend, number: str) -> list[dict[str, Any]]:
    return rows_with(backend, "deliveries", "certificate_id", row_of(backend, number)["$id"])


def told_of(backend: Backend, number: str) -> list[tuple[str, dict[str, Any]]]:
    """What the log tells of a certificate, in the order that it was written."""
    rows = rows_with(backend, "activity_logs", "subject_id", row_of(backend, number)["$id"])
    return [(row["activity"], json.loads(row["changes"] or "{}")) for row in rows]


def shown(backend: Backend, number: str) -> dict[str, Any]:
    certificate: dict[str, Any] = backend.ask_admin("GET_CERTIFICATE", certificate_number=number).data["certificate"]
    return certificate


def revoke(backend: Backend, number: str, **more: Any) -> Answer:
    return backend.ask_admin("REVOKE_CERTIFICATE", certificate_number=number, **{"reason": "A mistake.", **more})


def replace(backend: Backend, number: str, **more: Any) -> Answer:
    return backend.ask_admin("REPLACE_CERTIFICATE", certificate_number=number, **{"reason": "Misspelt.", **more})


def due_now(backend: Backend, number: str, **changes: Any) -> None:
    """As if the lease, or the pause, were over."""
    row = row_of(backend, number)
    backend.set_row("certificates", row["$id"], due_at=PAST, **changes)
    for claim in rows_with(backend, "claims", "subject_id", row["$id"]):
        backend.set_row("claims", claim["$id"], expires_at=PAST)
