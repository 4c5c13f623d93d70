"""Learners by CSV: what a file would do, and doing it."""

from typing import Annotated, Self

from appwrite.query import Query
from pydantic import Field, StringConstraints, model_validator

from functions.admin_router.courses.courses import get_course
from functions.admin_router.sheets import rows as learners_csv
from functions.admin_router.sheets.additions import add_learners
from functions.admin_router.sheets.opening import MAX_BYTES
from functions.admin_router.sheets.preflight import judge, look_up
from functions.admin_router.sheets.reports import CsvReport, PreflightReport, Summary, preflight_report, report
from functions.admin_router.sheets.rows import Sheet
from shared.access import admin
from shared.actions import Actions, Payload
from shared.audit import difference
from shared.context import Ctx
from shared.errors import Archived
from shared.records import Completion, CompletionStatus, Course

actions = Actions()


class LearnersFile(Payload):
    """A CSV with the columns name, email and organization_website, as text or as the id of a file."""

    course_id: str = Field(min_length=1, max_length=128)
    #: Not stripped: a tab at the beginning or the end of a line is an empty cell.
    csv_data: Annotated[str, StringConstraints(strip_whitespace=False)] | None = None
    #: Of a file in the bucket `imports`.
    file_id: str | None = Field(None, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,35}$")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.csv_data is None) == (self.file_id is None):
            raise ValueError("exactly one of csv_data and file_id is needed")
        return self


@actions("VALIDATE_CSV", "VALIDATE_CSV_ORGANIZATION_CONFLICTS", allow=admin)
def validate_csv(ctx: Ctx, payload: LearnersFile) -> PreflightReport:
    """Tell what an upload would do with each row; nothing is written."""
    course, sheet = _opened(ctx, payload)
    return preflight_report(course.course_id, sheet, judge(sheet, look_up(ctx.store, course, sheet.rows)))


@actions("UPLOAD_LEARNERS_CSV", "UPLOAD_LEARNERS_CSV_DIRECT", allow=admin)
def upload_learners_csv(ctx: Ctx, payload: LearnersFile) -> CsvReport:
    """Add the learners of a CSV to a course; the worker enrolls them on Graphy.

    Good rows are taken even if others are not, and the same rows again change nothing. An uploaded file is then
    removed: it holds nothing but personal data.
    """
    course, sheet = _opened(ctx, payload)
    verdicts = add_learners(ctx, course, sheet, look_up(ctx.store, course, sheet.rows))
    answer = report(course.course_id, sheet, verdicts)
    if answer.summary.added:
        _follow_up(ctx, course, answer.summary)
    if payload.file_id:
        ctx.imports.delete(payload.file_id)
    ctx.log.info("learners uploaded", course_id=course.course_id, **answer.summary.model_dump())
    return answer


def _opened(ctx: Ctx, payload: LearnersFile) -> tuple[Course, Sheet]:
    course = get_course(ctx, payload.course_id)
    if course.archived_at:
        raise Archived("This course is archived and takes no learners.", course_id=course.course_id)
    if payload.file_id:
        source: str | bytes = ctx.imports.fetch(payload.file_id, MAX_BYTES)
    else:
        source = payload.csv_data or ""
    return course, learners_csv.read(source, ctx.settings.max_csv_rows)


def _follow_up(ctx: Ctx, course: Course, summary: Summary) -> None:
    """Completions that waited for these learners are looked at again now."""
    waiting = [
        Query.equal("status", [CompletionStatus.UNMATCHED.value]),
        Query.equal("course_id", [course.course_id, course.graphy_product_id]),
    ]
    ctx.store.update_where(Completion, waiting, due_at=ctx.now())
    counts = {fate: count for fate, count in summary.model_dump().items() if count}
    ctx.audit.record("learners.uploaded", difference({}, counts), course_id=course.course_id)
    ctx.executions.kick_worker()
