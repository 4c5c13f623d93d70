"""Rows, one at a time."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.conformance.answers import exists, invalid, missing
from tests.conformance.server import refusal
from tests.conformance.table import Table

MakeTable = Callable[..., Table]
ID_RULE = (
    "Invalid `rowId` param: Parameter must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, period, hyphen, "
    "and underscore. Can't start with a special char"
)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00")


def test_a_new_row_has_its_defaults_and_what_the_server_adds(table: MakeTable) -> None:
    one = table()
    answer = one.create("r1", title="hello", tags=["x", "y"], at="2026-01-02T03:04:05.678Z")
    assert answer.status_code == 201
    made = answer.json()
    assert TIME.fullmatch(made["$createdAt"])
    assert made.pop("$createdAt") == made.pop("$updatedAt")
    nulls = dict.fromkeys(("f", "mail", "u", "ip", "code", "body"))
    values = {"title": "hello", "n": 5, "b": True, "e": "a", "at": "2026-01-02T03:04:05.678+00:00", "tags": ["x", "y"]}
    system = {
        "$id": "r1",
        "$sequence": "1",
        "$permissions": [],
        "$tableId": one.table_id,
        "$databaseId": one.database_id,
    }
    assert made == {**values, **nulls, **system}
    assert {key: value for key, value in one.row("r1").items() if not key.endswith("At")} == made


def test_the_same_id_twice_answers_409_in_any_case(table: MakeTable) -> None:
    one = table()
    one.create("Row")
    assert refusal(one.create("Row")) == exists("Row")
    assert refusal(one.create("rOW")) == exists("rOW")
    assert one.row("ROW")["$id"] == "Row"


def test_a_unique_value_twice_answers_409_in_the_name_of_the_new_row(table: MakeTable) -> None:
    one = table()
    one.create("a", code="Same")
    assert refusal(one.create("b", code="same")) == exists("b")
    one.create("b", code="other")
    assert refusal(one.http("PATCH", "/b", json={"data": {"code": "SAME"}})) == exists("b")


@pytest.mark.parametrize("row_id", ["_a", "a b", "x" * 37, "-a", "ä", "", 5])
def test_a_bad_id_is_refused(table: MakeTable, row_id: object) -> None:
    answer = table().http("POST", json={"rowId": row_id, "data": {"title": "t"}})
    assert refusal(answer) == (400, "general_argument_invalid", ID_RULE)


def test_36_characters_are_an_id_and_unique_makes_20(table: MakeTable) -> None:
    one = table()
    assert one.create("x" * 36).status_code == 201
    assert re.fullmatch(r"[0-9a-f]{20}", one.create("unique()").json()["$id"])


@pytest.mark.parametrize("body", [{"rowId": "r"}, {"rowId": "r", "data": {}}])
def test_a_row_without_data_is_refused(table: MakeTable, body: dict[str, Any]) -> None:
    assert refusal(table().http("POST", json=body)) == (
        400,
        "row_missing_data",
        "The row data is missing. Try again with row data populated.",
    )


def test_a_key_may_date_a_row(table: MakeTable) -> None:
    made = table().create("r", **{"$createdAt": "2020-01-01T00:00:00Z"}).json()
    assert made["$createdAt"] == "2020-01-01T00:00:00.000+00:00"
    assert made["$updatedAt"] > "2026"


@pytest.mark.parametrize("permission", ["read(nobody)", 'read("nobody")', 'fly("any")', 'read("team:")'])
def test_a_bad_permission_is_refused(table: MakeTable, permission: str) -> None:
    answer = table().http("POST", json={"rowId": "r", "data": {"title": "t"}, "permissions": [permission]})
    message = f'Invalid `permissions` param: Invalid permission string format: "{permission}". or null'
    assert refusal(answer) == (400, "general_argument_invalid", message)


def test_write_is_spelled_out(table: MakeTable) -> None:
    body = {"rowId": "r", "data": {"title": "t"}, "permissions": ['write("label:vip")', 'read("team:t1/owner")']}
    assert table().http("POST", json=body).json()["$permissions"] == [
        'create("label:vip")',
        'update("label:vip")',
        'delete("label:vip")',
        'read("team:t1/owner")',
    ]


def test_missing_rows_tables_and_databases_are_told_apart(table: MakeTable) -> None:
    one = table()
    assert refusal(one.http("GET", "/no")) == missing("no")
    assert refusal(one.server.http("GET", f"/tablesdb/{one.database_id}/tables/no/rows/no"))[1] == "table_not_found"
    assert refusal(one.server.http("GET", "/tablesdb/no/tables/no/rows/no"))[1] == "database_not_found"


def test_get_can_select_columns(table: MakeTable) -> None:
    one = table()
    one.create("r")
    found = one.http("GET", "/r", params={"queries[]": '{"method":"select","values":["title"]}'}).json()
    assert {key for key in found if not key.startswith("$")} == {"title"}
    assert found["$id"] == "r"


def test_an_update_changes_what_it_names_and_the_time(table: MakeTable) -> None:
    one = table()
    before = one.create("r", n=1, code="c").json()
    after = one.http("PATCH", "/r", json={"data": {"n": 7}}).json()
    assert after == {**before, "n": 7, "$updatedAt": after["$updatedAt"]}
    assert after["$updatedAt"] >= before["$updatedAt"]
    assert one.row("r") == after


def test_an_update_to_what_is_there_leaves_the_time(table: MakeTable) -> None:
    one = table()
    one.create("r", n=1)
    before = one.http("PATCH", "/r", json={"data": {"n": 2}}).json()
    assert one.http("PATCH", "/r", json={"data": {"n": 2, "title": "t"}}).json() == before


def test_null_in_a_column_with_a_default_stores_the_default(table: MakeTable) -> None:
    one = table()
    one.create("r", n=7, at="2026-01-01T00:00:00Z")
    after = one.http("PATCH", "/r", json={"data": {"n": None, "at": None}}).json()
    assert (after["n"], after["at"]) == (5, None)


def test_an_update_of_nothing_and_of_no_row_are_refused(table: MakeTable) -> None:
    one = table()
    one.create("r")
    assert refusal(one.http("PATCH", "/r", json={"data": {}}))[:2] == (400, "row_missing_payload")
    assert refusal(one.http("PATCH", "/no", json={"data": {"n": 1}})) == missing("no")


def test_permissions_can_be_updated_alone(table: MakeTable) -> None:
    one = table()
    one.create("r")
    assert one.http("PATCH", "/r", json={"permissions": ['read("any")']}).json()["$permissions"] == ['read("any")']


def test_upsert_creates_then_merges_but_wants_every_required_column(table: MakeTable) -> None:
    one = table()
    made = one.http("PUT", "/r", json={"data": {"title": "one", "n": 1}})
    assert (made.status_code, made.json()["n"]) == (200, 1)
    assert refusal(one.http("PUT", "/r", json={"data": {"n": 2}})) == invalid('Missing required attribute "title"')
    changed = one.http("PUT", "/r", json={"data": {"title": "two"}}).json()
    assert (changed["title"], changed["n"], changed["$sequence"]) == ("two", 1, made.json()["$sequence"])


def test_a_deleted_row_is_gone(table: MakeTable) -> None:
    one = table()
    one.create("r")
    assert one.http("DELETE", "/r").status_code == 204
    assert refusal(one.http("DELETE", "/r")) == missing("r")


def test_a_write_that_knows_an_older_time_than_the_row_conflicts(table: MakeTable) -> None:
    one = table()
    first = one.create("r").json()["$updatedAt"]
    stale = {"X-Appwrite-Timestamp": "2020-01-01T00:00:00.000+00:00"}
    assert one.http("PATCH", "/r", json={"data": {"n": 1}}, headers={"X-Appwrite-Timestamp": first}).ok
    assert refusal(one.http("PATCH", "/r", json={"data": {"n": 2}}, headers=stale))[:2] == (409, "row_update_conflict")
    assert refusal(one.http("DELETE", "/r", headers=stale))[:2] == (409, "row_update_conflict")
    assert refusal(one.http("DELETE", "/r", headers={"X-Appwrite-Timestamp": "x"}))[0] == 400


def test_the_sdk_reads_what_it_wrote(table: MakeTable) -> None:
    one = table()
    sdk = one.sdk()
    made = sdk.create_row(*one.place, "r", {"title": "hello", "tags": ["ä"]})
    assert (made.id, made.sequence, made.data["tags"]) == ("r", "1", ["ä"])
    assert sdk.get_row(*one.place, "r").data["title"] == "hello"
