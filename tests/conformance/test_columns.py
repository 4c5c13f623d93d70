"""Columns: their types, how they come, change and go."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conformance.server import refusal, until
from tests.conformance.table import Table

MakeTable = Callable[..., Table]
KEY_RULE = (
    "Parameter must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, period, hyphen, and underscore. "
    "Can't start with a special char"
)


SHOWN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "string": ({"size": 20}, {"type": "string", "size": 20, "encrypt": False}),
    "varchar": ({"size": 255}, {"type": "varchar", "size": 255, "encrypt": False}),
    "text": ({}, {"type": "text", "encrypt": False}),
    "mediumtext": ({}, {"type": "mediumtext", "encrypt": False}),
    "longtext": ({}, {"type": "longtext", "encrypt": False}),
    "integer": ({}, {"type": "integer", "min": -(2**63), "max": 2**63 - 1}),
    "bigint": ({"min": 1}, {"type": "bigint", "min": 1, "max": 2**63 - 1}),
    "float": ({}, {"type": "double", "min": -1.7976931348623157e308, "max": 1.7976931348623157e308}),
    "boolean": ({"default": True}, {"type": "boolean", "default": True}),
    "datetime": ({}, {"type": "datetime", "format": ""}),
    "email": ({}, {"type": "string", "format": "email"}),
    "url": ({}, {"type": "string", "format": "url"}),
    "ip": ({}, {"type": "string", "format": "ip"}),
    "enum": (
        {"elements": ["a", "b"], "default": "a"},
        {"type": "string", "format": "enum", "elements": ["a", "b"], "default": "a"},
    ),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_new_column_shows_its_type_and_is_processing_for_a_moment(table: MakeTable, name: str) -> None:
    one = table(columns=[], indexes=[])
    given, shown = SHOWN[name]
    status, made = one.add_column(name, key="c", **given)
    times = made.pop("$createdAt"), made.pop("$updatedAt")
    plain = {"key": "c", "status": "processing", "error": "", "required": False, "array": False, "default": None}
    assert (status, made) == (202, {**plain, **shown})
    assert times[0] == times[1]
    one.wait_for("columns", "c")


def test_a_column_takes_no_values_while_it_is_processing(table: MakeTable) -> None:
    one = table()
    one.add_column("varchar", key="late", size=10)
    unknown = (400, "row_invalid_structure", 'Invalid document structure: Unknown attribute: "late"')
    assert refusal(one.create("r1", late="x")) == unknown
    one.wait_for("columns", "late")
    assert one.create("r1", late="x").json()["late"] == "x"


def test_rows_that_are_there_read_null_in_a_new_column_whatever_its_default(table: MakeTable) -> None:
    one = table()
    one.create("old")
    one.add_column("integer", key="more", default=7)
    one.wait_for("columns", "more")
    assert one.row("old")["more"] is None
    assert one.create("new").json()["more"] == 7


BAD_COLUMNS: dict[str, tuple[str, dict[str, Any], int, str, str]] = {
    "default and required": (
        "string",
        {"size": 5, "required": True, "default": "x"},
        400,
        "column_default_unsupported",
        "Cannot set default value for required column",
    ),
    "default and array": (
        "string",
        {"size": 5, "array": True, "default": "x"},
        400,
        "column_default_unsupported",
        "Cannot set default value for array column",
    ),
    "taken": (
        "string",
        {"key": "title", "size": 5},
        409,
        "column_already_exists",
        (
            "Column with the requested key 'title' already exists. Column keys must be unique, try again with a "
            "different key."
        ),
    ),
    "bad key": ("boolean", {"key": "$x"}, 400, "general_argument_invalid", f"Invalid `key` param: {KEY_RULE}"),
    "size 0": (
        "string",
        {"size": 0},
        400,
        "general_argument_invalid",
        "Invalid `size` param: Value must be a valid range between 1 and 1,073,741,824",
    ),
    "no size": ("varchar", {}, 400, "general_argument_invalid", 'Param "size" is not optional.'),
    "default out of range": (
        "integer",
        {"max": 5, "default": 6},
        400,
        "general_argument_invalid",
        "Invalid `default` param: Value must be a valid range between -9,223,372,036,854,775,808 and 5",
    ),
    "too wide": (
        "varchar",
        {"size": 16_381},
        400,
        "column_limit_exceeded",
        "The maximum number or size of columns for this table has been reached.",
    ),
}


@pytest.mark.parametrize("case", BAD_COLUMNS)
def test_a_bad_column_is_refused(table: MakeTable, case: str) -> None:
    name, given, *expected = BAD_COLUMNS[case]
    one = table()
    body = {"key": "c", "required": False, **given}
    assert refusal(one.server.http("POST", f"{one.path}/columns/{name}", json=body)) == tuple(expected)


def test_row_width_counts_four_bytes_a_character(table: MakeTable) -> None:
    one = table(columns=[], indexes=[])
    one.add_column("varchar", key="short", size=255)
    one.add_column("varchar", key="long", size=1000)
    one.add_column("text", key="body")
    one.add_column("integer", key="small", min=0, max=9)
    assert one.server.http("GET", one.path).json()["bytesUsed"] == 1067 + 1021 + 4002 + 20 + 4


def test_a_column_grows_keeps_its_rows_and_shrinks_only_above_them(table: MakeTable) -> None:
    one = table()
    one.create("r1", title="twelve chars")
    path = f"{one.path}/columns/string/title"
    grown = one.server.http("PATCH", path, json={"required": True, "default": None, "size": 40})
    assert (grown.status_code, grown.json()["size"]) == (200, 40)
    shrunk = one.server.http("PATCH", path, json={"required": True, "default": None, "size": 11})
    assert refusal(shrunk)[:2] == (400, "column_invalid_resize")
    assert one.row("r1")["title"] == "twelve chars"


def test_enum_elements_can_be_added_and_a_column_renamed(table: MakeTable) -> None:
    one = table()
    one.create("r1", e="b")
    body = {"elements": ["a", "b", "c"], "required": False, "default": "a", "newKey": "state"}
    assert one.server.http("PATCH", f"{one.path}/columns/enum/e", json=body).status_code == 200
    assert one.row("r1")["state"] == "b"
    assert one.create("r2", state="c").status_code == 201


def test_an_update_names_the_type_that_the_column_has(table: MakeTable) -> None:
    one = table()
    body = {"required": False, "default": None}
    answer = one.server.http("PATCH", f"{one.path}/columns/boolean/title", json=body)
    assert refusal(answer)[:2] == (400, "column_type_invalid")


def test_a_deleted_column_takes_its_indexes_along(table: MakeTable) -> None:
    one = table()
    one.create("r1", code="x")
    assert one.server.http("DELETE", f"{one.path}/columns/code").status_code == 204
    until(lambda: one.server.http("GET", f"{one.path}/columns/code").status_code == 404)
    until(lambda: one.server.http("GET", f"{one.path}/indexes/u_code").status_code == 404)
    missing = (404, "column_not_found", "Column with the requested key 'code' could not be found.")
    assert refusal(one.server.http("GET", f"{one.path}/columns/code")) == missing
    index = (404, "column_index_not_found", "Index with the requested key 'u_code' could not be found.")
    assert refusal(one.server.http("GET", f"{one.path}/indexes/u_code")) == index
    assert "code" not in one.row("r1")


def test_columns_come_25_at_a_time(table: MakeTable) -> None:
    one = table(columns=[{"key": f"c{number}", "type": "boolean"} for number in range(30)], indexes=[])
    first = one.server.http("GET", f"{one.path}/columns").json()
    assert (first["total"], len(first["columns"])) == (30, 25)
    rest = one.server.http("GET", f"{one.path}/columns", params={"queries[]": '{"method":"offset","values":[25]}'})
    assert len(rest.json()["columns"]) == 5


def test_the_sdk_makes_columns_and_reads_the_table(table: MakeTable) -> None:
    one = table(columns=[], indexes=[])
    made = one.sdk().create_varchar_column(*one.place, "c", 50, required=False)
    assert (made.key, made.size, made.required) == ("c", 50, False)
    one.wait_for("columns", "c")
    assert one.sdk().get_table(*one.place).id == one.table_id


def test_an_enum_may_have_no_elements(table: MakeTable) -> None:
    status, made = table().add_column("enum", key="none", elements=[])
    assert (status, made["elements"]) == (202, [])
