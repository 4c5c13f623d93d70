"""Learners by CSV: what a file would do, and doing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from functions.admin_router import learners_csv
from functions.admin_router.courses import get_course
from functions.admin_router.learners_csv import Row
from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.context import Ctx
from shared.people import ensure_learners, learners_by_email, organizations_by_website
from shared.records import Course, Enrollment, Learner, Organization
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
    added = _add(ctx, course, good, known)
    reports += [_accepted(row, added) for row in good]
    if added:
        ctx.executions.kick_worker()
    ctx.log.info("learners uploaded", course_id=course.course_id, rows=len(reports), added=len(added))
    summary = {fate: sum(report.fate is fate for report in reports) for fate in Fate}
    return UploadReport(
        course_id=course.course_id, summary=summary, learners=sorted(reports, key=lambda each: each.row)
    )


@dataclass(frozen=True)
class _Known:
    """What the file refers to; organisations by website, learners by address."""

    organizations: dict[str, Organization]
    learners: dict[str, Learner]


def _look_up(store: Store, rows: Sequence[Row]) -> _Known:
    organizations = organizations_by_website(store, (row.organization_website for row in rows))
    return _Known(organizations, learners_by_email(store, (row.email for row in rows)))


def _rejection(row: Row, known: _Known) -> RowReport | None:
    organization = known.organizations.get(row.organization_website)
    if organization is None:
        return _rejected(row, "organization_website", "There is no such organization.")
    learner = known.learners.get(row.email)
    if learner and learner.organization_id != organization.id:
        return _rejected(row, "organization_website", "This learner belongs to another organization.")
    return None


def _add(ctx: Ctx, course: Course, rows: Sequence[Row], known: _Known) -> set[str]:
    """Insert the learners and enrolments that are new; answers the addresses of those newly enrolled."""
    new = [
        Learner(
            id=ctx.random(16),
            email=row.email,
            name=row.name,
            organization_id=known.organizations[row.organization_website].id,
        )
        for row in rows
        if row.email not in known.learners
    ]
    learners = ensure_learners(ctx.store, new) | known.learners
    enrollments = {row.email: _enrollment(learners[row.email], course, ctx.now()) for row in rows}
    inserted = ctx.store.insert_missing(enrollments.values())
    return {email for email, enrollment in enrollments.items() if enrollment.id in inserted}


def _enrollment(learner: Learner, course: Course, now: datetime) -> Enrollment:
    return Enrollment(
        id=Enrollment.id_for(learner.id, course.course_id),
        learner_id=learner.id,
        course_id=course.course_id,
        organization_id=learner.organization_id,
        learner_name=learner.name,
        learner_email=learner.email,
        due_at=now,
    )


def _accepted(row: Row, added: set[str]) -> RowReport:
    return RowReport(fate=Fate.ADDED if row.email in added else Fate.ALREADY_ENROLLED, **_cells(row))


def _rejected(row: Row, field: str, reason: str) -> RowReport:
    return RowReport(fate=Fate.REJECTED, field=field, reason=reason, **_cells(row))


def _cells(row: Row) -> dict[str, Any]:
    return {
        "row": row.number,
        "name": row.name,
        "email": row.email,
        "organization_website": row.organization_website,
    }
