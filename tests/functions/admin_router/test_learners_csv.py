"""What a CSV holds, and what is said about rows that can't be used."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.admin_router.learners_csv import MAX_BYTES, Problem, Row, Sheet, read
from shared.errors import InvalidCsv, TooLarge

HEADER = "name,email,organization_website\n"


def only_problem(text: str) -> Problem:
    sheet = read(text, 5000)
    assert len(sheet.problems) == 1
    return sheet.problems[0]


def test_rows_come_out_in_one_spelling() -> None:
    sheet = read(HEADER + " Ana  Lima , Ana@ACME.example ,https://www.Acme.example/team\n", 10)
    assert sheet.rows == [Row(2, "Ana Lima", "ana@acme.example", "acme.example")]


@pytest.mark.parametrize(
    "text",
    [
        "email,Organization_Website,NAME,phone\nana@acme.example,acme.example,Ana,123\n",
        "\ufeffname,email,organization_website\r\nAna,ana@acme.example,acme.example\r\n",
        ' name , "email",organization_website\n\n"Ana",ana@acme.example,acme.example\n\n',
    ],
)
def test_header_order_case_spaces_bom_and_further_columns_are_forgiven(text: str) -> None:
    assert [row.email for row in read(text, 10).rows] == ["ana@acme.example"]


def test_a_row_is_numbered_as_a_spreadsheet_shows_it() -> None:
    rows = [f"P{number},p{number}@acme.example,acme.example" for number in range(2, 17)]
    problem = only_problem(HEADER + "\n".join([*rows, "Q,not an address,acme.example"]))
    assert (problem.row.number, problem.field) == (17, "email")


@pytest.mark.parametrize(
    ("line", "field", "word"),
    [
        (",ana@acme.example,acme.example", "name", "empty"),
        ("A" * 256 + ",ana@acme.example,acme.example", "name", "longer"),
        ("An\ufffd,ana@acme.example,acme.example", "name", "UTF-8"),
        ("An\x07a,ana@acme.example,acme.example", "name", "control"),
        ("Ana,ana@,acme.example", "email", "@"),
        ("Ana,,acme.example", "email", "@"),
        ("Ana,ana@acme.example,", "organization_website", "website"),
        ("Ana,ana@acme.example,nowhere", "organization_website", "website"),
        ("Ana,ana@acme.example", "organization_website", "website"),
    ],
)
def test_a_bad_cell_is_named_with_its_reason(line: str, field: str, word: str) -> None:
    problem = only_problem(HEADER + line)
    assert problem.field == field
    assert word in problem.reason


def test_a_good_row_beside_a_bad_one_is_kept() -> None:
    sheet = read(HEADER + "Ana,ana@acme.example,acme.example\nBen,ben,acme.example\n", 10)
    assert ([row.name for row in sheet.rows], [each.row.name for each in sheet.problems]) == (["Ana"], ["Ben"])


def test_an_address_that_stands_twice_is_taken_once_and_the_other_row_says_where() -> None:
    problem = only_problem(HEADER + "Ana,ana@acme.example,acme.example\nAnn,ANA@acme.example,acme.example\n")
    assert (problem.row.number, problem.reason) == (3, "This address stands in row 2 already.")


@pytest.mark.parametrize("text", ["", "name,email\nAna,ana@acme.example\n", "Ana,ana@acme.example,acme.example\n"])
def test_without_its_header_the_file_is_refused_and_the_missing_columns_are_named(text: str) -> None:
    with pytest.raises(InvalidCsv) as caught:
        read(text, 10)
    assert "organization_website" in caught.value.details["missing"]


def test_a_file_with_a_header_alone_is_refused() -> None:
    with pytest.raises(InvalidCsv, match="no rows"):
        read(HEADER, 10)


def test_an_open_quote_is_refused_with_its_line() -> None:
    with pytest.raises(InvalidCsv, match="line 2"):
        read(HEADER + '"Ana,ana@acme.example,acme.example\n', 10)


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(TooLarge, match="at most 2 rows"):
        read(HEADER + "".join(f"P,p{number}@acme.example,acme.example\n" for number in range(3)), 2)


def test_too_many_bytes_are_refused_before_anything_is_parsed() -> None:
    with pytest.raises(TooLarge, match="bytes"):
        read('"' * (MAX_BYTES + 1), 10)


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), min_size=1, max_size=5))
def test_any_cells_are_either_a_good_row_or_a_named_problem(cells: list[tuple[str, str, str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows(cells)
    try:
        sheet = read(HEADER + text.getvalue(), 10)
    except InvalidCsv:
        return
    assert isinstance(sheet, Sheet)
    assert all(problem.reason for problem in sheet.problems)
    assert all(row.name and "@" in row.email and "." in row.organization_website for row in sheet.rows)
