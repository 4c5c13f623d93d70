"""What a row may hold: strict types, defaults, limits."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conformance.answers import invalid, missing
from tests.conformance.server import refusal
from tests.conformance.table import Table

MakeTable = Callable[..., Table]


def test_null_may_stand_often_in_a_unique_column(table: MakeTable) -> None:
    one = table()
    assert {one.create(row_id).status_code for row_id in ("a", "b")} == {201}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown column": ({"nope": 1}, 'Unknown attribute: "nope"'),
    "required null": ({"title": None}, 'Missing required attribute "title"'),
    "string too long": (
        {"title": "x" * 21},
        'Attribute "title" has invalid type. Value must be a valid string and no longer than 20 chars',
    ),
    "number for string": (
        {"title": 5},
        'Attribute "title" has invalid type. Value must be a valid string and no longer than 20 chars',
    ),
    "array for string": (
        {"title": ["x"]},
        'Attribute "title" has invalid type. Value must be a valid string and no longer than 20 chars',
    ),
    "string for integer": (
        {"n": "3"},
        (
            'Attribute "n" has invalid format. Value must be a valid signed 32-bit integer between -2,147,483,648 and '
            "2,147,483,647"
        ),
    ),
    "float for integer": (
        {"n": 3.0},
        (
            'Attribute "n" has invalid format. Value must be a valid signed 32-bit integer between -2,147,483,648 and '
            "2,147,483,647"
        ),
    ),
    "boolean for integer": (
        {"n": True},
        (
            'Attribute "n" has invalid format. Value must be a valid signed 32-bit integer between -2,147,483,648 and '
            "2,147,483,647"
        ),
    ),
    "out of range": ({"n": 101}, 'Attribute "n" has invalid format. Value must be a valid range between 0 and 100'),
    "string for float": ({"f": "1"}, 'Attribute "f" has invalid format. Value must be a valid float'),
    "bad enum": ({"e": "z"}, 'Attribute "e" has invalid format. Value must be one of (a, b)'),
    "bad datetime": (
        {"at": "soon"},
        (
            'Attribute "at" has invalid type. Value must be valid date between 1000-01-01 00:00:00 and 9999-12-31 '
            "23:59:59."
        ),
    ),
    "bad email": ({"mail": "me"}, 'Attribute "mail" has invalid format. Value must be a valid email address'),
    "bad url": ({"u": "example"}, 'Attribute "u" has invalid format. Value must be a valid URL'),
    "bad ip": ({"ip": "1.2.3"}, 'Attribute "ip" has invalid format. Value must be a valid IP address'),
    "bad boolean": ({"b": 1}, 'Attribute "b" has invalid type. Value must be a valid boolean'),
    "scalar for array": ({"tags": "x"}, 'Attribute "tags" must be an array'),
    "long item": (
        {"tags": ["x", "y" * 31]},
        "Attribute \"tags['1']\" has invalid type. Value must be a valid string and no longer than 30 chars",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_value_that_does_not_fit_is_refused_by_create_and_update(table: MakeTable, case: str) -> None:
    data, message = REFUSED[case]
    one = table()
    assert refusal(one.create("new", **data)) == invalid(message)
    one.create("old")
    assert refusal(one.http("PATCH", "/old", json={"data": data})) == invalid(message)
    assert refusal(one.http("GET", "/new")) == missing("new")


def test_a_missing_required_column_is_refused(table: MakeTable) -> None:
    answer = table().http("POST", json={"rowId": "r", "data": {"n": 1}})
    assert refusal(answer) == invalid('Missing required attribute "title"')


def test_text_counts_characters_but_a_long_column_breaks_at_65535_bytes(table: MakeTable) -> None:
    one = table()
    assert one.create("a", title="\N{GRINNING FACE}" * 20).status_code == 201
    answer = one.create("b", body="\N{GRINNING FACE}" * 20_000)
    assert refusal(answer) == (500, "general_unknown", "Server Error")


@pytest.mark.parametrize("given", ["2026-06-01T12:00:00+02:00", "2026-06-01T10:00:00", "2026-06-01 10:00:00.000Z"])
def test_any_iso_time_comes_back_in_utc_with_milliseconds(table: MakeTable, given: str) -> None:
    assert table().create("r", at=given).json()["at"] == "2026-06-01T10:00:00.000+00:00"
