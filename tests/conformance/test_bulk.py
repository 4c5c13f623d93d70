"""Many rows in one call."""

from collections.abc import Callable

import pytest
from appwrite.query import Query

from tests.conformance.answers import exists, invalid
from tests.conformance.server import refusal
from tests.conformance.table import Table

MakeTable = Callable[..., Table]


def test_rows_are_made_together_and_answered_in_order(table: MakeTable) -> None:
    one = table()
    made = one.sdk().create_rows(*one.place, [{"$id": f"r{n}", "title": "t", "n": n} for n in range(100)])
    assert made.total == 100
    assert [row.id for row in made.rows][:3] == ["r0", "r1", "r2"]
    assert one.row("r99")["n"] == 99


def test_a_row_without_id_gets_one_and_permissions_are_kept(table: MakeTable) -> None:
    made = table().http("POST", json={"rows": [{"title": "t", "$permissions": ['read("any")']}]})
    assert (made.status_code, len(made.json()["rows"][0]["$id"])) == (201, 20)
    assert made.json()["rows"][0]["$permissions"] == ['read("any")']


@pytest.mark.parametrize("bad", [{"$id": "OLD"}, {"$id": "n2"}, {"$id": "n3", "code": "c"}])
def test_one_taken_id_or_value_fails_all_with_an_empty_id(table: MakeTable, bad: dict[str, str]) -> None:
    one = table()
    one.create("old", code="c")
    rows = [{"$id": "n1", "title": "t"}, {"$id": "n2", "title": "t"}, {"title": "t", **bad}]
    assert refusal(one.http("POST", json={"rows": rows})) == exists("")
    assert one.ids() == ["old"]


def test_one_invalid_row_fails_all(table: MakeTable) -> None:
    one = table()
    rows = [{"$id": "n1", "title": "t"}, {"$id": "n2"}]
    assert refusal(one.http("POST", json={"rows": rows})) == invalid('Missing required attribute "title"')
    assert one.ids() == []


def test_no_rows_and_101_rows_are_refused(table: MakeTable) -> None:
    one = table()
    assert refusal(one.http("POST", json={"rows": []}))[1] == "row_missing_data"
    message = (
        "Invalid `rows` param: Value must a valid array no longer than 100 items and Value must be a valid JSON string"
    )
    answer = one.http("POST", json={"rows": [{"title": "t"}] * 101})
    assert refusal(answer) == (400, "general_argument_invalid", message)
    assert refusal(one.http("POST", json={"rows": ["no row"]}))[0] == 400


def test_update_rows_changes_what_matches_and_shows_at_most_100(table: MakeTable) -> None:
    one = table()
    for start in (0, 60):
        one.http("POST", json={"rows": [{"title": "t", "n": start + n} for n in range(40)]})
    changed = one.sdk().update_rows(*one.place, {"b": False}, [Query.less_than("n", 10)])
    assert (changed.total, len(one.ids(Query.equal("b", False)))) == (10, 10)
    for _ in range(2):
        one.http("POST", json={"rows": [{"title": "t"}] * 30})
    everything = one.http("PATCH", json={"data": {"n": 1}}).json()
    assert (everything["total"], len(everything["rows"])) == (140, 100)


def test_update_rows_writes_null_where_update_row_writes_the_default(table: MakeTable) -> None:
    one = table()
    one.create("r", n=1)
    one.http("PATCH", json={"data": {"n": None}})
    assert one.row("r")["n"] is None


def test_update_rows_checks_its_values(table: MakeTable) -> None:
    one = table()
    one.create("r")
    assert refusal(one.http("PATCH", json={"data": {}}))[1] == "row_missing_payload"
    assert refusal(one.http("PATCH", json={"data": {"nope": 1}})) == invalid('Unknown attribute: "nope"')
    assert refusal(one.http("PATCH", json={"data": {"title": None}})) == invalid('Missing required attribute "title"')


def test_update_rows_of_none_is_fine(table: MakeTable) -> None:
    assert table().http("PATCH", json={"data": {"n": 1}}).json() == {"total": 0, "rows": []}


def test_delete_rows_deletes_what_matches(table: MakeTable) -> None:
    one = table()
    one.http("POST", json={"rows": [{"$id": f"r{n}", "title": "t", "n": n} for n in range(5)]})
    assert one.sdk().delete_rows(*one.place, [Query.greater_than("n", 1)]).total == 3
    assert one.ids() == ["r0", "r1"]
