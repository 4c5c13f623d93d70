"""Rows read by pages and changed by lists of ids, so that a migration can end anywhere and be begun anew."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from appwrite.query import Query

from infra.deploy.server import Document, Server
from shared.store import BATCH, COUNTED, DATABASE_ID

#: Rows of one page that are only counted.
_MANY = 1000


def path(table: str) -> str:
    return f"/tablesdb/{DATABASE_ID}/tables/{table}/rows"


def pages(
    server: Server, table: str, queries: Sequence[str], columns: Iterable[str], size: int = BATCH
) -> Iterator[list[Document]]:
    """The rows that fit, with these columns, by id: where rows change or go meanwhile, none is skipped."""
    wanted = [*queries, Query.select(["$id", *columns]), Query.order_asc("$id"), Query.limit(size)]
    after: list[str] = []
    while rows := server.get(path(table), queries=[*wanted, *after], total=0)["rows"]:
        yield rows
        if len(rows) < size:
            return
        after = [Query.greater_than("$id", rows[-1]["$id"])]


def every(server: Server, table: str, queries: Sequence[str], columns: Iterable[str]) -> list[Document]:
    return [row for page in pages(server, table, queries, columns) for row in page]


def count(server: Server, table: str, queries: Sequence[str]) -> int:
    """How many rows fit."""
    total = int(server.get(path(table), queries=[*queries, Query.limit(1)])["total"])
    if total < COUNTED:
        return total
    return sum(len(page) for page in pages(server, table, queries, [], _MANY))


def change(server: Server, table: str, ids: Sequence[str], only: Sequence[str], data: Mapping[str, Any]) -> int:
    """Write `data` to those of up to 100 rows that still fit `only`; answers how many."""
    queries = [Query.equal("$id", list(ids)), *only]
    return int(server.patch(path(table), data=dict(data), queries=queries)["total"])
