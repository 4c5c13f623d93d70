"""What a CSV holds, and what is said about rows that can't be used."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.admin_router.sheets.opening import MAX_BYTES
from functions.admin_router.sheets.rows import Problem, Row, Sheet, read
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
        "\n\nName,EMAIL,Organization Website\nAna,ana@acme.example,acme.example\n",
        "name;email;organization-website\nAna;ana@acme.example;acme.example\n",
        "name\temail\torganization_website\nAna\tana@acme.example\tacme.example\n",
        '"name, first and last";name;email;organization_website\n;Ana;ana@acme.example;acme.example\n',
        "name,email,organization_website\rAna,ana@acme.example,acme.example\r",
        '"name","email","organization_website"\n"Ana","ana@acme.example","acme.example"',
    ],
)
def test_header_order_case_spaces_bom_delimiter_and_further_columns_are_forgiven(text: str) -> None:
    sheet = read(text, 10)
    assert ([row.email for row in sheet.rows], sheet.problems) == (["ana@acme.example"], [])


def test_columns_that_are_not_read_are_told_as_they_are_spelled() -> None:
    sheet = read("Phone No;name;email;organization_website; Team ;\n1;Ana;ana@acme.example;acme.example;x;\n", 10)
    assert (sheet.extra_columns, sheet.delimiter) == (["Phone No", "Team"], ";")


@pytest.mark.parametrize(
    "header", ["name,email,organization_website,E MAIL,Email", "name,a,email,organization_website,A"]
)
def test_a_header_that_names_a_column_twice_is_refused(header: str) -> None:
    with pytest.raises(InvalidCsv, match="more than once"):
        read(f"{header}\nAna,ana@acme.example,acme.example,,\n", 10)


def test_a_delimiter_in_a_cell_without_quotes_does_not_shorten_a_name() -> None:
    problem = only_problem("email,organization_website,name\nana@acme.example,acme.example,Lima, Ana\n")
    assert (problem.field, problem.row.number) == ("row", 2)


def test_a_cell_that_begins_like_a_formula_is_kept_as_it_was_typed() -> None:
    assert read(HEADER + "=1+1,ana@acme.example,acme.example", 10).rows[0].name == "=1+1"


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


@pytest.mark.parametrize("text", ["", "name,email\nAna,ana@acme.example\n", "Ana,ana@acme.example,acme.example\n"])
def test_without_its_header_the_file_is_refused_and_the_missing_columns_are_named(text: str) -> None:
    with pytest.raises(InvalidCsv) as caught:
        read(text, 10)
    assert "organization_website" in caught.value.details["missing"]


def test_a_file_with_a_header_alone_is_refused() -> None:
    with pytest.raises(InvalidCsv, match="no rows"):
        read(HEADER, 10)


@pytest.mark.parametrize("line", ['"Ana,ana@acme.example,acme.example', '"Ana" Lima,ana@acme.example,acme.example'])
def test_a_quote_that_is_open_or_out_of_place_is_refused_with_the_line_where_its_row_begins(line: str) -> None:
    good = "".join(f"P,p{number}@acme.example,acme.example\n" for number in range(3))
    with pytest.raises(InvalidCsv) as caught:
        read(f"{HEADER}{good}{line}\n{good}", 10)
    assert caught.value.details == {"line": 5}


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(TooLarge, match="at most 2 rows"):
        read(HEADER + "".join(f"P,p{number}@acme.example,acme.example\n" for number in range(3)), 2)


def test_too_many_bytes_are_refused_before_anything_is_parsed() -> None:
    for source in ('"' * (MAX_BYTES + 1), b'"' * (MAX_BYTES + 1), "é" * (MAX_BYTES // 2 + 1)):
        with pytest.raises(TooLarge, match="bytes"):
            read(source, 10)


def test_nothing_is_parsed_beyond_the_first_row_too_many() -> None:
    rows = "".join(f"P,p{number}@acme.example,acme.example\n" for number in range(3))
    with pytest.raises(TooLarge):
        read(HEADER + rows + '"a quote that is never closed', 2)


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
