"""Figures are counted by the database, and mean what their names say."""

import pytest

from tests.functions.admin_router.calls import counted
from tests.functions.backend import Backend, Course
from tests.functions.courses import make_course


@pytest.fixture(scope="module")
def course(backend: Backend) -> Course:
    """Two organisations, two courses, four learners: one done, one on Graphy, two waiting, one of them in both."""
    course, other = make_course(backend), make_course(backend)
    done, _ = course.enroll("Ana Lima", "Ben Oke")
    backend.work()
    course.complete(done)
    backend.work()
    course.enroll("Cara Diaz")
    [both] = other.enroll("Dia Roy")
    row = f"name,email,organization_website\nDia Roy,{both},{other.website}\n"
    backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, csv_data=row)
    [organization] = [row for row in backend.rows("organizations") if row["website"] == other.website]
    backend.set_row("organizations", organization["$id"], archived_at="2026-11-20T10:00:00.000+00:00")
    return course


def test_learners(backend: Backend, course: Course) -> None:
    assert backend.ask_admin("LEARNER_STATISTICS").data == {
        "total_learners": 4,
        "active_learners": 2,
        "total_enrollments": 5,
        "completed_enrollments": 1,
        "not_passed_enrollments": 0,
        "completion_rate": 20.0,
    }


def test_organizations(backend: Backend, course: Course) -> None:
    assert backend.ask_admin("ORGANIZATION_STATISTICS").data == {
        "total_organizations": 2,
        "active_organizations": 1,
        "poc_contacts": 2,
        "total_learners": 4,
    }


def test_courses(backend: Backend, course: Course) -> None:
    assert backend.ask_admin("COURSE_STATISTICS", course_id="").data == {
        "total_courses": 2,
        "active_courses": 2,
        "total_learners": 4,
        "avg_completion": 20.0,
        "certificate_templates": 2,
        "course": None,
    }


def test_one_course(backend: Backend, course: Course) -> None:
    shown = backend.ask_admin("COURSE_STATISTICS", course_id=course.course_id.upper()).data["course"]
    assert shown["course_id"] == course.course_id
    states = {"queued": 2, "enrolling": 0, "enrolled": 2, "failed": 0}
    assert shown["enrollments"] == {**states, "completed": 1, "not_passed": 0}
    assert shown["certificates"] == {"queued": 0, "rendering": 0, "stored": 0, "sent": 1, "delivered": 0, "failed": 0}
    assert shown["completion_rate"] == 25.0


def test_a_course_that_is_not_there_has_no_figures(backend: Backend) -> None:
    answer = backend.ask_admin("COURSE_STATISTICS", course_id="no-such-course")
    assert (answer.status, answer.error["details"]) == (404, {"course_id": "no-such-course"})


def test_an_sops_own(backend: Backend, course: Course) -> None:
    assert backend.ask_sop(course.sop, "LEARNER_STATISTICS").data == {
        "organization_website": course.website,
        "total_learners": 3,
        "active_learners": 2,
        "active_enrollments": 1,
        "completed_courses": 1,
        "certificates_generated": 1,
    }
    foreign = backend.ask_sop(course.sop, "LEARNER_STATISTICS", organization_website="nowhere.example")
    assert foreign.status == 404


def test_each_figure_is_one_call(backend: Backend, course: Course) -> None:
    who_asks = 2
    for action, figures in {"LEARNER_STATISTICS": 5, "ORGANIZATION_STATISTICS": 4, "COURSE_STATISTICS": 6}.items():
        with counted() as calls:
            assert backend.ask_admin(action).status == 200
        assert calls.count() == who_asks + figures
