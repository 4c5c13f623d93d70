"""What is told about a CSV and each of its rows, before an upload and after."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from functions.admin_router.sheets.encoding import Encoding
from functions.admin_router.sheets.preflight import ADDED, REJECTED, Fate, Verdict
from functions.admin_router.sheets.rows import Sheet
from shared.actions import Result


class RowReport(Result):
    #: As a spreadsheet shows it, the header being 1.
    row: int
    name: str
    email: str
    organization_website: str
    fate: Fate
    #: The column to look at and what is wrong with it, for rows that are not taken.
    field: str | None
    reason: str | None
    #: What the file says otherwise than what is stored; the upload changes no learner.
    note: str | None
    duplicate_of: int | None
    #: Of the organisation that the learner belongs to, if the row names another.
    existing_organization_website: str | None


class Summary(Result):
    """How many rows met which fate; `added` and `rejected` are sums of them."""

    added: int
    rejected: int
    new: int
    new_to_course: int
    already_enrolled: int
    moves_organization: int
    duplicate: int
    unknown_organization: int
    archived_organization: int
    invalid: int


class CsvReport(Result):
    course_id: str
    #: None if the CSV came as text.
    encoding: Encoding | None
    delimiter: str
    #: Columns that are not read.
    extra_columns: list[str]
    summary: Summary
    #: Every row that is not blank, in the order of the file.
    learners: list[RowReport]


class Conflict(Result):
    email: str
    name: str
    row_number: int
    csv_organization_website: str
    #: None if the learner's organisation is gone.
    existing_organization_website: str | None


class PreflightReport(CsvReport):
    """What an upload would answer, and the rows whose learners belong to another organisation once more."""

    conflicts: list[Conflict]
    conflict_count: int
    conflict_emails: list[str]
    has_conflicts: bool


def summary(verdicts: Sequence[Verdict]) -> Summary:
    fates = Counter(verdict.fate for verdict in verdicts)
    added, rejected = (sum(fates[fate] for fate in some) for some in (ADDED, REJECTED))
    return Summary(added=added, rejected=rejected, **{fate.value: fates[fate] for fate in Fate})


def report(course_id: str, sheet: Sheet, verdicts: Sequence[Verdict]) -> CsvReport:
    return CsvReport(**_shown(course_id, sheet, verdicts))


def preflight_report(course_id: str, sheet: Sheet, verdicts: Sequence[Verdict]) -> PreflightReport:
    conflicts = [
        Conflict(
            email=each.row.email,
            name=each.row.name,
            row_number=each.row.number,
            csv_organization_website=each.row.organization_website,
            existing_organization_website=each.existing_website,
        )
        for each in verdicts
        if each.fate is Fate.MOVES_ORGANIZATION
    ]
    return PreflightReport(
        **_shown(course_id, sheet, verdicts),
        conflicts=conflicts,
        conflict_count=len(conflicts),
        conflict_emails=[each.email for each in conflicts],
        has_conflicts=bool(conflicts),
    )


def _shown(course_id: str, sheet: Sheet, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    return {
        "course_id": course_id,
        "encoding": sheet.encoding,
        "delimiter": sheet.delimiter,
        "extra_columns": list(sheet.extra_columns),
        "summary": summary(verdicts),
        "learners": [_row(verdict) for verdict in verdicts],
    }


def _row(verdict: Verdict) -> RowReport:
    return RowReport(
        row=verdict.row.number,
        name=verdict.row.name,
        email=verdict.row.email,
        organization_website=verdict.row.organization_website,
        fate=verdict.fate,
        field=verdict.field,
        reason=verdict.reason,
        note=verdict.note,
        duplicate_of=verdict.duplicate_of,
        existing_organization_website=verdict.existing_website,
    )
