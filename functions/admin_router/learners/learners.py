"""Learners, as admins see them."""

from typing import Annotated

from pydantic import AliasChoices, Field

from functions.admin_router.courses.courses import get_course
from functions.admin_router.learners import changes as learner_changes
from functions.admin_router.learners import erasure
from functions.admin_router.lookup import organization_if_named
from shared.access import admin
from shared.actions import Actions
from shared.context import Ctx
from shared.portal.figures import EnrollmentProgress, count, enrollment_figures
from shared.portal.learner_lists import LearnerList, LearnerListing, list_learners
from shared.records import Course

actions = Actions(learner_changes.actions, erasure.actions)


@actions("LIST_LEARNERS", "LIST_ALL_LEARNERS", allow=admin)
def list_all_learners(ctx: Ctx, payload: LearnerListing) -> LearnerList:
    """Learners with their courses and certificates: all, or those of a course, an organisation or a state.

    One entry for each learner; with `course_id`, `status` or `certificate_status` one for each enrolment that fits.
    """
    if payload.course_id:
        get_course(ctx, payload.course_id)
    return list_learners(ctx, payload, organization_if_named(ctx, payload.organization_website))


class ViewLearners(LearnerListing):
    course_id: Annotated[str, Field(min_length=1, max_length=128, validation_alias=AliasChoices("course_id", "course"))]


class CourseLearners(LearnerList):
    course_id: str
    course_name: str
    #: Of all learners of the course, whatever the list is narrowed to; told with the first page alone.
    progress: EnrollmentProgress | None


@actions("VIEW_LEARNERS", allow=admin)
def view_learners(ctx: Ctx, payload: ViewLearners) -> CourseLearners:
    """The learners of a course, each with how far enrolment and certificate are, and how far all of them are."""
    course = get_course(ctx, payload.course_id)
    listed = list_learners(ctx, payload, organization_if_named(ctx, payload.organization_website))
    is_first = not payload.offset and not payload.cursor
    return CourseLearners(
        course_id=course.course_id,
        course_name=course.name,
        progress=_progress(ctx, course) if is_first else None,
        learners=listed.learners,
        summary=listed.summary,
        pagination=listed.pagination,
    )


def _progress(ctx: Ctx, course: Course) -> EnrollmentProgress:
    return EnrollmentProgress(**count(ctx.store, enrollment_figures(course.course_id)))
