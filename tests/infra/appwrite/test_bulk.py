"""Many rows in one call, and numbers counted up and down."""

from collections.abc import Callable

import pytest
from appwrite.exception import AppwriteException
from appwrite.query import Query

from tests.infra.appwrite.served import refusal
from tests.infra.appwrite.tabled import Tabled
from tests.infra.appwrite.test_rows import exists, invalid

Table = Callable[..., Tabled]


def test_rows_are_made_together_and_answered_in_order(table: Table) -> None:
    one = table()
    made = one.sdk().create_rows(*one.place, [{"$id": f"r{n}", "title": "t", "n": n} for n in range(100)])
    assert made.total == 100
    assert [row.id for row in made.rows][:3] == ["r0", "r1", "r2"]
    assert one.row("r99")["n"] == 99


def test_a_row_without_id_gets_one_and_permissions_are_kept(table: Table) -> None:
    made = table().http("POST", json={"rows": [{"title": "t", "$permissions": ['read("any")']}]})
    assert (made.status_code, len(made.json()["rows"][0]["$id"])) == (201, 20)
    assert made.json()["rows"][0]["$permissions"] == ['read("any")']


@pytest.mark.parametrize("bad", [{"$id": "OLD"}, {"$id": "n2"}, {"$id": "n3", "code": "c"}])
def test_one_taken_id_or_value_fails_all_with_an_empty_id(table: Table, bad: dict[str, str]) -> None:
    one = table()
    one.create("old", code="c")
    rows = [{"$id": "n1", "title": "t"}, {"$id": "n2", "title": "t"}, {"title": "t", **bad}]
    assert refusal(one.http("POST", json={"rows": rows})) == exists("")
    assert one.ids() == ["old"]


def test_one_invalid_row_fails_all(table: Table) -> None:
    one = table()
    rows = [{"$id": "n1", "title": "t"}, {"$id": "n2"}]
    assert refusal(one.http("POST", json={"rows": rows})) == invalid('Missing required attribute "title"')
    assert one.ids() == []


def test_no_rows_and_101_rows_are_refused(table: Table) -> None:
    one = table()
    assert refusal(one.http("POST", json={"rows": []}))[1] == "row_missing_data"
    message = (
        "Invalid `rows` param: Value must a valid array no longer than 100 items and Value must be a valid JSON string"
    )
    answer = one.http("POST", json={"rows": [{"title": "t"}] * 101})
    assert refusal(answer) == (400, "general_argument_invalid", message)
    assert refusal(one.http("POST", json={"rows": ["no row"]}))[0] == 400


def test_update_rows_changes_what_matches_and_shows_at_most_100(table: Table) -> None:
    one = table()
    for start in (0, 60):
        one.http("POST", json={"rows": [{"title": "t", "n": start + n} for n in range(40)]})
    changed = one.sdk().update_rows(*one.place, {"b": False}, [Query.less_than("n", 10)])
    assert (changed.total, len(one.ids(Query.equal("b", False)))) == (10, 10)
    for _ in range(2):
        one.http("POST", json={"rows": [{"title": "t"}] * 30})
    everything = one.http("PATCH", json={"data": {"n": 1}}).json()
    assert (everything["total"], len(everything["rows"])) == (140, 100)


def test_update_rows_writes_null_where_update_row_writes_the_default(table: Table) -> None:
    one = table()
    one.create("r", n=1)
    one.http("PATCH", json={"data": {"n": None}})
    assert one.row("r")["n"] is None


def test_update_rows_checks_its_values(table: Table) -> None:
    one = table()
    one.create("r")
    assert refusal(one.http("PATCH", json={"data": {}}))[1] == "row_missing_payload"
    assert refusal(one.http("PATCH", json={"data": {"nope": 1}})) == invalid('Unknown attribute: "nope"')
    assert refusal(one.http("PATCH", json={"data": {"title": None}})) == invalid('Missing required attribute "title"')


def test_update_rows_of_none_is_fine(table: Table) -> None:
    assert table().http("PATCH", json={"data": {"n": 1}}).json() == {"total": 0, "rows": []}


def test_delete_rows_deletes_what_matches(table: Table) -> None:
    one = table()
    one.http("POST", json={"rows": [{"$id": f"r{n}", "title": "t", "n": n} for n in range(5)]})
    assert one.sdk().delete_rows(*one.place, [Query.greater_than("n", 1)]).total == 3
    assert one.ids() == ["r0", "r1"]


def test_bulk_upsert_is_refused_loudly(table: Table) -> None:
    assert refusal(table().http("PUT", json={"rows": [{"title": "t"}]}))[1] == "local_not_emulated"


def test_increment_answers_the_old_time_but_changes_it(table: Table) -> None:
    one = table()
    before = one.create("r", n=1).json()
    after = one.http("PATCH", "/r/n/increment", json={"value": 3}).json()
    assert (after["n"], after["$updatedAt"]) == (4, before["$updatedAt"])
    assert one.http("PATCH", "/r/n/decrement", json={}).json()["n"] == 3
    assert one.row("r")["$updatedAt"] >= before["$updatedAt"]


def test_max_and_min_are_kept_but_not_the_columns_own(table: Table) -> None:
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
def test_increment_of_no_row_or_no_column_says_so_in_the_servers_odd_words(table: Table, path: str) -> None:
    one = table()
    one.create("r")
    odd = (404, "column_not_found", "Column with the requested key '%s' could not be found.")
    assert refusal(one.http("PATCH", path, json={})) == odd


def test_increment_of_a_text_and_by_nothing_are_refused(table: Table) -> None:
    one = table()
    one.create("r")
    text = (400, "attribute_type_invalid", 'tablesDB "title" is not a number')
    assert refusal(one.http("PATCH", "/r/title/increment", json={})) == text
    assert refusal(one.http("PATCH", "/r/n/increment", json={"value": 0}))[0] == 400
