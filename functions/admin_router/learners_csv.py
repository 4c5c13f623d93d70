"""The learners' CSV (`name,email,organization_website`): text becomes rows, what is wrong with a row is said of it."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from shared.errors import InvalidCsv, TooLarge
from shared.identifiers import email_address, website

COLUMNS = ("name", "email", "organization_website")
MAX_BYTES = 2_000_000
MAX_NAME = 255


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


def read(text: str, max_rows: int) -> Sheet:
    """Raises `TooLarge` or `InvalidCsv` if the file as a whole can't be used."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise TooLarge(f"The CSV may hold at most {MAX_BYTES} bytes.")
    rows = _rows(text)
    if len(rows) > max_rows:
        raise TooLarge(f"The CSV may hold at most {max_rows} rows.", rows=len(rows), max_rows=max_rows)
    if not rows:
        raise InvalidCsv("The CSV holds no rows below its header.")
    return _check(rows)


def _rows(text: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), skipinitialspace=True, strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        missing = [column for column in COLUMNS if column not in header]
        if missing:
            raise InvalidCsv(f"Row 1 must be the header {','.join(COLUMNS)}.", missing=missing, found=header[:20])
        places = [header.index(column) for column in COLUMNS]
        rows = []
        for number, cells in enumerate(reader, start=2):
            if any(cell.strip() for cell in cells):
                rows.append(Row(number, *(cells[place].strip() if place < len(cells) else "" for place in places)))
    except csv.Error as error:
        raise InvalidCsv(f"The CSV can't be read near line {reader.line_num}: {error}.", line=reader.line_num) from None
    return rows


def _check(rows: Sequence[Row]) -> Sheet:
    good: list[Row] = []
    problems: list[Problem] = []
    first_row: dict[str, int] = {}
    for row in rows:
        checked = _normalized(row)
        if isinstance(checked, Problem):
            problems.append(checked)
        elif checked.email in first_row:
            problems.append(Problem(row, "email", f"This address stands in row {first_row[checked.email]} already."))
        else:
            first_row[checked.email] = row.number
            good.append(checked)
    return Sheet(good, problems)


def _normalized(row: Row) -> Row | Problem:
    if problem := _problem_of_name(row.name):
        return Problem(row, "name", problem)
    try:
        email = email_address(row.email)
    except ValueError as error:
        return Problem(row, "email", str(error))
    try:
        host = website(row.organization_website)
    except ValueError as error:
        return Problem(row, "organization_website", str(error))
    return Row(row.number, " ".join(row.name.split()), email, host)


def _problem_of_name(name: str) -> str | None:
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
