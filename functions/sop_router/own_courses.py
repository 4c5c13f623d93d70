"""The courses that an organisation has learners in."""

from appwrite.query import Query

from shared.context import Ctx
from shared.records import Course, Enrollment, Organization
from shared.store import BATCH

#: More than an organisation has.
_MOST = 200


def courses_of(ctx: Ctx, organization: Organization) -> list[Course]:
    """By name. The database names no value just once, so what is known is skipped: a call for each course at most."""
    ids: list[str] = []
    while len(ids) < _MOST and (found := _after(ctx, organization, ids[-1:])):
        ids += found
    courses = ctx.store.find_many(Course, map(Course.id_for, ids)).values()
    return sorted(courses, key=lambda course: course.name.casefold())


def _after(ctx: Ctx, organization: Organization, known: list[str]) -> list[str]:
    queries = [Query.equal("organization_id", [organization.id]), Query.order_asc("course_id")]
    queries += [Query.greater_than("course_id", last) for last in known]
    return list(dict.fromkeys(each.course_id for each in ctx.store.first(Enrollment, queries, limit=BATCH)))
