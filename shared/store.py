"""Records in Appwrite's tables: https://appwrite.io/docs/references/cloud/server-python/tablesDB

The routes are called through the SDK's client, but not its row models: they lose a column named `data` and cost time.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import islice
from typing import Any, Generic, TypeVar

from appwrite.client import Client
from appwrite.exception import AppwriteException
from appwrite.query import Query

from shared.errors import AlreadyExists, AppError, InvalidPayload, Unavailable
from shared.record import Record, wire_time

#: The database of `infra/appwrite_collections.json`.
DATABASE_ID = "certificates"
#: Rows of one bulk call, and ids of one `equal` query (its 4096 characters hold 100 ids of 32).
BATCH = 100
#: Appwrite counts no further.
COUNTED = 5000
#: Characters of one query, some left for what surrounds the values: Appwrite takes 4096.
_QUERY_ROOM = 3800
#: Calls at a time where many are needed for one answer.
_THREADS = 4

R = TypeVar("R", bound=Record)
R_co = TypeVar("R_co", bound=Record, covariant=True)
S = TypeVar("S")
T = TypeVar("T")


class StoreFailure(AppError):
    """The database refused a call."""

    code = "STORE_FAILURE"


@dataclass(frozen=True)
class Page(Generic[R_co]):
    """Some of the records that fit, and how many there are in all, up to `COUNTED`."""

    items: Sequence[R_co]
    total: int
    limit: int
    offset: int
    has_more: bool

    @property
    def next_cursor(self) -> str | None:
        """Where the next page begins, whatever is inserted or removed meanwhile."""
        return self.items[-1].id if self.has_more else None


@dataclass(frozen=True)
class Store:
    """Reads and writes records. Raises `Unavailable` when Appwrite can't be reached, `StoreFailure` when it refuses."""

    client: Client

    def find(self, kind: type[R], row_id: str) -> R | None:
        """The record of that id, if there is one."""
        try:
            return kind.from_row(self._call("get", f"{self._rows(kind)}/{row_id}"))
        except RowGone:
            return None

    def find_many(self, kind: type[R], ids: Iterable[str]) -> dict[str, R]:
        """Those of `ids` that exist, by id."""
        return {record.id: record for record in self.find_by(kind, "$id", ids)}

    def find_by(self, kind: type[R], column: str, values: Iterable[str]) -> list[R]:
        """The records whose unique text `column` has one of `values`."""

        def read(batch: list[str]) -> list[R]:
            rows = self._list(kind, [Query.equal(column, batch), Query.limit(len(batch))], total=0)["rows"]
            return [kind.from_row(row) for row in rows]

        return [record for found in together(read, fitting(dict.fromkeys(values))) for record in found]

    def page(
        self, kind: type[R], queries: Sequence[str] = (), limit: int = 25, offset: int = 0, cursor: str | None = None
    ) -> Page[R]:
        """Up to `limit` records, in the order they were inserted unless `queries` say otherwise.

        They begin after the record whose id is `cursor`, else at `offset`. Raises `InvalidPayload` if there is no
        record of that id.
        """
        start = Query.cursor_after(cursor) if cursor else Query.offset(offset)
        try:
            # One more than wanted tells whether there are more, also where the total is not counted to its end.
            answer = self._list(kind, [*queries, Query.limit(limit + 1), start])
        except StoreFailure as error:
            if error.details.get("appwrite_type") != "general_cursor_not_found":
                raise
            raise InvalidPayload("cursor: This place in the list is gone; begin anew.") from None
        rows = answer["rows"]
        items = [kind.from_row(row) for row in rows[:limit]]
        return Page(items, answer["total"], limit, offset, has_more=len(rows) > limit)

    def count(self, kind: type[Record], queries: Sequence[str] = ()) -> int:
        """How many fit, also beyond `COUNTED`: then ranges of ids, which are hex and evenly spread, are counted."""
        return self._count(kind, list(queries), "")

    def first(self, kind: type[R], queries: Sequence[str], limit: int) -> list[R]:
        """Up to `limit` records, not counting how many more there are."""
        answer = self._list(kind, [*queries, Query.limit(limit)], total=0)
        return [kind.from_row(row) for row in answer["rows"]]

    def every(self, kind: type[R], queries: Sequence[str] = (), size: int = BATCH) -> Iterator[R]:
        """All records that fit, read in pages of `size`; those inserted meanwhile are seen too."""
        after: list[str] = []
        while rows := self._list(kind, [*queries, Query.limit(size), *after], total=0)["rows"]:
            yield from (kind.from_row(row) for row in rows)
            if len(rows) < size:
                return
            after = [Query.cursor_after(rows[-1]["$id"])]

    def insert(self, record: Record) -> None:
        """Raises `AlreadyExists` if its id or a unique column is taken: the two can't be told apart by the answer."""
        row = {"rowId": record.id, "data": record.columns()}
        self._call("post", self._rows(type(record)), row)

    def insert_missing(self, records: Iterable[Record]) -> set[str]:
        """Insert those whose ids are not taken, and answer their ids.

        A bulk call is all or nothing, so after a clash the rest is tried again, at last one by one. Several calls are
        made at a time, so the order in which many records get in is not theirs.
        Raises `AlreadyExists` if a record's id is free but another record holds one of its unique columns.
        """
        every = {record.id: record for record in records}.values()
        return set().union(*together(self._insert_batch, batches(every, BATCH)))

    def insert_all_or_none(self, records: Sequence[Record]) -> bool:
        """Insert up to 100 records in one atomic call; False, and nothing written, if any id is taken."""
        try:
            self._call("post", self._rows(type(records[0])), {"rows": [record.to_row() for record in records]})
        except AlreadyExists:
            return False
        return True

    def update(self, kind: type[R], row_id: str, **changes: Any) -> R:
        """Change some columns of a record. Raises `RowGone` if there is none of that id."""
        data = {name: _wire(value) for name, value in changes.items()}
        return kind.from_row(self._call("patch", f"{self._rows(kind)}/{row_id}", {"data": data}))

    def update_many(self, kind: type[Record], ids: Iterable[str], **changes: Any) -> None:
        """Give all of `ids` the same values. It reads, then writes: never use it to decide a race."""
        data = {name: _wire(value) for name, value in changes.items()}
        for batch in batches(ids, BATCH):
            self._call("patch", self._rows(kind), {"data": data, "queries": [Query.equal("$id", batch)]})

    def update_where(self, kind: type[Record], queries: Sequence[str], **changes: Any) -> int:
        """Give all that fit `queries`, of which there must be one at least, the same values; answers how many."""
        if not queries:
            raise ValueError("without queries the whole table would change")
        data = {name: _wire(value) for name, value in changes.items()}
        return int(self._call("patch", self._rows(kind), {"data": data, "queries": list(queries)})["total"])

    def delete(self, kind: type[Record], row_id: str) -> None:
        """Remove the record of that id, if there is one."""
        with suppress(RowGone):
            self._call("delete", f"{self._rows(kind)}/{row_id}")

    def delete_where(self, kind: type[Record], queries: Sequence[str]) -> None:
        """Remove all records that fit `queries`, of which there must be one at least."""
        if not queries:
            raise ValueError("without queries the whole table would go")
        self._call("delete", self._rows(kind), {"queries": list(queries)})

    def _count(self, kind: type[Record], queries: list[str], prefix: str) -> int:
        these = [*queries, *_with_prefix(prefix), Query.limit(1)]
        total = int(self._list(kind, these)["total"])
        if total < COUNTED or not self._list(kind, [*these, Query.offset(COUNTED)], total=0)["rows"]:
            return total
        return sum(together(lambda digit: self._count(kind, queries, prefix + digit), "0123456789abcdef"))

    def _insert_batch(self, batch: list[Record]) -> set[str]:
        if self.insert_all_or_none(batch):
            return {record.id for record in batch}
        taken = self.find_many(type(batch[0]), (record.id for record in batch))
        rest = [record for record in batch if record.id not in taken]
        if not rest or (len(rest) < len(batch) and self.insert_all_or_none(rest)):
            return {record.id for record in rest}
        return {record.id for record in rest if self._insert_if_missing(record)}

    def _insert_if_missing(self, record: Record) -> bool:
        try:
            self.insert(record)
        except AlreadyExists:
            if self.find(type(record), record.id) is None:
                raise
            return False
        return True

    def _list(self, kind: type[Record], queries: list[str], total: int = 1) -> dict[str, Any]:
        answer: dict[str, Any] = self._call("get", self._rows(kind), {"queries": queries, "total": total})
        return answer

    def _rows(self, kind: type[Record]) -> str:
        return f"/tablesdb/{DATABASE_ID}/tables/{kind.table}/rows"

    def _call(self, method: str, path: str, params: dict[str, Any] | None = None) -> Any:
        try:
            return self.client.call(method, path, {"content-type": "application/json"}, params or {})
        except AppwriteException as error:
            raise translate(error) from error


class RowGone(StoreFailure):
    """The row does not exist, or no longer."""

    code = "ROW_GONE"


def translate(error: AppwriteException) -> AppError:
    """Ours for Appwrite's: https://appwrite.io/docs/advanced/platform/error-handling"""
    facts = {"appwrite_code": error.code, "appwrite_type": error.type, "appwrite_message": error.message}
    if error.code in {0, HTTPStatus.TOO_MANY_REQUESTS} or error.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(**facts)
    if error.code == HTTPStatus.CONFLICT:
        return AlreadyExists()
    return (RowGone if error.type == "row_not_found" else StoreFailure)(**facts)


def together(read: Callable[[S], T], items: Iterable[S]) -> list[T]:
    """`read` of each item in order, several at a time."""
    every = list(items)
    if len(every) < 2:
        return [read(each) for each in every]
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(read, every))


def _with_prefix(prefix: str) -> list[str]:
    """Ids that begin with these hex digits; `g` follows `f`."""
    return [Query.between("$id", prefix, f"{prefix}g")] if prefix else []


def fitting(values: Iterable[str]) -> Iterator[list[str]]:
    """Lists of values that one query holds."""
    batch: list[str] = []
    room = _QUERY_ROOM
    for value in values:
        size = len(json.dumps(value)) + 2
        if batch and (size > room or len(batch) == BATCH):
            yield batch
            batch, room = [], _QUERY_ROOM
        batch.append(value)
        room -= size
    if batch:
        yield batch


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of up to `size` items each."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _wire(value: Any) -> Any:
    return wire_time(value) if isinstance(value, datetime) else value
