"""Rows, one at a time."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.infra.appwrite.served import refusal
from tests.infra.appwrite.tabled import Tabled

Table = Callable[..., Tabled]
ID_RULE = (
    "Invalid `rowId` param: Parameter must contain at most 36 chars. Valid chars are a-z, A-Z, 0-9, period, hyphen, "
    "and underscore. Can't start with a special char"
)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00")


def exists(row_id: str) -> tuple[int, str, str]:
    return (
        409,
        "row_already_exists",
        (
            f"Row with the requested ID '{row_id}' already exists. Try again with a different ID or use ID.unique() to "
            "generate a unique ID."
        ),
    )


def missing(row_id: str) -> tuple[int, str, str]:
    return 404, "row_not_found", f"Row with the requested ID '{row_id}' could not be found."


def invalid(message: str) -> tuple[int, str, str]:
    return 400, "row_invalid_structure", f"Invalid document structure: {message}"


def test_a_new_row_has_its_defaults_and_what_the_server_adds(table: Table) -> None:
    one = table()
    answer = one.create("r1", title="hello", tags=["x", "y"], at="2026-01-02T03:04:05.678Z")
    assert answer.status_code == 201
    made = answer.json()
    assert TIME.fullmatch(made["$createdAt"])
    assert made.pop("$createdAt") == made.pop("$updatedAt")
    nulls = dict.fromkeys(("f", "mail", "u", "ip", "code", "body"))
    values = {"title": "hello", "n": 5, "b": True, "e": "a", "at": "2026-01-02T03:04:05.678+00:00", "tags": ["x", "y"]}
    system = {"$id": "r1", "$sequence": "1", "$permissions": [], "$tableId": one.table_id, "$databaseId": "db"}
    assert made == {**values, **nulls, **system}
    assert {key: value for key, value in one.row("r1").items() if not key.endswith("At")} == made


def test_the_same_id_twice_answers_409_in_any_case(table: Table) -> None:
    one = table()
    one.create("Row")
    assert refusal(one.create("Row")) == exists("Row")
    assert refusal(one.create("rOW")) == exists("rOW")
    assert one.row("ROW")["$id"] == "Row"


def test_a_unique_value_twice_answers_409_in_the_name_of_the_new_row(table: Table) -> None:
    one = table()
    one.create("a", code="Same")
    assert refusal(one.create("b", code="same")) == exists("b")
    one.create("b", code="other")
    assert refusal(one.http("PATCH", "/b", json={"data": {"code": "SAME"}})) == exists("b")


def test_null_may_stand_often_in_a_unique_column(table: Table) -> None:
    one = table()
    assert {one.create(row_id).status_code for row_id in ("a", "b")} == {201}


@pytest.mark.parametrize("row_id", ["_a", "a b", "x" * 37, "-a", "ä", "", 5])
def test_a_bad_id_is_refused(table: Table, row_id: object) -> None:
    answer = table().http("POST", json={"rowId": row_id, "data": {"title": "t"}})
    assert refusal(answer) == (400, "general_argument_invalid", ID_RULE)


def test_36_characters_are_an_id_and_unique_makes_20(table: Table) -> None:
    one = table()
    assert one.create("x" * 36).status_code == 201
    assert re.fullmatch(r"[0-9a-f]{20}", one.create("unique()").json()["$id"])


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
def test_a_value_that_does_not_fit_is_refused_by_create_and_update(table: Table, case: str) -> None:
    data, message = REFUSED[case]
    one = table()
    assert refusal(one.create("new", **data)) == invalid(message)
    one.create("old")
    assert refusal(one.http("PATCH", "/old", json={"data": data})) == invalid(message)
    assert refusal(one.http("GET", "/new")) == missing("new")


def test_a_missing_required_column_is_refused(table: Table) -> None:
    answer = table().http("POST", json={"rowId": "r", "data": {"n": 1}})
    assert refusal(answer) == invalid('Missing required attribute "title"')


def test_text_counts_characters_but_a_long_column_breaks_at_65535_bytes(table: Table) -> None:
    one = table()
    assert one.create("a", title="\N{GRINNING FACE}" * 20).status_code == 201
    answer = one.create("b", body="\N{GRINNING FACE}" * 20_000)
    assert refusal(answer) == (500, "general_unknown", "Server Error")


@pytest.mark.parametrize("given", ["2026-06-01T12:00:00+02:00", "2026-06-01T10:00:00", "2026-06-01 10:00:00.000Z"])
def test_any_iso_time_comes_back_in_utc_with_milliseconds(table: Table, given: str) -> None:
    assert table().create("r", at=given).json()["at"] == "2026-06-01T10:00:00.000+00:00"


@pytest.mark.parametrize("body", [{"rowId": "r"}, {"rowId": "r", "data": {}}])
def test_a_row_without_data_is_refused(table: Table, body: dict[str, Any]) -> None:
    assert refusal(table().http("POST", json=body)) == (
        400,
        "row_missing_data",
        "The row data is missing. Try again with row data populated.",
    )


def test_a_key_may_date_a_row(table: Table) -> None:
    made = table().create("r", **{"$createdAt": "2020-01-01T00:00:00Z"}).json()
    assert made["$createdAt"] == "2020-01-01T00:00:00.000+00:00"
    assert made["$updatedAt"] > "2026"


@pytest.mark.parametrize("permission", ["read(nobody)", 'read("nobody")', 'fly("any")', 'read("team:")'])
def test_a_bad_permission_is_refused(table: Table, permission: str) -> None:
    answer = table().http("POST", json={"rowId": "r", "data": {"title": "t"}, "permissions": [permission]})
    message = f'Invalid `permissions` param: Invalid permission string format: "{permission}". or null'
    assert refusal(answer) == (400, "general_argument_invalid", message)


def test_write_is_spelled_out(table: Table) -> None:
    body = {"rowId": "r", "data": {"title": "t"}, "permissions": ['write("label:vip")', 'read("team:t1/owner")']}
    assert table().http("POST", json=body).json()["$permissions"] == [
        'create("label:vip")',
        'update("label:vip")',
        'delete("label:vip")',
        'read("team:t1/owner")',
    ]


def test_missing_rows_tables_and_databases_are_told_apart(table: Table) -> None:
    one = table()
    assert refusal(one.http("GET", "/no")) == missing("no")
    assert refusal(one.served.http("GET", "/tablesdb/db/tables/no/rows/no"))[1] == "table_not_found"
    assert refusal(one.served.http("GET", "/tablesdb/no/tables/no/rows/no"))[1] == "database_not_found"


def test_get_can_select_columns(table: Table) -> None:
    one = table()
    one.create("r")
    found = one.http("GET", "/r", params={"queries[]": '{"method":"select","values":["title"]}'}).json()
    assert {key for key in found if not key.startswith("$")} == {"title"}
    assert found["$id"] == "r"


def test_an_update_changes_what_it_names_and_the_time(table: Table) -> None:
    one = table()
    before = one.create("r", n=1, code="c").json()
    after = one.http("PATCH", "/r", json={"data": {"n": 7}}).json()
    assert after == {**before, "n": 7, "$updatedAt": after["$updatedAt"]}
    assert after["$updatedAt"] >= before["$updatedAt"]
    assert one.row("r") == after


def test_an_update_to_what_is_there_leaves_the_time(table: Table) -> None:
    one = table()
    one.create("r", n=1)
    before = one.http("PATCH", "/r", json={"data": {"n": 2}}).json()
    assert one.http("PATCH", "/r", json={"data": {"n": 2, "title": "t"}}).json() == before


def test_null_in_a_column_with_a_default_stores_the_default(table: Table) -> None:
    one = table()
    one.create("r", n=7, at="2026-01-01T00:00:00Z")
    after = one.http("PATCH", "/r", json={"data": {"n": None, "at": None}}).json()
    assert (after["n"], after["at"]) == (5, None)


def test_an_update_of_nothing_and_of_no_row_are_refused(table: Table) -> None:
    one = table()
    one.create("r")
    assert refusal(one.http("PATCH", "/r", json={"data": {}}))[:2] == (400, "row_missing_payload")
    assert refusal(one.http("PATCH", "/no", json={"data": {"n": 1}})) == missing("no")


def test_permissions_can_be_updated_alone(table: Table) -> None:
    one = table()
    one.create("r")
    assert one.http("PATCH", "/r", json={"permissions": ['read("any")']}).json()["$permissions"] == ['read("any")']


def test_upsert_creates_then_merges_but_wants_every_required_column(table: Table) -> None:
    one = table()
    made = one.http("PUT", "/r", json={"data": {"title": "one", "n": 1}})
    assert (made.status_code, made.json()["n"]) == (200, 1)
    assert refusal(one.http("PUT", "/r", json={"data": {"n": 2}})) == invalid('Missing required attribute "title"')
    changed = one.http("PUT", "/r", json={"data": {"title": "two"}}).json()
    assert (changed["title"], changed["n"], changed["$sequence"]) == ("two", 1, made.json()["$sequence"])


def test_a_deleted_row_is_gone(table: Table) -> None:
    one = table()
    one.create("r")
    assert one.http("DELETE", "/r").status_code == 204
    assert refusal(one.http("DELETE", "/r")) == missing("r")


def test_a_write_that_knows_an_older_time_than_the_row_conflicts(table: Table) -> None:
    one = table()
    first = one.create("r").json()["$updatedAt"]
    stale = {"X-Appwrite-Timestamp": "2020-01-01T00:00:00.000+00:00"}
    assert one.http("PATCH", "/r", json={"data": {"n": 1}}, headers={"X-Appwrite-Timestamp": first}).ok
    assert refusal(one.http("PATCH", "/r", json={"data": {"n": 2}}, headers=stale))[:2] == (409, "row_update_conflict")
    assert refusal(one.http("DELETE", "/r", headers=stale))[:2] == (409, "row_update_conflict")
    assert refusal(one.http("DELETE", "/r", headers={"X-Appwrite-Timestamp": "x"}))[0] == 400


def test_transactions_are_refused_loudly(table: Table) -> None:
    one = table()
    body = {"rowId": "r", "data": {"title": "t"}, "transactionId": "t1"}
    assert refusal(one.http("POST", json=body))[1] == "local_not_emulated"


def test_the_sdk_reads_what_it_wrote(table: Table) -> None:
    one = table()
    sdk = one.sdk()
    made = sdk.create_row(*one.place, "r", {"title": "hello", "tags": ["ä"]})
    assert (made.id, made.sequence, made.data["tags"]) == ("r", "1", ["ä"])
    assert sdk.get_row(*one.place, "r").data["title"] == "hello"
