"""Courses: opened, listed, shown."""

import re

from appwrite.query import Query
from pydantic import AwareDatetime, Field

from functions.admin_router.courses.fields import (
    OPTIONAL,
    CourseId,
    CourseName,
    CourseUrl,
    Locale,
    PassingScore,
    PdfEngines,
    ProductId,
    ValidityDays,
)
from functions.admin_router.courses.judging import check_template
from functions.admin_router.courses.products import refuse_taken, rematch
from functions.admin_router.courses.templates import (
    TemplateChoice,
    VersionView,
    chosen,
    current_html,
    save_template,
    versions,
)
from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.audit import difference
from shared.context import Ctx
from shared.errors import AlreadyExists, InvalidPayload, NotFound
from shared.ids import stable_id
from shared.listing import Listing, ListResult, Pagination, containing
from shared.records import Course

actions = Actions()


class CreateCourse(TemplateChoice):
    #: Made from the name if it is not given.
    course_id: str | None = Field(None, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=128)
    name: CourseName
    #: What Graphy calls the course, if not by `course_id`.
    graphy_product_id: ProductId | None = None
    course_url: CourseUrl = None
    #: For how long certificates are valid; for ever if it is not given.
    validity_days: ValidityDays = None
    #: Who reached less percent, or whose score is not known, gets no certificate; all get one if it is not given.
    passing_score: PassingScore = None
    #: How certificates write dates, as in `en-GB` or `hi`; in English if it is not given.
    locale: Locale = None
    #: What prints its certificates, in order of preference; as for all courses if it is not given.
    pdf_engines: PdfEngines = None


class ListCourses(Listing):
    #: In the name or the id.
    search: str | None = Field(None, max_length=100)
    #: True = archived ones only, null = all.
    archived: bool | None = False


class GetCourse(Payload):
    course_id: CourseId


class CourseView(Result):
    course_id: str
    name: str
    graphy_product_id: str
    course_url: str | None
    template_id: str
    template_version: int
    validity_days: int | None
    passing_score: float | None
    locale: str | None
    pdf_engines: str | None
    archived_at: AwareDatetime | None


class CourseResult(Result):
    course: CourseView


class CourseList(ListResult):
    courses: list[CourseView]


class CourseDetails(CourseView):
    #: The template that the next certificates use.
    certificate_template_html: str
    #: Why no certificate is printed with it any longer: it killed its renderer too often. Give the course another one.
    template_set_aside: str | None
    #: The latest hundred, the newest first; `template_version` says which one is in use.
    versions: list[VersionView]


class CourseDetailsResult(Result):
    course: CourseDetails


@actions("CREATE_COURSE", allow=admin)
def create_course(ctx: Ctx, payload: CreateCourse) -> CourseResult:
    """Open a course for certificates, once its template is known to be usable. Repeating the call changes nothing."""
    html = chosen(payload)
    if html is None:
        raise InvalidPayload("certificate_template_html: Give this or template_name.")
    course_id = payload.course_id or _slug(payload.name)
    product = payload.graphy_product_id or course_id
    refuse_taken(ctx, course_id, product)
    check_template(html)
    template = save_template(ctx.store, course_id, html)
    course = Course(
        id=Course.id_for(course_id),
        course_id=course_id,
        name=payload.name,
        template_id=template.id,
        template_version=template.version,
        graphy_product_id=product,
        **payload.model_dump(include=OPTIONAL),
    )
    if _insert(ctx, course):
        ctx.audit.record("course.created", difference({}, told(course)), course_id=course_id)
        rematch(ctx, course)
    return CourseResult(course=view(course))


@actions("LIST_COURSES", allow=admin)
def list_courses(ctx: Ctx, payload: ListCourses) -> CourseList:
    """Courses in the order they were created."""
    queries = containing(payload.search, "name", "course_id")
    if payload.archived is not None:
        queries.append((Query.is_not_null if payload.archived else Query.is_null)("archived_at"))
    page = ctx.store.page(Course, queries, payload.limit, payload.offset, payload.cursor)
    return CourseList(courses=[view(course) for course in page.items], pagination=Pagination.of(page))


@actions("GET_COURSE", allow=admin)
def show_course(ctx: Ctx, payload: GetCourse) -> CourseDetailsResult:
    """One course with its template."""
    course = get_course(ctx, payload.course_id)
    saved = versions(ctx, course.course_id)
    details = CourseDetails(
        **view(course).model_dump(),
        certificate_template_html=current_html(ctx, course.template_id),
        template_set_aside=next((each.set_aside for each in saved if each.version == course.template_version), None),
        versions=saved,
    )
    return CourseDetailsResult(course=details)


def get_course(ctx: Ctx, course_id: str) -> Course:
    course = ctx.store.find(Course, Course.id_for(course_id))
    if course is None:
        raise NotFound(f"There is no course {course_id!r}.", course_id=course_id)
    return course


def view(course: Course) -> CourseView:
    return CourseView.model_validate(course.columns())


def told(course: Course) -> dict[str, object]:
    """What the activity log tells of a course: its template by its version."""
    return view(course).model_dump(mode="json", exclude={"course_id", "template_id"})


def _insert(ctx: Ctx, course: Course) -> bool:
    """False if the very same course is there already. Raises `AlreadyExists` if another one is."""
    try:
        ctx.store.insert(course)
    except AlreadyExists:
        found = ctx.store.find(Course, course.id)
        if found == course:
            return False
        refuse_taken(ctx, course.course_id, course.graphy_product_id)
        raise AlreadyExists("There is a course with this id already.", course_id=course.course_id) from None
    return True


def _slug(name: str) -> str:
    """`Fire Safety, Level 2` is `fire-safety-level-2`; names without Latin letters get a code."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:128]
    return slug or f"course-{stable_id('name', name)[:12]}"
