"""Databases and tables, with columns and indexes made along."""

from collections.abc import Callable
from typing import Any

import pytest
from appwrite.query import Query

from tests.conformance.server import Cleanup, Server, refusal
from tests.conformance.table import COLUMNS, Table

MakeTable = Callable[..., Table]
NewId = Callable[[], str]


def test_databases_are_made_found_renamed_and_deleted_with_their_tables(
    server: Server, new_id: NewId, cleanup: Cleanup
) -> None:
    name = new_id()
    made = server.http("POST", "/tablesdb", json={"databaseId": name, "name": "One"})
    cleanup(f"/tablesdb/{name}")
    assert made.status_code == 201
    assert {key: made.json()[key] for key in ("$id", "name", "enabled", "type")} == {
        "$id": name,
        "name": "One",
        "enabled": True,
        "type": "tablesdb",
    }
    Table(server, name, "t").create("r1")
    assert server.http("PUT", f"/tablesdb/{name}", json={"name": f"Two {name}"}).json()["name"] == f"Two {name}"
    named = {"queries[0]": Query.equal("name", f"Two {name}")}
    assert [found["$id"] for found in server.http("GET", "/tablesdb", params=named).json()["databases"]] == [name]
    assert server.http("DELETE", f"/tablesdb/{name}").status_code == 204
    gone = (404, "database_not_found", f"Database with the requested ID '{name}' could not be found.")
    assert refusal(server.http("GET", f"/tablesdb/{name}/tables/t")) == gone


def test_the_same_database_id_twice_answers_409(server: Server, database_id: str) -> None:
    again = server.http("POST", "/tablesdb", json={"databaseId": database_id, "name": "x"})
    assert refusal(again)[:2] == (409, "database_already_exists")


def test_the_same_table_id_twice_answers_409(table: MakeTable) -> None:
    one = table()
    again = one.server.http("POST", f"/tablesdb/{one.database_id}/tables", json={"tableId": one.table_id, "name": "x"})
    assert refusal(again)[:2] == (409, "table_already_exists")


def test_inline_columns_and_indexes_are_there_at_once_but_not_in_the_answer(
    server: Server, database_id: str, new_id: NewId
) -> None:
    name = new_id()
    index = {"key": "k", "type": "key", "attributes": ["title", "at"], "orders": ["ASC", "DESC"]}
    body = {"tableId": name, "name": "T", "columns": COLUMNS, "indexes": [index]}
    made = server.http("POST", f"/tablesdb/{database_id}/tables", json=body)
    assert (made.status_code, made.json()["columns"], made.json()["bytesUsed"]) == (201, [], 1067)
    found = server.http("GET", f"/tablesdb/{database_id}/tables/{name}").json()
    assert [column["key"] for column in found["columns"]] == [column["key"] for column in COLUMNS]
    assert {part["status"] for part in found["columns"] + found["indexes"]} == {"available"}
    shown = {key: found["indexes"][0][key] for key in ("type", "columns", "lengths", "orders")}
    assert shown == {"type": "key", "columns": ["title", "at"], "lengths": [0, 0], "orders": ["ASC", "DESC"]}


@pytest.mark.parametrize("name", ["varchar", "text", "float", "email", "enum", "ip"])
def test_other_types_are_refused_inline(server: Server, database_id: str, new_id: NewId, name: str) -> None:
    body = {"tableId": new_id(), "name": "T", "columns": [{"key": "c", "type": name, "size": 10}]}
    assert refusal(server.http("POST", f"/tablesdb/{database_id}/tables", json=body))[0] == 400


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
def test_an_inline_key_twice_makes_no_table(server: Server, database_id: str, new_id: NewId, case: str) -> None:
    given, kind = TWICE[case]
    body = {"tableId": new_id(), "name": "T", **given}
    assert refusal(server.http("POST", f"/tablesdb/{database_id}/tables", json=body))[:2] == (409, kind)
    assert server.http("GET", f"/tablesdb/{database_id}/tables/{body['tableId']}").status_code == 404


def test_a_table_too_wide_is_not_made(server: Server, database_id: str, new_id: NewId) -> None:
    wide = [{"key": f"c{number}", "type": "string", "size": 1000} for number in range(17)]
    body = {"tableId": new_id(), "name": "T", "columns": wide}
    refused = refusal(server.http("POST", f"/tablesdb/{database_id}/tables", json=body))
    assert refused[:2] == (400, "table_limit_exceeded")
    assert server.http("GET", f"/tablesdb/{database_id}/tables/{body['tableId']}").status_code == 404


def test_lists_of_tables_filter_and_page(server: Server, new_id: NewId, cleanup: Cleanup) -> None:
    name = new_id()
    server.http("POST", "/tablesdb", json={"databaseId": name, "name": "DB"}).raise_for_status()
    cleanup(f"/tablesdb/{name}")
    for table_id in ("t-1", "t-2", "t-3"):
        Table(server, name, table_id)
    listed = server.http("GET", f"/tablesdb/{name}/tables", params={"queries[0]": '{"method":"limit","values":[2]}'})
    assert (listed.json()["total"], [found["$id"] for found in listed.json()["tables"]]) == (3, ["t-1", "t-2"])
    one = {"queries[0]": Query.equal("$id", "t-2")}
    assert server.http("GET", f"/tablesdb/{name}/tables", params=one).json()["total"] == 1


def test_a_table_can_be_changed_and_deleted(table: MakeTable) -> None:
    one = table()
    changed = one.server.http("PUT", one.path, json={"name": "New", "permissions": ['read("any")'], "enabled": True})
    assert changed.json()["$permissions"] == ['read("any")']
    assert one.server.http("DELETE", one.path).status_code == 204
    assert refusal(one.server.http("GET", one.path))[:2] == (404, "table_not_found")
