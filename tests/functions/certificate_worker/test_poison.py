"""A template that kills its renderer is set aside at the third time and holds up nobody else's certificates."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from functions.certificate_worker import work
from functions.certificate_worker.issuing import poison
from shared.certificate.press import Limits
from shared.certificate.printer import Printer
from tests.functions.backend import Backend, Course

PAST = "2026-01-01T00:00:00.000+00:00"
#: Takes more time than there is.
POISON = "{% for a in 'x' * 9000 %}{% for b in 'x' * 9000 %}{% set c = 1 %}{% endfor %}{% endfor %}{{ learner_name }}"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Renderers that may take a second a document."""
    work.close()
    monkeypatch.setattr(work, "Printer", lambda settings: Printer(settings, Limits(print_seconds=1)))
    yield
    work.close()


@pytest.fixture(autouse=True)
def plutoprint_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDF_ENGINES", "plutoprint")


def template_of(backend: Backend, course: Course) -> dict[str, Any]:
    [row] = backend.rows("templates", {"method": "equal", "attribute": "course_id", "values": [course.course_id]})
    return row


def certificates_of(backend: Backend, course: Course) -> list[dict[str, Any]]:
    return backend.rows("certificates", {"method": "equal", "attribute": "course_id", "values": [course.course_id]})


def let_time_pass(backend: Backend, course: Course) -> None:
    for row in certificates_of(backend, course):
        if row["due_at"]:
            backend.set_row("certificates", row["$id"], due_at=PAST)


@pytest.fixture
def bad(backend: Backend, new_course: Callable[..., Course]) -> Course:
    """A course whose template kills its renderer, with two learners who completed it."""
    bad = new_course()
    emails = bad.enroll("Ana Lima", "Ben Oke")
    backend.set_row("templates", template_of(backend, bad)["$id"], html=POISON)
    for email in emails:
        bad.complete(email)
    return bad


def test_it_is_tried_three_times_with_pauses_then_set_aside_and_shown(
    backend: Backend, course: Course, bad: Course
) -> None:
    [email] = course.enroll("Cara Diaz")
    course.complete(email)
    for kills in (1, 2):
        assert backend.work().status == 200
        assert template_of(backend, bad)["kills"] == kills
        rows = certificates_of(backend, bad)
        assert [row["status"] for row in rows] == ["queued", "queued"]
        assert all(row["due_at"] > "2026-06" for row in rows)
        assert all(f"({kills} of 3)" in row["reason"] for row in rows)
        let_time_pass(backend, bad)
    assert course.states()[email]["certificate_status"] in {"sent", "delivered"}
    backend.work()
    template = template_of(backend, bad)
    assert (template["kills"], template["set_aside"]) == (3, "It killed its renderer 3 times: it took longer than 1 s.")
    for state in bad.states().values():
        assert state["certificate_status"] == "failed"
        assert state["certificate_reason"].startswith("The template is set aside: It killed its renderer 3 times")
    shown = backend.ask_admin("GET_COURSE", course_id=bad.course_id).data["course"]
    assert shown["template_set_aside"] == shown["versions"][0]["set_aside"] == template["set_aside"]
    logged = backend.rows(
        "activity_logs", {"method": "equal", "attribute": "activity", "values": ["template.set_aside"]}
    )
    assert [row["course_id"] for row in logged] == [bad.course_id]


@pytest.mark.parametrize("said", ["It killed its renderer 3 times.", None])
def test_what_comes_after_fails_at_once_without_a_renderer(backend: Backend, bad: Course, said: str | None) -> None:
    backend.set_row("templates", template_of(backend, bad)["$id"], kills=poison.KILLS, set_aside=said)
    backend.work()
    template = template_of(backend, bad)
    assert (template["kills"], bool(template["set_aside"])) == (3, True)
    assert [row["status"] for row in certificates_of(backend, bad)] == ["failed", "failed"]
    assert [row["due_at"] for row in certificates_of(backend, bad)] == [None, None]


def test_another_template_and_a_resend_issue_them_after_all(backend: Backend, bad: Course) -> None:
    backend.set_row("templates", template_of(backend, bad)["$id"], kills=poison.KILLS)
    backend.work()
    edited = backend.ask_admin(
        "EDIT_COURSE", course_id=bad.course_id, certificate_template_html="<p>{{ learner_name }}</p>"
    )
    assert edited.status == 200
    for email in bad.states():
        assert backend.ask_admin("RESEND_CERTIFICATE", learner_email=email, course_id=bad.course_id).status == 200
    backend.work()
    assert {state["certificate_status"] for state in bad.states().values()} <= {"sent", "delivered"}


def test_a_template_that_is_merely_wrong_is_not_counted(backend: Backend, bad: Course) -> None:
    backend.set_row("templates", template_of(backend, bad)["$id"], html="{{ missing }}")
    backend.work()
    assert template_of(backend, bad)["kills"] in {0, None}
    assert [row["status"] for row in certificates_of(backend, bad)] == ["failed", "failed"]


def test_a_certificate_that_comes_out_clears_its_template_of_what_was_counted_before(
    backend: Backend, course: Course
) -> None:
    [email] = course.enroll("Ana Lima")
    backend.set_row("templates", template_of(backend, course)["$id"], kills=poison.KILLS - 1)
    course.complete(email)
    backend.work()
    assert template_of(backend, course)["kills"] == 0
    assert course.states()[email]["certificate_status"] == "sent"


def test_a_certificate_that_alone_kills_its_renderer_fails_in_the_end(backend: Backend, bad: Course) -> None:
    backend.work()
    first, second = certificates_of(backend, bad)
    backend.set_row("certificates", first["$id"], attempts=poison.ATTEMPTS - 1, due_at=PAST)
    backend.work()
    [given_up] = [row for row in certificates_of(backend, bad) if row["$id"] == first["$id"]]
    assert (given_up["status"], given_up["due_at"]) == ("failed", None)
    assert "in 8 attempts" in given_up["reason"]
    assert template_of(backend, bad)["kills"] == 2
    [waiting] = [row for row in certificates_of(backend, bad) if row["$id"] == second["$id"]]
    assert waiting["status"] == "queued"
