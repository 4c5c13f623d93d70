"""Which certificates are meant: by their numbers, by a CSV, or all of a course."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from functions.admin_router.courses.courses import get_course
from functions.admin_router.issued.bulk_csv import Problem, Row, Sheet, listed, read
from functions.admin_router.sheets.opening import MAX_BYTES
from shared.actions import Payload
from shared.context import Ctx

_SOURCES = ("certificate_numbers", "course_id", "csv_data", "file_id")


class RowFate(StrEnum):
    """What becomes of a row that leads to no certificate."""

    #: A cell can't be used.
    INVALID = "invalid"
    #: The number's check character does not fit.
    MISTYPED = "mistyped"
    UNKNOWN = "unknown"
    #: An earlier row says the same.
    DUPLICATE = "duplicate"
    #: Another row says something else about the same certificate.
    CONFLICT = "conflict"


class Selection(Payload):
    """Exactly one of `certificate_numbers`, `course_id`, `csv_data` and `file_id`."""

    certificate_numbers: list[str] | None = Field(None, min_length=1, max_length=5000)
    #: All certificates of the course.
    course_id: str | None = Field(None, min_length=1, max_length=128)
    #: By course: the `next_cursor` of the call before. Without it the beginning is looked at again, which does no harm.
    cursor: str | None = Field(None, pattern=r"^[A-Za-z0-9._-]{1,36}$")
    #: A CSV with the column certificate_number. Not stripped: a tab at the beginning of a line is an empty cell.
    csv_data: Annotated[str, StringConstraints(strip_whitespace=False)] | None = None
    #: Of such a CSV in the bucket `imports`; it is removed once all is done.
    file_id: str | None = Field(None, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,35}$")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum(getattr(self, source) is not None for source in _SOURCES) != 1:
            raise ValueError("exactly one of certificate_numbers, course_id, csv_data and file_id is needed")
        return self


@dataclass(frozen=True)
class Settled:
    """A row whose fate is known before its certificate is looked at."""

    row: Row
    fate: RowFate
    field: str
    message: str


@dataclass(frozen=True)
class Chosen:
    """What was selected, not yet read."""

    #: Rows that are done with.
    settled: Sequence[Settled]
    #: Those that are not, each with another number.
    rows: Sequence[Row]
    sheet: Sheet
    course_id: str | None = None
    #: By course: the id after which to begin.
    after: str = ""


def choose(ctx: Ctx, asked: Selection, *, names: bool, names_needed: bool = False) -> Chosen:
    """`names` = the CSV's column learner_name counts. Raises `NotFound`, `InvalidCsv`, `TooLarge`."""
    if asked.course_id is not None:
        course = get_course(ctx, asked.course_id)
        return Chosen((), (), Sheet((), ()), course.course_id, asked.cursor or "")
    sheet = _sheet(ctx, asked, names=names, names_needed=names_needed)
    settled = [Settled(each.row, _fate(each), each.field, each.message) for each in sheet.problems]
    rows, repeated = _distinct(sheet.rows)
    return Chosen([*settled, *repeated], rows, sheet)


def _sheet(ctx: Ctx, asked: Selection, *, names: bool, names_needed: bool) -> Sheet:
    if asked.certificate_numbers is not None:
        return listed(asked.certificate_numbers)
    source = ctx.imports.fetch(asked.file_id, MAX_BYTES) if asked.file_id else asked.csv_data or ""
    return read(source, ctx.settings.max_csv_rows, names=names, names_needed=names_needed)


def _fate(problem: Problem) -> RowFate:
    return RowFate.MISTYPED if problem.is_mistyped else RowFate.INVALID


def _distinct(rows: Sequence[Row]) -> tuple[list[Row], list[Settled]]:
    """One row for each number, and what becomes of the others."""
    by_number: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_number[row.certificate_number].append(row)
    distinct: list[Row] = []
    repeated: list[Settled] = []
    for same in by_number.values():
        if len({(row.learner_name, row.reason) for row in same}) > 1:
            repeated += [_conflict(row, same) for row in same]
        else:
            distinct.append(same[0])
            repeated += [_duplicate(row, same[0]) for row in same[1:]]
    return distinct, repeated


def _duplicate(row: Row, first: Row) -> Settled:
    message = f"This certificate stands in row {first.place} already."
    return Settled(row, RowFate.DUPLICATE, "certificate_number", message)


def _conflict(row: Row, same: Sequence[Row]) -> Settled:
    other = next(each for each in same if (each.learner_name, each.reason) != (row.learner_name, row.reason))
    field = "learner_name" if other.learner_name != row.learner_name else "reason"
    message = f"Row {other.place} says otherwise about this certificate, so nothing is done for it."
    return Settled(row, RowFate.CONFLICT, field, message)
