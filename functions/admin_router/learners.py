"""Learners, as admins see them."""

from typing import Any

from appwrite.query import Query
from pydantic import Field

from functions.admin_router.courses import get_course
from shared.access import admin
from shared.actions import Actions
from shared.context import Ctx
from shared.listing import Listing, ListResult, Pagination
from shared.progress import progress_in_course
from shared.records import Enrollment

actions = Actions()


class ViewLearners(Listing):
    course_id: str = Field(min_length=1, max_length=128)


class CourseLearners(ListResult):
    course_id: str
    learners: list[dict[str, Any]]


@actions("VIEW_LEARNERS", allow=admin)
def view_learners(ctx: Ctx, payload: ViewLearners) -> CourseLearners:
    """The learners of a course, each with how far enrolment and certificate are."""
    course = get_course(ctx, payload.course_id)
    of_course = [Query.equal("course_id", course.course_id)]
    page = ctx.store.page(Enrollment, of_course, payload.limit, payload.offset, payload.cursor)
    return CourseLearners(
        course_id=course.course_id,
        learners=progress_in_course(ctx.store, page.items),
        pagination=Pagination.of(page),
    )
