"""What tests see of the outbox, and do to it."""

from typing import Any

from tests.functions.backend import Backend, Course

PAST = "2026-01-01T00:00:00.000+00:00"


def outbox(backend: Backend, course: Course) -> list[dict[str, Any]]:
    return backend.rows("deliveries", {"method": "equal", "attribute": "recipient", "values": [course.sop]})


def due_again(backend: Backend, course: Course, due_at: str = PAST, **changes: Any) -> None:
    """As if the lease, or the pause, were over."""
    for row in outbox(backend, course):
        backend.set_row("deliveries", row["$id"], due_at=due_at, **changes)
        for claim in backend.rows("claims", {"method": "equal", "attribute": "subject_id", "values": [row["$id"]]}):
            backend.set_row("claims", claim["$id"], expires_at=PAST)
