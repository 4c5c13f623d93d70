"""CSV text becomes a table: delimiter and columns are found by the header, whose names are forgiven case and spaces."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from shared.errors import InvalidCsv, TooLarge

DELIMITERS = (",", ";", "\t")
#: How many further columns are told of, and how much of their names.
_EXTRA, _EXTRA_LENGTH = 100, 100


@dataclass(frozen=True)
class Line:
    """A row with something in it; `number` as a spreadsheet shows it, the first row of the file being 1."""

    number: int
    #: Of the wanted columns, in the order asked for, without spaces around them; empty where there is no such column.
    cells: Sequence[str]
    #: Whether something stands beyond the last column of the header: a delimiter in a cell without quotes, mostly.
    overflows: bool


@dataclass(frozen=True)
class Table:
    delimiter: str
    #: The wanted ones that are there.
    columns: Sequence[str]
    #: Columns beside the wanted ones, as the header spells them.
    extra_columns: Sequence[str]
    lines: Sequence[Line]


def parse(text: str, columns: Sequence[str], max_rows: int, optional: Sequence[str] = ()) -> Table:
    """`columns` must be there, `optional` ones follow them in each line.

    Raises `InvalidCsv` for what is no such table, and `TooLarge` at the first row too many.
    """
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise InvalidCsv(f"Line {line} holds a NUL character.", line=line)
    wanted = (*columns, *optional)
    delimiter = max(DELIMITERS, key=lambda each: _known(text, each, wanted))
    records = _records(text, delimiter)
    typed = next(records, (1, []))[1]
    header = [_spelled(cell) for cell in typed]
    _check(header, typed, columns)
    places = [header.index(column) if column in header else len(header) for column in wanted]
    lines = [_line(number, cells, places, len(header)) for number, cells in islice(records, max_rows)]
    if next(records, None):
        raise TooLarge(f"The CSV may hold at most {max_rows} rows.", max_rows=max_rows)
    extra = [cell.strip()[:_EXTRA_LENGTH] for cell, name in zip(typed, header, strict=True) if name not in wanted]
    there = [column for column in wanted if column in header]
    return Table(delimiter, there, [name for name in extra if name][:_EXTRA], lines)


def _known(text: str, delimiter: str, columns: Sequence[str]) -> int:
    """How many of the wanted columns the header holds if this is the delimiter."""
    try:
        header = next(_records(text, delimiter), (1, []))[1]
    except InvalidCsv:
        return 0
    return len({_spelled(cell) for cell in header} & set(columns))


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with its number."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    number = 0
    while True:
        line = reader.line_num + 1
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InvalidCsv(f"The row that begins in line {line} can't be read: {error}.", line=line) from None
        if any(cell.strip() for cell in cells):
            yield number, cells


def _spelled(name: str) -> str:
    """` Organization-Website` is `organization_website`."""
    return re.sub(r"[\s_-]+", "_", name.strip().lower())


def _check(header: Sequence[str], typed: Sequence[str], columns: Sequence[str]) -> None:
    if missing := [column for column in columns if column not in header]:
        found = [cell[:_EXTRA_LENGTH] for cell in typed[:20]]
        raise InvalidCsv(f"Row 1 must be the header {','.join(columns)}.", missing=missing, found=found)
    counts = Counter(name for name in header if name)
    if twice := [name[:_EXTRA_LENGTH] for name, count in counts.items() if count > 1]:
        raise InvalidCsv(f"The header names {twice[0]!r} more than once.", duplicates=twice[:20])


def _line(number: int, cells: Sequence[str], places: Sequence[int], width: int) -> Line:
    wanted = [cells[place].strip() if place < min(len(cells), width) else "" for place in places]
    return Line(number, wanted, any(cell.strip() for cell in cells[width:]))
