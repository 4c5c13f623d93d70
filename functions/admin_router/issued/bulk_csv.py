"""The CSV of certificates (`certificate_number`, if wanted `learner_name` and `reason`): a file becomes rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from functions.admin_router.sheets.encoding import Encoding
from functions.admin_router.sheets.opening import opened
from functions.admin_router.sheets.rows import OVERFLOWS, problem_of_name
from functions.admin_router.sheets.table import Line
from shared.certificate.number import is_number, normalized

NUMBER, NAME, REASON = "certificate_number", "learner_name", "reason"
LONGEST_REASON = 500
#: Characters of a number that is none, as it is shown again.
_SHOWN = 64
MISTYPED = "This certificate number looks mistyped."


@dataclass(frozen=True)
class Row:
    """What is asked for one certificate."""

    #: The row as a spreadsheet shows it, the header being 1; the place in a list; None if nobody wrote it down.
    place: int | None
    certificate_number: str
    #: None = the name that it has; the reason that holds for all.
    learner_name: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Problem:
    row: Row
    #: The column to look at, and what is wrong with it.
    field: str
    message: str
    #: The check character does not fit.
    is_mistyped: bool = False


@dataclass(frozen=True)
class Sheet:
    rows: Sequence[Row]
    problems: Sequence[Problem]
    #: None if it came as text, or is no CSV at all.
    encoding: Encoding | None = None
    delimiter: str | None = None
    extra_columns: Sequence[str] = ()


def read(source: str | bytes, max_rows: int, *, names: bool, names_needed: bool = False) -> Sheet:
    """`names` = the column `learner_name` counts, else it is one of those that are not read; `names_needed` = each row
    has to have one.

    Raises `TooLarge` or `InvalidCsv` if the file as a whole can't be used.
    """
    required = (NUMBER, NAME) if names and names_needed else (NUMBER,)
    optional = [column for column in ((NAME, REASON) if names else (REASON,)) if column not in required]
    table, encoding = opened(source, required, max_rows, optional)
    columns = (*required, *optional)
    checked = [_checked(line, dict(zip(columns, line.cells, strict=True)), names_needed) for line in table.lines]
    return _sheet(checked, encoding, table.delimiter, table.extra_columns)


def listed(numbers: Sequence[str]) -> Sheet:
    """Numbers that somebody sent in a list."""
    return _sheet([_numbered(Row(place, number)) for place, number in enumerate(numbers, 1)])


def _sheet(
    checked: Sequence[Row | Problem],
    encoding: Encoding | None = None,
    delimiter: str | None = None,
    extra_columns: Sequence[str] = (),
) -> Sheet:
    rows = [each for each in checked if isinstance(each, Row)]
    problems = [each for each in checked if isinstance(each, Problem)]
    return Sheet(rows, problems, encoding, delimiter, extra_columns)


def _checked(line: Line, cells: dict[str, str], name_needed: bool) -> Row | Problem:
    name, reason = (" ".join(cells.get(column, "").split()) for column in (NAME, REASON))
    found = _numbered(Row(line.number, cells[NUMBER], name or None, reason or None))
    if line.overflows:
        return Problem(found.row if isinstance(found, Problem) else found, "row", OVERFLOWS)
    if isinstance(found, Problem):
        return found
    problem = problem_of_name(name) if name or name_needed else None
    if problem:
        return Problem(found, NAME, problem)
    if len(reason) > LONGEST_REASON:
        return Problem(found, REASON, f"The reason is longer than {LONGEST_REASON} characters.")
    return found


def _numbered(row: Row) -> Row | Problem:
    number = normalized(row.certificate_number)
    if is_number(number):
        return replace(row, certificate_number=number)
    shown = replace(row, certificate_number=row.certificate_number[:_SHOWN])
    if not number:
        return Problem(shown, NUMBER, "The certificate number is empty.")
    return Problem(shown, NUMBER, MISTYPED, is_mistyped=True)
