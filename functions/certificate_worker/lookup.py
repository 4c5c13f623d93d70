"""Courses by what Graphy calls them."""

from collections.abc import Collection, Mapping

from shared.records import Course
from shared.store import Store

#: Of `courses.graphy_product_id`; no course has a longer one.
_LONGEST = 128


def courses_by_name(store: Store, names: Collection[str]) -> Mapping[str, Course]:
    """Those whose course id or Graphy product id is among `names`, by `course_key`; no two share one."""
    by_product = store.find_by(Course, "graphy_product_id", (name for name in names if 0 < len(name) <= _LONGEST))
    by_id = store.find_many(Course, map(Course.id_for, names)).values()
    return {course_key(course.graphy_product_id): course for course in by_product} | {
        course_key(course.course_id): course for course in by_id
    }


def course_key(name: str) -> str:
    """A course's name as it is compared: case and spaces around it do not count."""
    return name.strip().casefold()
