"""The learners' CSV (`name,email,organization_website`): a file becomes rows, and what is wrong with one is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from functions.admin_router.sheets.encoding import Encoding
from functions.admin_router.sheets.opening import opened
from functions.admin_router.sheets.table import Line
from shared.identifiers import email_address, website

COLUMNS = ("name", "email", "organization_website")
MAX_NAME = 255
OVERFLOWS = "There are more cells than columns; a cell with the delimiter in it needs quotes."


@dataclass(frozen=True)
class Row:
    """One line of the file; `number` as a spreadsheet shows it, the header being 1."""

    number: int
    name: str
    email: str
    organization_website: str


@dataclass(frozen=True)
class Problem:
    row: Row
    field: str
    reason: str


@dataclass(frozen=True)
class Sheet:
    """Rows that are valid in themselves, e-mail and website in their one spelling, and what is wrong with the rest."""

    rows: Sequence[Row]
    problems: Sequence[Problem]
    delimiter: str
    extra_columns: Sequence[str]
    #: None if it came as text.
    encoding: Encoding | None


def read(source: str | bytes, max_rows: int) -> Sheet:
    """Raises `TooLarge` or `InvalidCsv` if the file as a whole can't be used."""
    table, encoding = opened(source, COLUMNS, max_rows)
    checked = [_checked(line) for line in table.lines]
    return Sheet(
        rows=[each for each in checked if isinstance(each, Row)],
        problems=[each for each in checked if isinstance(each, Problem)],
        delimiter=table.delimiter,
        extra_columns=table.extra_columns,
        encoding=encoding,
    )


def _checked(line: Line) -> Row | Problem:
    row = Row(line.number, *line.cells)
    if line.overflows:
        return Problem(row, "row", OVERFLOWS)
    if problem := problem_of_name(row.name):
        return Problem(row, "name", problem)
    try:
        email = email_address(row.email)
    except ValueError as error:
        return Problem(row, "email", str(error))
    try:
        host = _website(row.organization_website)
    except ValueError as error:
        return Problem(row, "organization_website", str(error))
    return Row(row.number, " ".join(row.name.split()), email, host)


#: A file names few organisations, each many times.
_website = lru_cache(maxsize=256)(website)


def problem_of_name(name: str) -> str | None:
    """What is wrong with a person's name as a cell holds it."""
    if not name:
        return "The name is empty."
    if len(name) > MAX_NAME:
        return f"The name is longer than {MAX_NAME} characters."
    if "\ufffd" in name:
        return "The name holds characters that were lost when the file was saved; save it as UTF-8."
    if any(
        ord(character) < 32 or 0xD800 <= ord(character) <= 0xDFFF for character in name if character not in "\t\r\n"
    ):
        return "The name holds control characters."
    return None
