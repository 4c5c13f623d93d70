"""Indexes of every kind we use, and their limits."""

from collections.abc import Callable
from typing import Any

import pytest
from appwrite.enums.tables_db_index_type import TablesDBIndexType

from tests.conformance.server import refusal
from tests.conformance.table import Table

MakeTable = Callable[..., Table]


def test_a_new_index_is_processing_for_a_moment_and_can_be_deleted(table: MakeTable) -> None:
    one = table()
    answer = one.server.http("POST", f"{one.path}/indexes", json={"key": "k", "type": "key", "columns": ["n", "at"]})
    assert (answer.status_code, answer.json()["status"], answer.json()["lengths"]) == (202, "processing", [0, 0])
    one.wait_for("indexes", "k")
    assert [index["key"] for index in one.server.http("GET", f"{one.path}/indexes").json()["indexes"]][-1] == "k"
    assert one.server.http("DELETE", f"{one.path}/indexes/k").status_code == 204


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
def test_a_bad_index_is_refused(table: MakeTable, case: str) -> None:
    given, *expected = BAD_INDEXES[case]
    one = table()
    body = {"key": "k", "type": "key", **given}
    assert refusal(one.server.http("POST", f"{one.path}/indexes", json=body)) == tuple(expected)


def test_a_length_makes_a_long_column_indexable(table: MakeTable) -> None:
    one = table()
    body = {"key": "k", "type": "key", "columns": ["body", "title"], "lengths": [700]}
    answer = one.server.http("POST", f"{one.path}/indexes", json=body)
    assert (answer.status_code, answer.json()["lengths"]) == (202, [700, 0])


def test_an_index_on_a_processing_column_is_refused(table: MakeTable) -> None:
    one = table()
    one.add_column("varchar", key="late", size=10)
    body = {"key": "k", "type": "key", "columns": ["late"]}
    assert refusal(one.server.http("POST", f"{one.path}/indexes", json=body))[1] == "column_not_available"


def test_a_unique_index_over_duplicates_says_available_and_is_not_there(table: MakeTable) -> None:
    one = table()
    for row_id in ("a", "b"):
        one.create(row_id, n=1)
    one.server.http("POST", f"{one.path}/indexes", json={"key": "u_n", "type": "unique", "columns": ["n"]})
    one.wait_for("indexes", "u_n")
    assert one.create("c", n=1).status_code == 201


def test_the_sdk_makes_an_index_and_reads_it(table: MakeTable) -> None:
    one = table()
    made = one.sdk().create_index(*one.place, "k", TablesDBIndexType.KEY, ["n"])
    assert (made.key, made.columns, made.lengths) == ("k", ["n"], [0])
    one.wait_for("indexes", "k")
    assert one.sdk().get_index(*one.place, "k").status == "available"
