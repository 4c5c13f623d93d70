"""What a bulk costs, counted in calls to Appwrite."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from shared.certificate.number import new_number
from shared.records import Certificate, CertificateStatus
from tests.functions.admin_router.calls import counted
from tests.functions.admin_router.rows import organization_of
from tests.functions.admin_router.stock import fates
from tests.functions.backend import TEMPLATE, Backend, Course

BLOCK = 100


def fill(backend: Backend, course: Course, count: int) -> None:
    """Certificates that were delivered, put into the table past the worker."""
    [row] = backend.rows("courses", {"method": "equal", "attribute": "course_id", "values": [course.course_id]})
    template, organization = row["template_id"], organization_of(backend, course)["$id"]
    rows = [_certificate(course, template, organization).to_row() for _ in range(count)]
    for start in range(0, count, BLOCK):
        backend.server.post("/tablesdb/certificates/tables/certificates/rows", rows=rows[start : start + BLOCK])


def _certificate(course: Course, template_id: str, organization_id: str) -> Certificate:
    now = datetime.now(UTC)
    return Certificate(
        id=secrets.token_hex(16),
        certificate_number=new_number(now.year, secrets.token_bytes),
        learner_name="Ana Lima",
        learner_email="ana@acme.example",
        course_name="Course",
        organization_name="Org",
        completed_at=now,
        issued_at=now,
        expires_at=now + timedelta(days=5),
        template_id=template_id,
        learner_id=secrets.token_hex(16),
        course_id=course.course_id,
        organization_id=organization_id,
        status=CertificateStatus.DELIVERED,
        file_id=secrets.token_hex(16),
        key_id="k1",
    )


@pytest.fixture
def full(backend: Backend, new_course: Callable[..., Course]) -> Course:
    """A course with two hundred certificates, whose template has changed since."""
    course = new_course()
    fill(backend, course, 2 * BLOCK)
    backend.ask_admin("EDIT_COURSE", course_id=course.course_id, certificate_template_html=f"{TEMPLATE}<p>new</p>")
    return course


@pytest.mark.parametrize(("action", "most"), [("BULK_REVOKE", 10), ("BULK_REPLACE", 10)])
def test_a_hundred_certificates_cost_a_handful_of_calls(backend: Backend, full: Course, action: str, most: int) -> None:
    asked = {"course_id": full.course_id, "reason": "An error.", "use_current_template": True, "notify": True}
    with counted() as dry:
        backend.ask_admin(action, **asked)
    with counted() as real:
        answer = backend.ask_admin(action, **asked, dry_run=False)
    with counted() as again:
        backend.ask_admin(action, **asked, dry_run=False)
    assert fates(answer) == {"done": 2 * BLOCK}
    # Who asks, the course and its certificates; the bulk's line in the log and the kick.
    assert len(dry.made) <= 5
    assert len(real.made) <= len(dry.made) + 2 + 2 * most
    assert len(again.made) < len(real.made)


def test_a_page_of_what_expires_costs_three_calls(backend: Backend, full: Course) -> None:
    with counted() as calls:
        answer = backend.ask_admin("LIST_EXPIRING", course_id=full.course_id, limit=100)
    assert len(answer.data["certificates"]) == 100
    assert len(calls.made) <= 4
