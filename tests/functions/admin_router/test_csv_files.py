"""Files in every encoding and with every delimiter: read as they were written, or refused."""

import codecs
import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from functions.admin_router.sheets.encoding import decode
from functions.admin_router.sheets.rows import COLUMNS, read
from functions.admin_router.sheets.table import DELIMITERS, parse
from shared.errors import InvalidCsv, TooLarge

HEADER = "name,email,organization_website\n"
SMALL = "name,email,organization_website\nZoë Ångström,zoe@acme.example,acme.example\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (SMALL.encode(), "utf-8"),
        (SMALL.encode("utf-8-sig"), "utf-8"),
        (SMALL.encode("utf-16"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + SMALL.encode("utf-16-be"), "utf-16-be"),
        (SMALL.encode("utf-16-le"), "utf-16-le"),
        (SMALL.encode("utf-16-be"), "utf-16-be"),
        (SMALL.encode("cp1252"), "windows-1252"),
    ],
)
def test_the_encoding_of_a_file_is_recognised_and_told(content: bytes, encoding: str) -> None:
    sheet = read(content, 10)
    assert ([row.name for row in sheet.rows], sheet.encoding) == (["Zoë Ångström"], encoding)


def test_text_has_no_encoding() -> None:
    assert read(SMALL, 10).encoding is None


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + HEADER.encode() + b"\xff",
        codecs.BOM_UTF16_LE + HEADER.encode("utf-16-le") + b"x",
        HEADER.encode() + b"\x81\xff",
        HEADER.encode() + b"a\0b",
    ],
)
def test_bytes_that_fit_no_encoding_are_refused_with_their_line(content: bytes) -> None:
    with pytest.raises(InvalidCsv) as caught:
        read(content, 10)
    assert caught.value.details["line"] == 2


#: What CSV files are made of, so that many of them get past the header.
PIECES = [
    "name",
    "email",
    "organization_website",
    *DELIMITERS,
    "\n",
    "\r",
    '"',
    "\0",
    "Ana",
    "a@b.example",
    "b.example",
]


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200),
        st.lists(st.sampled_from(PIECES)).map("".join),
        st.lists(st.sampled_from(PIECES)).map(lambda pieces: "".join(["name,email,organization_website\n", *pieces])),
        st.builds(
            lambda pieces, encoding: (HEADER + "".join(pieces)).encode(encoding),
            st.lists(st.sampled_from(PIECES)),
            st.sampled_from(["utf-8", "utf-16", "utf-16-be", "cp1252"]),
        ),
        st.binary(max_size=100).map(lambda end: HEADER.encode() + end),
    )
)
def test_anything_at_all_is_either_a_sheet_or_refused(source: str | bytes) -> None:
    try:
        sheet = read(source, 5)
    except (InvalidCsv, TooLarge):
        return
    assert 1 <= len(sheet.rows) + len(sheet.problems) <= 5


def cells(alphabet: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    cell = st.text(alphabet, max_size=12).map(str.strip)
    row = st.lists(cell, min_size=3, max_size=3).filter(any)
    return st.lists(row, min_size=1, max_size=5)


ANY = st.characters(exclude_characters="\0", codec="utf-8")
WESTERN = st.characters(exclude_characters="\0", codec="cp1252")


@given(
    st.one_of(
        st.tuples(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]), cells(ANY)),
        st.tuples(st.just("cp1252"), cells(WESTERN)),
    ),
    st.sampled_from(DELIMITERS),
    st.permutations(COLUMNS),
)
def test_a_table_that_was_written_is_read_as_it_was(
    written: tuple[str, list[list[str]]], delimiter: str, columns: Sequence[str]
) -> None:
    encoding, rows = written
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([columns, *rows])
    content = text.getvalue().encode(encoding)
    assume(encoding != "cp1252" or not is_utf_8(content))
    table = parse(decode(content)[0], columns, 10)
    assert table.delimiter == delimiter
    assert [line.cells for line in table.lines] == rows


def is_utf_8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
