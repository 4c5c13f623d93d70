"""Databases, tables, columns and indexes."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.infra.appwrite.served import Served, refusal
from tests.infra.appwrite.tabled import COLUMNS, Tabled

Table = Callable[..., Tabled]
KEY_RULE = (
    "Parameter must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, period, hyphen, and underscore. "
    "Can't start with a special char"
)


def columns_of(table: Tabled) -> dict[str, dict[str, Any]]:
    found = table.served.http("GET", table.path).json()
    return {column["key"]: column for column in found["columns"]}


def add(table: Tabled, type_name: str, **given: Any) -> tuple[int, dict[str, Any]]:
    answer = table.served.http("POST", f"{table.path}/columns/{type_name}", json={"required": False, **given})
    return answer.status_code, answer.json()


def wait_until_available(table: Tabled, part: str, key: str) -> None:
    deadline = time.monotonic() + 10
    while table.served.http("GET", f"{table.path}/{part}/{key}").json()["status"] != "available":
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_databases_are_made_found_renamed_and_deleted_with_their_tables(
    appwrite: Served, new_id: Callable[[], str]
) -> None:
    name = new_id()
    made = appwrite.http("POST", "/tablesdb", json={"databaseId": name, "name": "One"})
    assert made.status_code == 201
    assert {key: made.json()[key] for key in ("$id", "name", "enabled", "type")} == {
        "$id": name,
        "name": "One",
        "enabled": True,
        "type": "tablesdb",
    }
    Tabled(appwrite, name, "t").create("r1")
    assert appwrite.http("PUT", f"/tablesdb/{name}", json={"name": "Two"}).json()["name"] == "Two"
    assert [found["$id"] for found in appwrite.http("GET", "/tablesdb?search=Two").json()["databases"]] == [name]
    assert appwrite.http("DELETE", f"/tablesdb/{name}").status_code == 204
    gone = (404, "database_not_found", f"Database with the requested ID '{name}' could not be found.")
    assert refusal(appwrite.http("GET", f"/tablesdb/{name}/tables/t")) == gone


def test_the_same_database_id_twice_answers_409(appwrite: Served, database_id: str) -> None:
    again = appwrite.http("POST", "/tablesdb", json={"databaseId": database_id, "name": "x"})
    assert refusal(again)[:2] == (409, "database_already_exists")


def test_the_same_table_id_twice_answers_409(table: Table) -> None:
    one = table()
    again = one.served.http("POST", f"/tablesdb/{one.database_id}/tables", json={"tableId": one.table_id, "name": "x"})
    assert refusal(again)[:2] == (409, "table_already_exists")


def test_inline_columns_and_indexes_are_there_at_once_but_not_in_the_answer(
    appwrite: Served, database_id: str, new_id: Callable[[], str]
) -> None:
    name = new_id()
    index = {"key": "k", "type": "key", "attributes": ["title", "at"], "orders": ["ASC", "DESC"]}
    body = {"tableId": name, "name": "T", "columns": COLUMNS, "indexes": [index]}
    made = appwrite.http("POST", f"/tablesdb/{database_id}/tables", json=body)
    assert (made.status_code, made.json()["columns"], made.json()["bytesUsed"]) == (201, [], 1067)
    found = appwrite.http("GET", f"/tablesdb/{database_id}/tables/{name}").json()
    assert [column["key"] for column in found["columns"]] == [column["key"] for column in COLUMNS]
    assert {part["status"] for part in found["columns"] + found["indexes"]} == {"available"}
    shown = {key: found["indexes"][0][key] for key in ("type", "columns", "lengths", "orders")}
    assert shown == {"type": "key", "columns": ["title", "at"], "lengths": [0, 0], "orders": ["ASC", "DESC"]}


@pytest.mark.parametrize("name", ["varchar", "text", "float", "email", "enum", "ip"])
def test_other_types_are_refused_inline(appwrite: Served, database_id: str, name: str) -> None:
    body = {"tableId": "never", "name": "T", "columns": [{"key": "c", "type": name, "size": 10}]}
    assert refusal(appwrite.http("POST", f"/tablesdb/{database_id}/tables", json=body))[0] == 400


TWICE: dict[str, tuple[dict[str, Any], str]] = {
    "column": (
        {"columns": [{"key": "a", "type": "boolean"}, {"key": "A", "type": "boolean"}]},
        "column_already_exists",
    ),
    "index": (
        {
            "columns": [{"key": "a", "type": "boolean"}],
            "indexes": [{"key": "k", "type": "key", "attributes": ["a"]}] * 2,
        },
        "column_index_already_exists",
    ),
}


@pytest.mark.parametrize("case", TWICE)
def test_an_inline_key_twice_makes_no_table(
    appwrite: Served, database_id: str, new_id: Callable[[], str], case: str
) -> None:
    given, kind = TWICE[case]
    body = {"tableId": new_id(), "name": "T", **given}
    assert refusal(appwrite.http("POST", f"/tablesdb/{database_id}/tables", json=body))[:2] == (409, kind)
    assert appwrite.http("GET", f"/tablesdb/{database_id}/tables/{body['tableId']}").status_code == 404


def test_a_table_too_wide_is_not_made(appwrite: Served, database_id: str) -> None:
    wide = [{"key": f"c{number}", "type": "string", "size": 1000} for number in range(17)]
    body = {"tableId": "wide", "name": "T", "columns": wide}
    refused = refusal(appwrite.http("POST", f"/tablesdb/{database_id}/tables", json=body))
    assert refused[:2] == (400, "table_limit_exceeded")
    assert appwrite.http("GET", f"/tablesdb/{database_id}/tables/wide").status_code == 404


def test_lists_of_tables_filter_search_and_page(appwrite: Served, new_id: Callable[[], str]) -> None:
    name = new_id()
    appwrite.http("POST", "/tablesdb", json={"databaseId": name, "name": "DB"})
    for table_id in ("t-1", "t-2", "t-3"):
        Tabled(appwrite, name, table_id)
    listed = appwrite.http("GET", f"/tablesdb/{name}/tables", params={"queries[0]": '{"method":"limit","values":[2]}'})
    assert (listed.json()["total"], [found["$id"] for found in listed.json()["tables"]]) == (3, ["t-1", "t-2"])
    assert appwrite.http("GET", f"/tablesdb/{name}/tables?search=t-2").json()["total"] == 1


def test_a_table_can_be_changed_and_deleted(table: Table) -> None:
    one = table()
    changed = one.served.http("PUT", one.path, json={"name": "New", "permissions": ['read("any")'], "enabled": True})
    assert changed.json()["$permissions"] == ['read("any")']
    assert one.served.http("DELETE", one.path).status_code == 204
    assert refusal(one.served.http("GET", one.path))[:2] == (404, "table_not_found")


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
def test_a_new_column_shows_its_type_and_is_processing_for_a_moment(table: Table, name: str) -> None:
    one = table(columns=[], indexes=[])
    given, shown = SHOWN[name]
    status, made = add(one, name, key="c", **given)
    times = made.pop("$createdAt"), made.pop("$updatedAt")
    plain = {"key": "c", "status": "processing", "error": "", "required": False, "array": False, "default": None}
    assert (status, made) == (202, {**plain, **shown})
    assert times[0] == times[1]
    wait_until_available(one, "columns", "c")


def test_a_column_takes_no_values_while_it_is_processing(table: Table) -> None:
    one = table()
    add(one, "varchar", key="late", size=10)
    unknown = (400, "row_invalid_structure", 'Invalid document structure: Unknown attribute: "late"')
    assert refusal(one.create("r1", late="x")) == unknown
    wait_until_available(one, "columns", "late")
    assert one.create("r1", late="x").json()["late"] == "x"


def test_rows_that_are_there_read_null_in_a_new_column_whatever_its_default(table: Table) -> None:
    one = table()
    one.create("old")
    add(one, "integer", key="more", default=7)
    wait_until_available(one, "columns", "more")
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
def test_a_bad_column_is_refused(table: Table, case: str) -> None:
    name, given, *expected = BAD_COLUMNS[case]
    one = table()
    body = {"key": "c", "required": False, **given}
    assert refusal(one.served.http("POST", f"{one.path}/columns/{name}", json=body)) == tuple(expected)


def test_other_column_types_are_refused_loudly(table: Table) -> None:
    one = table()
    answer = one.served.http("POST", f"{one.path}/columns/relationship", json={"key": "c", "required": False})
    assert refusal(answer)[1] == "local_not_emulated"


def test_row_width_counts_four_bytes_a_character(table: Table) -> None:
    one = table(columns=[], indexes=[])
    add(one, "varchar", key="short", size=255)
    add(one, "varchar", key="long", size=1000)
    add(one, "text", key="body")
    add(one, "integer", key="small", min=0, max=9)
    assert one.served.http("GET", one.path).json()["bytesUsed"] == 1067 + 1021 + 4002 + 20 + 4


def test_a_column_grows_keeps_its_rows_and_shrinks_only_above_them(table: Table) -> None:
    one = table()
    one.create("r1", title="twelve chars")
    path = f"{one.path}/columns/string/title"
    grown = one.served.http("PATCH", path, json={"required": True, "default": None, "size": 40})
    assert (grown.status_code, grown.json()["size"]) == (200, 40)
    shrunk = one.served.http("PATCH", path, json={"required": True, "default": None, "size": 11})
    assert refusal(shrunk)[:2] == (400, "column_invalid_resize")
    assert one.row("r1")["title"] == "twelve chars"


def test_enum_elements_can_be_added_and_a_column_renamed(table: Table) -> None:
    one = table()
    one.create("r1", e="b")
    body = {"elements": ["a", "b", "c"], "required": False, "default": "a", "newKey": "state"}
    assert one.served.http("PATCH", f"{one.path}/columns/enum/e", json=body).status_code == 200
    assert one.row("r1")["state"] == "b"
    assert one.create("r2", state="c").status_code == 201


def test_an_update_names_the_type_that_the_column_has(table: Table) -> None:
    one = table()
    body = {"required": False, "default": None}
    answer = one.served.http("PATCH", f"{one.path}/columns/boolean/title", json=body)
    assert refusal(answer)[:2] == (400, "column_type_invalid")


def test_a_deleted_column_takes_its_indexes_along(table: Table) -> None:
    one = table()
    one.create("r1", code="x")
    assert one.served.http("DELETE", f"{one.path}/columns/code").status_code == 204
    missing = (404, "column_not_found", "Column with the requested key 'code' could not be found.")
    assert refusal(one.served.http("GET", f"{one.path}/columns/code")) == missing
    index = (404, "column_index_not_found", "Index with the requested key 'u_code' could not be found.")
    assert refusal(one.served.http("GET", f"{one.path}/indexes/u_code")) == index
    assert "code" not in one.row("r1")


def test_columns_come_25_at_a_time(table: Table) -> None:
    one = table(columns=[{"key": f"c{number}", "type": "boolean"} for number in range(30)], indexes=[])
    first = one.served.http("GET", f"{one.path}/columns").json()
    assert (first["total"], len(first["columns"])) == (30, 25)
    rest = one.served.http("GET", f"{one.path}/columns", params={"queries[]": '{"method":"offset","values":[25]}'})
    assert len(rest.json()["columns"]) == 5


def test_a_new_index_is_processing_for_a_moment_and_can_be_deleted(table: Table) -> None:
    one = table()
    answer = one.served.http("POST", f"{one.path}/indexes", json={"key": "k", "type": "key", "columns": ["n", "at"]})
    assert (answer.status_code, answer.json()["status"], answer.json()["lengths"]) == (202, "processing", [0, 0])
    wait_until_available(one, "indexes", "k")
    assert [index["key"] for index in one.served.http("GET", f"{one.path}/indexes").json()["indexes"]][-1] == "k"
    assert one.served.http("DELETE", f"{one.path}/indexes/k").status_code == 204


BAD_INDEXES: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "missing column": (
        {"columns": ["nope"]},
        400,
        "column_unknown",
        (
            "The column 'nope' required for the index could not be found. Please confirm all your columns are in the "
            "available state."
        ),
    ),
    "too long": (
        {"columns": ["body"]},
        400,
        "column_index_invalid",
        "Index length is longer than the maximum: 768",
    ),
    "no system field": (
        {"columns": ["$nope"]},
        400,
        "column_unknown",
        (
            "The column '$nope' required for the index could not be found. Please confirm all your columns are in the "
            "available state."
        ),
    ),
    "array": (
        {"columns": ["tags"]},
        400,
        "column_index_invalid",
        "Creating indexes on array attributes is not currently supported",
    ),
    "taken": (
        {"key": "u_code", "columns": ["code"]},
        409,
        "column_index_already_exists",
        "Index with the requested key 'u_code' already exists. Try again with a different key.",
    ),
    "fulltext on a number": (
        {"type": "fulltext", "columns": ["n"]},
        400,
        "column_index_invalid",
        "Attribute type must be text for a fulltext index",
    ),
}


@pytest.mark.parametrize("case", BAD_INDEXES)
def test_a_bad_index_is_refused(table: Table, case: str) -> None:
    given, *expected = BAD_INDEXES[case]
    one = table()
    body = {"key": "k", "type": "key", **given}
    assert refusal(one.served.http("POST", f"{one.path}/indexes", json=body)) == tuple(expected)


def test_a_length_makes_a_long_column_indexable(table: Table) -> None:
    one = table()
    body = {"key": "k", "type": "key", "columns": ["body", "title"], "lengths": [700]}
    answer = one.served.http("POST", f"{one.path}/indexes", json=body)
    assert (answer.status_code, answer.json()["lengths"]) == (202, [700, 0])


def test_an_index_on_a_processing_column_is_refused(table: Table) -> None:
    one = table()
    add(one, "varchar", key="late", size=10)
    body = {"key": "k", "type": "key", "columns": ["late"]}
    assert refusal(one.served.http("POST", f"{one.path}/indexes", json=body))[1] == "column_not_available"


def test_a_unique_index_over_duplicates_says_available_and_is_not_there(table: Table) -> None:
    one = table()
    for row_id in ("a", "b"):
        one.create(row_id, n=1)
    one.served.http("POST", f"{one.path}/indexes", json={"key": "u_n", "type": "unique", "columns": ["n"]})
    wait_until_available(one, "indexes", "u_n")
    assert one.create("c", n=1).status_code == 201
