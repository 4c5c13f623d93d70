"""Learners: uploaded by CSV, enrolled by the worker, seen by course."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from appwrite.query import Query
from pydantic import Field

from functions.admin_router import learners_csv
from functions.admin_router.courses import get_course
from functions.admin_router.learners_csv import Row
from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.context import Ctx
from shared.progress import MAX_PAGE, progress_in_course
from shared.records import Course, Enrollment, Learner, Organization
from shared.runtime import Response
from shared.store import Store

actions = Actions()


class UploadLearners(Payload):
    course_id: str = Field(min_length=1, max_length=128)
    csv_data: str = Field(min_length=1)


class Fate(StrEnum):
    """What became of a row."""

    ADDED = "added"
    ALREADY_ENROLLED = "already_enrolled"
    REJECTED = "rejected"


class RowReport(Result):
    row: int
    name: str
    email: str
    organization_website: str
    fate: Fate
    #: The column that is wrong and what is wrong with it, for rejected rows.
    field: str | None = None
    reason: str | None = None


class UploadReport(Result):
    course_id: str
    #: How many rows met which fate.
    summary: dict[Fate, int]
    learners: list[RowReport]


class ViewLearners(Payload):
    course_id: str = Field(min_length=1, max_length=128)
    limit: int = Field(25, ge=1, le=MAX_PAGE)
    offset: int = Field(0, ge=0)


@actions("UPLOAD_LEARNERS_CSV", allow=admin)
def upload_learners_csv(ctx: Ctx, payload: UploadLearners) -> UploadReport:
    """Add the learners of a CSV to a course; the worker enrolls them on Graphy.

    Good rows are taken even if others are not, and the same file again changes nothing.
    """
    course = get_course(ctx, payload.course_id)
    sheet = learners_csv.read(payload.csv_data, ctx.settings.max_csv_rows)
    known = _look_up(ctx.store, sheet.rows)
    reports = [_rejected(problem.row, problem.field, problem.reason) for problem in sheet.problems]
    good = []
    for row in sheet.rows:
        rejection = _rejection(row, known)
        if rejection:
            reports.append(rejection)
        else:
            good.append(row)
    added = _add(ctx.store, course, good, known, ctx.now())
    reports += [_accepted(row, course, added) for row in good]
    if added:
        ctx.executions.kick_worker()
    ctx.log.info("learners uploaded", course_id=course.course_id, rows=len(reports), added=len(added))
    summary = {fate: sum(report.fate is fate for report in reports) for fate in Fate}
    return UploadReport(
        course_id=course.course_id, summary=summary, learners=sorted(reports, key=lambda each: each.row)
    )


@actions("VIEW_LEARNERS", allow=admin)
def view_learners(ctx: Ctx, payload: ViewLearners) -> Response:
    """The learners of a course, each with how far enrolment and certificate are."""
    course = get_course(ctx, payload.course_id)
    of_course = [Query.equal("course_id", course.course_id)]
    page = ctx.store.page(Enrollment, of_course, payload.limit, payload.offset)
    data = {"course_id": course.course_id, "learners": progress_in_course(ctx.store, page.items)}
    return Response(data, pagination=page.pagination)


@dataclass(frozen=True)
class _Known:
    """What the file refers to; organisations by website, the others by id."""

    organizations: dict[str, Organization]
    learners: dict[str, Learner]


def _look_up(store: Store, rows: Iterable[Row]) -> _Known:
    ids = {Organization.id_for(row.organization_website) for row in rows}
    organizations = store.find_many(Organization, ids).values()
    learners = store.find_many(Learner, (Learner.id_for(row.email) for row in rows))
    return _Known({organization.website: organization for organization in organizations}, learners)


def _rejection(row: Row, known: _Known) -> RowReport | None:
    organization = known.organizations.get(row.organization_website)
    if organization is None:
        return _rejected(row, "organization_website", "There is no such organization.")
    learner = known.learners.get(Learner.id_for(row.email))
    if learner and learner.organization_id != organization.id:
        return _rejected(row, "organization_website", "This learner belongs to another organization.")
    return None


def _add(store: Store, course: Course, rows: Sequence[Row], known: _Known, now: datetime) -> set[str]:
    """Insert the learners and enrolments that are new; answers the ids of the new enrolments."""
    learners = [
        Learner(
            id=Learner.id_for(row.email),
            email=row.email,
            name=row.name,
            organization_id=known.organizations[row.organization_website].id,
        )
        for row in rows
    ]
    store.insert_missing(learner for learner in learners if learner.id not in known.learners)
    return store.insert_missing(
        Enrollment(
            id=Enrollment.id_for(learner.id, course.course_id),
            learner_id=learner.id,
            course_id=course.course_id,
            organization_id=learner.organization_id,
            due_at=now,
        )
        for learner in learners
    )


def _accepted(row: Row, course: Course, added: set[str]) -> RowReport:
    new = Enrollment.id_for(Learner.id_for(row.email), course.course_id) in added
    return RowReport(fate=Fate.ADDED if new else Fate.ALREADY_ENROLLED, **_cells(row))


def _rejected(row: Row, field: str, reason: str) -> RowReport:
    return RowReport(fate=Fate.REJECTED, field=field, reason=reason, **_cells(row))


def _cells(row: Row) -> dict[str, Any]:
    return {
        "row": row.number,
        "name": row.name,
        "email": row.email,
        "organization_website": row.organization_website,
    }
