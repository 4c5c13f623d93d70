"""Courses and their certificate templates."""

import re

from pydantic import Field

from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.certificate.press import Press, RendererUnavailable
from shared.context import Ctx
from shared.errors import AlreadyExists, InvalidTemplate, NotFound, Unavailable
from shared.ids import stable_id
from shared.records import Course, Template

actions = Actions()


class CreateCourse(Payload):
    #: Made from the name if it is not given.
    course_id: str | None = Field(None, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=128)
    name: str = Field(min_length=1, max_length=255)
    certificate_template_html: str = Field(min_length=1)
    #: What Graphy calls the course, if not by `course_id`.
    graphy_product_id: str | None = Field(None, min_length=1, max_length=128)
    course_url: str | None = Field(None, max_length=1024)


class CourseView(Result):
    course_id: str
    name: str
    graphy_product_id: str
    course_url: str | None
    template_id: str


class CourseResult(Result):
    course: CourseView


@actions("CREATE_COURSE", allow=admin)
def create_course(ctx: Ctx, payload: CreateCourse) -> CourseResult:
    """Open a course for certificates, once its template is known to be usable."""
    check_template(payload.certificate_template_html)
    course_id = payload.course_id or _slug(payload.name)
    html = payload.certificate_template_html
    template = Template(id=Template.id_for(course_id, html), course_id=course_id, html=html)
    course = Course(
        id=Course.id_for(course_id),
        course_id=course_id,
        name=payload.name,
        template_id=template.id,
        graphy_product_id=payload.graphy_product_id or course_id,
        course_url=payload.course_url or None,
    )
    ctx.store.insert_missing([template])
    try:
        ctx.store.insert(course)
    except AlreadyExists:
        raise AlreadyExists("There is a course with this id already.", course_id=course_id) from None
    ctx.log.info("course created", course_id=course_id)
    return CourseResult(course=CourseView(**course.columns()))


def check_template(html: str) -> None:
    """Raises `InvalidTemplate` with every problem, each with its line where that is known."""
    try:
        with Press() as press:
            problems = press.check(html)
    except RendererUnavailable as error:
        raise Unavailable("Templates can't be checked now.") from error
    if not problems:
        return
    where = f"Line {problems[0].line}: " if problems[0].line else ""
    found = [{"line": problem.line, "reason": problem.reason} for problem in problems]
    raise InvalidTemplate(f"{where}{problems[0].reason}", problems=found)


def get_course(ctx: Ctx, course_id: str) -> Course:
    course = ctx.store.find(Course, Course.id_for(course_id))
    if course is None:
        raise NotFound(f"There is no course {course_id!r}.", course_id=course_id)
    return course


def _slug(name: str) -> str:
    """`Fire Safety, Level 2` is `fire-safety-level-2`; names without Latin letters get a code."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:128]
    return slug or f"course-{stable_id('name', name)[:12]}"
