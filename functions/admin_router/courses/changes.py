"""Courses: edited, archived, restored, deleted."""

from typing import Any

from appwrite.query import Query

from functions.admin_router.courses.courses import CourseResult, get_course, told, view
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
from functions.admin_router.courses.products import refuse_taken, rejudge, rematch
from functions.admin_router.courses.templates import TemplateChoice, chosen, save_template
from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.audit import difference
from shared.context import Ctx
from shared.errors import AlreadyExists, InUse
from shared.records import Certificate, Course, Enrollment, Template

actions = Actions()

_KEPT_IF_NULL = ("name", "graphy_product_id")


class EditCourse(TemplateChoice):
    """What is left out stays as it is. A template becomes the next version; certificates keep theirs."""

    course_id: CourseId
    name: CourseName | None = None
    graphy_product_id: ProductId | None = None
    #: Null removes it, as it does the next four.
    course_url: CourseUrl = None
    validity_days: ValidityDays = None
    #: Completions that were not enough are held against the new one; what was issued stays.
    passing_score: PassingScore = None
    locale: Locale = None
    pdf_engines: PdfEngines = None
    #: False restores an archived course.
    archived: bool | None = None


class DeleteCourse(Payload):
    course_id: CourseId
    #: Keep the course, its learners and certificates, but take no new learners.
    archive: bool = False


class DeleteResult(Result):
    success: bool
    #: True: it was kept, archived.
    archived: bool


@actions("EDIT_COURSE", allow=admin)
def edit_course(ctx: Ctx, payload: EditCourse) -> CourseResult:
    """Change a course, its template, or whether it is archived. What was issued stays as it is."""
    course = get_course(ctx, payload.course_id)
    html = chosen(payload)
    if html is not None:
        check_template(html)
    return CourseResult(course=view(change(ctx, course, html, **_details(ctx, course, payload))))


@actions("DELETE_COURSE", allow=admin)
def delete_course(ctx: Ctx, payload: DeleteCourse) -> DeleteResult:
    """Delete a course that nobody takes or took; archive any other if asked to."""
    course = get_course(ctx, payload.course_id)
    if payload.archive:
        change(ctx, course, archived_at=course.archived_at or ctx.now())
        return DeleteResult(success=True, archived=True)
    of_course = [Query.equal("course_id", [course.course_id])]
    learners, certificates = ctx.store.count(Enrollment, of_course), ctx.store.count(Certificate, of_course)
    if learners or certificates:
        raise InUse(
            "The course has learners or certificates; archive it instead.",
            learners=learners,
            certificates=certificates,
        )
    ctx.store.delete(Course, course.id)
    ctx.store.delete_where(Template, of_course)
    ctx.audit.record("course.deleted", difference(told(course), {}), course_id=course.course_id)
    return DeleteResult(success=True, archived=False)


def change(ctx: Ctx, course: Course, html: str | None = None, **details: Any) -> Course:
    """Give the course this template, which is known to be usable, and these columns; a repeat writes nothing."""
    if "graphy_product_id" in details:
        refuse_taken(ctx, course.course_id, details["graphy_product_id"])
    if html is not None:
        template = save_template(ctx.store, course.course_id, html)
        details |= {"template_id": template.id, "template_version": template.version}
    changed = {name: value for name, value in details.items() if value != getattr(course, name)}
    edited = _write(ctx, course, changed) if changed else course
    if "graphy_product_id" in changed:
        rematch(ctx, edited)
    if "passing_score" in details:
        # Unchanged too: whoever asked before may have died in between.
        rejudge(ctx, edited)
    return edited


def _write(ctx: Ctx, course: Course, changed: dict[str, Any]) -> Course:
    try:
        edited = ctx.store.update(Course, course.id, **changed)
    except AlreadyExists:
        product = changed.get("graphy_product_id")
        raise AlreadyExists(
            "graphy_product_id: Graphy means another course by it.", graphy_product_id=product
        ) from None
    _record(ctx, course, edited)
    return edited


def _details(ctx: Ctx, course: Course, payload: EditCourse) -> dict[str, Any]:
    """The columns that the payload sets."""
    kept = {name: value for name in _KEPT_IF_NULL if (value := getattr(payload, name)) is not None}
    removable = {name: getattr(payload, name) for name in OPTIONAL if name in payload.model_fields_set}
    if payload.archived is None:
        return kept | removable
    return kept | removable | {"archived_at": (course.archived_at or ctx.now()) if payload.archived else None}


def _record(ctx: Ctx, before: Course, after: Course) -> None:
    changes = difference(told(before), told(after))
    archived = changes.pop("archived_at", None)
    entries = [ctx.audit.entry("course.edited", changes, course_id=after.course_id)] if changes else []
    if archived:
        activity = "course.archived" if after.archived_at else "course.restored"
        entries.append(ctx.audit.entry(activity, course_id=after.course_id))
    ctx.audit.record_all(entries)
