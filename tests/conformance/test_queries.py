"""Filters, orders and what is no query."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from appwrite.query import Query

from tests.conformance.server import Server, refusal
from tests.conformance.table import COLUMNS, INDEXES, Table

NewId = Callable[[], str]


@pytest.fixture(scope="module")
def rows(server: Server, database_id: str, new_id: NewId) -> Table:
    """q01 … q30 with `n` 1 … 30, and two rows with little in them."""
    numbers = [{**column, "default": None} if column["key"] == "n" else column for column in COLUMNS]
    one = Table(server, database_id, new_id(), columns=numbers, indexes=INDEXES)
    one.create("none", title="No 50% off_er", code=None)
    one.create("Some", title="Hello big world", at="2026-06-01T10:00:00Z", b=False, code="K")
    for start in (1, 16):
        made = [
            {"$id": f"q{n:02}", "title": f"row {n}", "n": n, "f": n / 2, "tags": ["odd" if n % 2 else "Even"], "e": "b"}
            for n in range(start, start + 15)
        ]
        one.http("POST", json={"rows": made}).raise_for_status()
    return one


def some(method: str, attribute: str, *values: Any) -> str:
    return json.dumps({"method": method, "attribute": attribute, "values": values})


FOUND: dict[str, tuple[list[str], list[str]]] = {
    "equal": ([Query.equal("n", 7)], ["q07"]),
    "equal to one of": ([Query.equal("n", [7, 8])], ["q07", "q08"]),
    "equal ignores case": ([Query.equal("title", "ROW 7")], ["q07"]),
    "equal to an id in any case": ([Query.equal("$id", ["Q01", "some"])], ["Some", "q01"]),
    "equal to a boolean": ([Query.equal("b", False)], ["Some"]),
    "not equal leaves out nulls": ([Query.not_equal("code", "x")], ["Some"]),
    "less than": ([Query.less_than("n", 3)], ["q01", "q02"]),
    "at most": ([Query.less_than_equal("n", 2)], ["q01", "q02"]),
    "greater than": ([Query.greater_than("f", 14.5)], ["q30"]),
    "at least": ([Query.greater_than_equal("n", 29)], ["q29", "q30"]),
    "between": ([Query.between("n", 3, 5)], ["q03", "q04", "q05"]),
    "not between": ([Query.not_between("n", 3, 29)], ["q01", "q02", "q30"]),
    "null": ([Query.is_null("n")], ["none", "Some"]),
    "not null": ([Query.is_not_null("at")], ["Some"]),
    "starts with": ([Query.starts_with("title", "Row 3")], ["q03", "q30"]),
    "does not start with": ([Query.not_starts_with("title", "row")], ["none", "Some"]),
    "ends with": ([Query.ends_with("title", " 7")], ["q07"]),
    "does not end with": ([Query.not_ends_with("title", "0"), Query.greater_than("n", 28)], ["q29"]),
    "contains": ([Query.contains("title", ["29"])], ["q29"]),
    "contains one of": ([Query.contains("title", ["29", "world"])], ["Some", "q29"]),
    "contains takes % and _ as they are": ([Query.contains("title", ["0% off_"])], ["none"]),
    "no wildcard": ([Query.contains("title", ["r%9"])], []),
    "does not contain": ([Query.not_contains("title", ["row"])], ["none", "Some"]),
    "an array contains": ([Query.contains("tags", ["even"]), Query.less_than("n", 5)], ["q02", "q04"]),
    "an array contains all": ([some("containsAll", "tags", "odd", "even")], []),
    "search finds any of the words": ([Query.search("title", "world offer")], ["Some"]),
    "or": ([Query.or_queries([Query.equal("n", 3), Query.equal("n", 4)])], ["q03", "q04"]),
    "and": ([Query.and_queries([Query.greater_than("n", 3), Query.less_than("n", 5)])], ["q04"]),
    "nested": (
        [Query.or_queries([Query.and_queries([Query.equal("n", 3), Query.equal("e", "b")]), Query.equal("n", 9)])],
        ["q03", "q09"],
    ),
    "all filters together": ([Query.greater_than("n", 3), Query.less_than("n", 6)], ["q04", "q05"]),
    "a time in any zone": ([Query.equal("at", "2026-06-01T12:00:00+02:00")], ["Some"]),
    "created before": ([Query.created_before("2020-01-01")], []),
    "ordered down": ([Query.order_desc("n"), Query.limit(2)], ["q30", "q29"]),
    "ordered up with nulls first": ([Query.order_asc("n"), Query.limit(3)], ["none", "Some", "q01"]),
    "ordered by two": ([Query.order_desc("e"), Query.order_desc("n"), Query.limit(2)], ["q30", "q29"]),
    "ties keep the order of creation": ([Query.order_desc("e"), Query.limit(2)], ["q01", "q02"]),
    "offset": ([Query.offset(30)], ["q29", "q30"]),
    "the first limit counts": ([Query.limit(1), Query.limit(2)], ["none"]),
    "after a cursor": ([Query.cursor_after("q10"), Query.limit(2)], ["q11", "q12"]),
    "before a cursor": ([Query.cursor_before("q10"), Query.limit(2)], ["q08", "q09"]),
    "after a cursor in an order": ([Query.order_desc("n"), Query.cursor_after("q10"), Query.limit(2)], ["q09", "q08"]),
    "before a cursor in an order": (
        [Query.order_desc("n"), Query.cursor_before("q10"), Query.limit(2)],
        ["q12", "q11"],
    ),
    "after a cursor among ties": ([Query.order_asc("e"), Query.cursor_after("Some"), Query.limit(1)], ["q01"]),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_query_finds_its_rows(rows: Table, case: str) -> None:
    queries, ids = FOUND[case]
    assert rows.ids(*queries) == ids


REFUSED: dict[str, tuple[str, str]] = {
    "no JSON": ("[", "Invalid query: Syntax error"),
    "the old syntax": ('equal("n", [1])', "Invalid query: Syntax error"),
    "no method": ("{}", "Invalid query method: "),
    "an unknown method": (some("zap", "n", 1), "Invalid query method: zap"),
    "regex": (some("regex", "title", "x"), "Invalid query method: regex"),
    "an unknown column": (Query.equal("nope", 1), "Invalid query: Attribute not found in schema: nope"),
    "an order by none": (Query.order_asc("nope"), "Invalid query: Attribute not found in schema: nope"),
    "a selection of none": (Query.select(["nope"]), "Invalid query: Attribute not found in schema: nope"),
    "a string for an integer": (Query.equal("n", "7"), 'Invalid query: Query value is invalid for attribute "n"'),
    "a boolean for an integer": (Query.equal("n", True), 'Invalid query: Query value is invalid for attribute "n"'),
    "an integer for a string": (Query.equal("title", 1), 'Invalid query: Query value is invalid for attribute "title"'),
    "no time": (Query.equal("at", "soon"), 'Invalid query: Query value is invalid for attribute "at"'),
    "no value": (some("equal", "$id"), "Invalid query: Equal queries require at least one value."),
    "two values for one": (some("lessThan", "n", 1, 2), "Invalid query: LessThan queries require exactly one value."),
    "one value for two": (some("between", "n", 1), "Invalid query: Between queries require exactly two values."),
    "501 values": (
        some("equal", "n", *range(501)),
        "Invalid query: Query on attribute has greater than 500 values: n",
    ),
    "an array compared": (
        Query.equal("tags", "x"),
        'Invalid query: Cannot query equal on attribute "tags" because it is an array.',
    ),
    "a number that contains": (
        Query.contains("n", ["1"]),
        'Invalid query: Cannot query contains on attribute "n" because it is not an array or string.',
    ),
    "or with one": (
        Query.or_queries([Query.equal("n", 3)]),
        "Invalid query: Or queries require at least two queries",
    ),
    "a limit in an or": (
        Query.or_queries([Query.limit(1), Query.limit(2)]),
        "Invalid query: limit is not a filter",
    ),
    "search without an index": (Query.search("code", "x"), 'Searching by attribute "code" requires a fulltext index.'),
    "limit 0": (
        Query.limit(0),
        "Invalid query: Invalid limit: Value must be a valid range between 1 and 9,223,372,036,854,775,807",
    ),
    "offset -1": (
        Query.offset(-1),
        "Invalid query: Invalid offset: Value must be a valid range between 0 and 9,223,372,036,854,775,807",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_query_is_refused(rows: Table, case: str) -> None:
    query, message = REFUSED[case]
    answer = rows.http("GET", params={"queries[0]": query})
    assert refusal(answer) == (400, "general_query_invalid", message)


def test_a_cursor_must_be_a_row_with_values_in_the_order(rows: Table) -> None:
    unknown = rows.http("GET", params={"queries[0]": Query.cursor_after("nope")})
    assert refusal(unknown) == (400, "general_cursor_not_found", "Row 'nope' for the 'cursor' value not found.")
    queries = {"queries[0]": Query.cursor_after("none"), "queries[1]": Query.order_asc("n")}
    assert refusal(rows.http("GET", params=queries))[:2] == (400, "database_query_order_null")


@pytest.mark.parametrize("queries", [['{"method":"limit","values":[1]}'] * 101, ["x" * 4097], [""]])
def test_too_many_or_too_long_queries_are_refused(rows: Table, queries: list[str]) -> None:
    answer = rows.http("GET", params={f"queries[{place}]": query for place, query in enumerate(queries)})
    message = (
        "Invalid `queries` param: Value must a valid array no longer than 100 items and Value must be a valid string "
        "and at least 1 chars and no longer than 4096 chars"
    )
    assert refusal(answer) == (400, "general_argument_invalid", message)


def test_25_rows_come_unless_asked_otherwise(rows: Table) -> None:
    assert len(rows.ids()) == 25
    assert len(rows.ids(Query.limit(100_000))) == 32


def test_random_order_gives_every_row_once(rows: Table) -> None:
    assert sorted(rows.ids(Query.order_random(), Query.limit(50))) == sorted(rows.ids(Query.limit(50)))


@pytest.mark.parametrize(("said", "total"), [("false", 30), ("true", 30), ("0", 0), (None, 30)])
def test_only_total_0_leaves_out_the_count(rows: Table, said: str | None, total: int) -> None:
    found = rows.http("GET", params={"total": said, "queries[0]": Query.greater_than("n", 0)})
    assert found.json()["total"] == total


def test_selected_columns_come_with_the_system_fields(rows: Table) -> None:
    found = rows.http("GET", params={"queries[0]": Query.select(["title", "n"]), "queries[1]": Query.limit(1)})
    row = found.json()["rows"][0]
    assert {key for key in row if not key.startswith("$")} == {"title", "n"}
    assert {"$id", "$sequence", "$createdAt", "$updatedAt", "$permissions", "$tableId", "$databaseId"} <= set(row)


def test_the_sdk_pages_with_a_cursor_to_the_end(rows: Table) -> None:
    sdk, seen = rows.sdk(), list[str]()
    while True:
        after = [Query.cursor_after(seen[-1])] if seen else []
        page = sdk.list_rows(*rows.place, [*after, Query.limit(7)])
        if not page.rows:
            break
        seen += [row.id for row in page.rows]
    assert len(seen) == len(set(seen)) == 32


def test_the_total_stops_at_5000(server: Server, database_id: str, new_id: NewId) -> None:
    many = Table(server, database_id, new_id())
    for _ in range(51):
        many.http("POST", json={"rows": [{"title": "t"}] * 100}).raise_for_status()
    assert many.http("GET", params={"queries[0]": Query.limit(1)}).json()["total"] == 5000
