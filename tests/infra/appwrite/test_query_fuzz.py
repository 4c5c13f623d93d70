"""Whatever a client sends as a query, the stand-in's SQL holds."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.appwrite.collection import Collection
from infra.local.appwrite.database import Database
from infra.local.appwrite.errors import AppwriteError
from infra.local.appwrite.listing import Source, fetched, queryable
from infra.local.appwrite.queries import FILTERS, read_page

_KINDS = {"s": "string", "n": "integer", "f": "double", "b": "boolean", "a": "string[]", "t": "datetime"}
_FIELDS = queryable(_KINDS, frozenset({"s"}))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_QUERIES = st.fixed_dictionaries(
    {"method": st.sampled_from([*FILTERS, "or", "limit", "select", "orderAsc", "zap"]) | _JSON},
    optional={
        "attribute": st.sampled_from([*_KINDS, "$id", "*"]) | _JSON,
        "values": st.lists(_JSON, max_size=3) | _JSON,
    },
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Collection]]:
    collection = Collection("c", _KINDS)
    database = Database(tmp_path_factory.mktemp("sql") / "db", lambda: datetime.now(UTC), [collection.schema])
    yield database, collection
    database.close()


@given(query=_QUERIES.map(json.dumps) | st.text())
def test_whatever_is_sent_is_a_query_that_runs_or_a_400(empty: tuple[Database, Collection], query: str) -> None:
    database, collection = empty
    status = 200
    with database.read() as tx:
        try:
            fetched(tx, Source(collection, _FIELDS, ("1", [])), read_page([query], _FIELDS))
        except AppwriteError as error:
            status = error.code
    assert status in (200, 400)
