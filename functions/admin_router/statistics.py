"""How many there are of everything, counted by the database."""

from typing import Annotated

from appwrite.query import Query
from pydantic import Field

from functions.admin_router.courses.courses import get_course
from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.context import Ctx
from shared.portal.figures import (
    ACTIVE,
    COMPLETED,
    NOT_PASSED,
    CertificateProgress,
    EnrollmentProgress,
    Figure,
    certificate_figures,
    count,
    enrollment_figures,
    percent,
)
from shared.portal.learner_lists import Blank
from shared.records import Contact, Course, Enrollment, Learner, Organization, Template

actions = Actions()

_NOT_ARCHIVED = Query.is_null("archived_at")


class Nothing(Payload):
    """These figures are of everything there is."""


class LearnerStatistics(Result):
    #: People.
    total_learners: int
    #: Those whom Graphy has taken into a course.
    active_learners: int
    #: Learners in courses: somebody in two courses counts twice.
    total_enrollments: int
    #: Of these, those that Graphy reported as completed.
    completed_enrollments: int
    #: Of these, those who have no certificate because their score was not enough.
    not_passed_enrollments: int
    #: Percent of all enrolments that are completed, with one decimal.
    completion_rate: float


@actions("LEARNER_STATISTICS", allow=admin)
def learner_statistics(ctx: Ctx, payload: Nothing) -> LearnerStatistics:  # noqa: ARG001
    """How many learners there are, and how far they are."""
    figures: dict[str, Figure] = {
        "total_learners": (Learner, []),
        "active_learners": (Learner, [ACTIVE]),
        "total_enrollments": (Enrollment, []),
        "completed_enrollments": (Enrollment, [COMPLETED]),
        "not_passed_enrollments": (Enrollment, [NOT_PASSED]),
    }
    found = count(ctx.store, figures)
    rate = percent(found["completed_enrollments"], found["total_enrollments"])
    return LearnerStatistics(**found, completion_rate=rate)


class OrganizationStatistics(Result):
    #: Archived ones too.
    total_organizations: int
    #: Not archived.
    active_organizations: int
    #: Single points of contact; one who serves two organisations counts twice.
    poc_contacts: int
    #: People in all organisations.
    total_learners: int


@actions("ORGANIZATION_STATISTICS", allow=admin)
def organization_statistics(ctx: Ctx, payload: Nothing) -> OrganizationStatistics:  # noqa: ARG001
    """How many organisations, contacts and learners there are."""
    figures: dict[str, Figure] = {
        "total_organizations": (Organization, []),
        "active_organizations": (Organization, [_NOT_ARCHIVED]),
        "poc_contacts": (Contact, []),
        "total_learners": (Learner, []),
    }
    return OrganizationStatistics(**count(ctx.store, figures))


class AskCourses(Payload):
    #: Tells also how far this course is.
    course_id: Annotated[str | None, Blank] = Field(None, max_length=128)


class CourseState(Result):
    course_id: str
    course_name: str
    enrollments: EnrollmentProgress
    certificates: CertificateProgress
    #: Percent of its enrolments that are completed, with one decimal.
    completion_rate: float


class CourseStatistics(Result):
    #: Archived ones too.
    total_courses: int
    #: Not archived.
    active_courses: int
    #: People in all courses; somebody in two courses counts once.
    total_learners: int
    #: Percent of all enrolments that are completed, with one decimal: courses with more learners weigh more.
    avg_completion: float
    #: Templates that were saved, older versions too, since certificates issued with them stay as they are.
    certificate_templates: int
    #: Of the course asked for.
    course: CourseState | None


@actions("COURSE_STATISTICS", allow=admin)
def course_statistics(ctx: Ctx, payload: AskCourses) -> CourseStatistics:
    """How many courses there are and how far their learners are; with `course_id` also how far that course is."""
    course = get_course(ctx, payload.course_id) if payload.course_id else None
    figures: dict[str, Figure] = {
        "total_courses": (Course, []),
        "active_courses": (Course, [_NOT_ARCHIVED]),
        "total_learners": (Learner, []),
        "certificate_templates": (Template, []),
        "enrollments": (Enrollment, []),
        "completed": (Enrollment, [COMPLETED]),
    }
    found = count(ctx.store, figures)
    return CourseStatistics(
        total_courses=found["total_courses"],
        active_courses=found["active_courses"],
        total_learners=found["total_learners"],
        certificate_templates=found["certificate_templates"],
        avg_completion=percent(found["completed"], found["enrollments"]),
        course=_state(ctx, course) if course else None,
    )


def _state(ctx: Ctx, course: Course) -> CourseState:
    enrollments = EnrollmentProgress(**count(ctx.store, enrollment_figures(course.course_id)))
    all_of_them = enrollments.queued + enrollments.enrolling + enrollments.enrolled + enrollments.failed
    return CourseState(
        course_id=course.course_id,
        course_name=course.name,
        enrollments=enrollments,
        certificates=CertificateProgress(**count(ctx.store, certificate_figures(course.course_id))),
        completion_rate=percent(enrollments.completed, all_of_them),
    )
