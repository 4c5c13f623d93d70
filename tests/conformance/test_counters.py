"""Numbers counted up and down."""

from collections.abc import Callable

import pytest
from appwrite.exception import AppwriteException

from tests.conformance.server import refusal
from tests.conformance.table import Table

MakeTable = Callable[..., Table]


def test_increment_answers_the_old_time_but_changes_it(table: MakeTable) -> None:
    one = table()
    before = one.create("r", n=1).json()
    after = one.http("PATCH", "/r/n/increment", json={"value": 3}).json()
    assert (after["n"], after["$updatedAt"]) == (4, before["$updatedAt"])
    assert one.http("PATCH", "/r/n/decrement", json={}).json()["n"] == 3
    assert one.row("r")["$updatedAt"] >= before["$updatedAt"]


def test_max_and_min_are_kept_but_not_the_columns_own(table: MakeTable) -> None:
    one = table()
    one.create("r", n=5)
    sdk = one.sdk()
    assert sdk.increment_row_column(*one.place, "r", "n", 500).data["n"] == 505
    with pytest.raises(AppwriteException) as over:
        sdk.increment_row_column(*one.place, "r", "n", 3, max=507)
    assert (over.value.code, over.value.type, over.value.message) == (
        400,
        "column_limit_exceeded",
        'tablesDB "n" has reached the maximum value of 507',
    )
    below = one.http("PATCH", "/r/n/decrement", json={"value": 6, "min": 500})
    assert refusal(below)[2] == 'tablesDB "n" has reached the minimum value of 500'
    assert sdk.increment_row_column(*one.place, "r", "n", 2, max=507).data["n"] == 507


@pytest.mark.parametrize("path", ["/no/n/increment", "/r/nope/increment"])
def test_increment_of_no_row_or_no_column_says_so_in_the_servers_odd_words(table: MakeTable, path: str) -> None:
    one = table()
    one.create("r")
    odd = (404, "column_not_found", "Column with the requested key '%s' could not be found.")
    assert refusal(one.http("PATCH", path, json={})) == odd


def test_increment_of_a_text_and_by_nothing_are_refused(table: MakeTable) -> None:
    one = table()
    one.create("r")
    text = (400, "attribute_type_invalid", 'tablesDB "title" is not a number')
    assert refusal(one.http("PATCH", "/r/title/increment", json={})) == text
    assert refusal(one.http("PATCH", "/r/n/increment", json={"value": 0}))[0] == 400
