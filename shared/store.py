"""Records in Appwrite's tables: https://appwrite.io/docs/references/cloud/server-python/tablesDB

The routes are called through the SDK's client, but not its row models: they lose a column named `data` and cost time.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import islice
from typing import Any, Generic, TypeVar

from appwrite.client import Client
from appwrite.exception import AppwriteException
from appwrite.query import Query

from shared.errors import AlreadyExists, AppError, Unavailable
from shared.records import Record, wire_time

#: The database of `infra/appwrite_collections.json`.
DATABASE_ID = "certificates"
#: Rows of one bulk call, and ids of one `equal` query (its 4096 characters hold 100 ids of 32).
BATCH = 100

R = TypeVar("R", bound=Record)
T = TypeVar("T")


class StoreFailure(AppError):
    """The database refused a call."""

    code = "STORE_FAILURE"


@dataclass(frozen=True)
class Page(Generic[R]):
    """Some of the records that fit, and how many there are in all (Appwrite counts up to 5000)."""

    items: Sequence[R]
    total: int
    limit: int
    offset: int

    @property
    def pagination(self) -> dict[str, Any]:
        seen = self.offset + len(self.items)
        return {"total": self.total, "limit": self.limit, "offset": self.offset, "has_more": seen < self.total}


@dataclass(frozen=True)
class Store:
    """Reads and writes records. Raises `Unavailable` when Appwrite can't be reached, `StoreFailure` when it refuses."""

    client: Client

    def find(self, kind: type[R], row_id: str) -> R | None:
        """The record of that id, if there is one."""
        try:
            return kind.from_row(self._call("get", f"{self._rows(kind)}/{row_id}"))
        except _Missing:
            return None

    def find_many(self, kind: type[R], ids: Iterable[str]) -> dict[str, R]:
        """Those of `ids` that exist, by id."""
        found: dict[str, R] = {}
        for batch in batches(dict.fromkeys(ids), BATCH):
            rows = self._list(kind, [Query.equal("$id", batch), Query.limit(len(batch))])["rows"]
            found.update((row["$id"], kind.from_row(row)) for row in rows)
        return found

    def page(self, kind: type[R], queries: Sequence[str] = (), limit: int = 25, offset: int = 0) -> Page[R]:
        """Up to `limit` records from `offset` on, in the order they were inserted unless `queries` say otherwise."""
        answer = self._list(kind, [*queries, Query.limit(limit), Query.offset(offset)])
        return Page([kind.from_row(row) for row in answer["rows"]], answer["total"], limit, offset)

    def first(self, kind: type[R], queries: Sequence[str], limit: int) -> list[R]:
        """Up to `limit` records, not counting how many more there are."""
        answer = self._list(kind, [*queries, Query.limit(limit)], total=0)
        return [kind.from_row(row) for row in answer["rows"]]

    def every(self, kind: type[R], queries: Sequence[str] = ()) -> Iterator[R]:
        """All records that fit, read page by page; those inserted meanwhile are seen too."""
        after: list[str] = []
        while rows := self._list(kind, [*queries, Query.limit(BATCH), *after], total=0)["rows"]:
            yield from (kind.from_row(row) for row in rows)
            after = [Query.cursor_after(rows[-1]["$id"])]

    def insert(self, record: Record) -> None:
        """Raises `AlreadyExists` if its id or a unique column is taken: the two can't be told apart by the answer."""
        row = {"rowId": record.id, "data": record.columns()}
        self._call("post", self._rows(type(record)), row)

    def insert_missing(self, records: Iterable[Record]) -> set[str]:
        """Insert those whose ids are not taken, and answer their ids.

        A bulk call is all or nothing, so after a clash the rest is tried again, at last one by one.
        Raises `AlreadyExists` if a record's id is free but another record holds one of its unique columns.
        """
        inserted: set[str] = set()
        for batch in batches({record.id: record for record in records}.values(), BATCH):
            inserted |= self._insert_batch(batch)
        return inserted

    def insert_all_or_none(self, records: Sequence[Record]) -> bool:
        """Insert up to 100 records in one atomic call; False, and nothing written, if any id is taken."""
        try:
            self._call("post", self._rows(type(records[0])), {"rows": [record.to_row() for record in records]})
        except AlreadyExists:
            return False
        return True

    def update(self, kind: type[R], row_id: str, **changes: Any) -> R:
        """Change some columns of a record that exists."""
        data = {name: _wire(value) for name, value in changes.items()}
        return kind.from_row(self._call("patch", f"{self._rows(kind)}/{row_id}", {"data": data}))

    def update_many(self, kind: type[Record], ids: Iterable[str], **changes: Any) -> None:
        """Give all of `ids` the same values. It reads, then writes: never use it to decide a race."""
        data = {name: _wire(value) for name, value in changes.items()}
        for batch in batches(ids, BATCH):
            self._call("patch", self._rows(kind), {"data": data, "queries": [Query.equal("$id", batch)]})

    def delete_where(self, kind: type[Record], queries: Sequence[str]) -> None:
        """Remove all records that fit `queries`, of which there must be one at least."""
        if not queries:
            raise ValueError("without queries the whole table would go")
        self._call("delete", self._rows(kind), {"queries": list(queries)})

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


class _Missing(StoreFailure):
    """The row does not exist."""


def translate(error: AppwriteException) -> AppError:
    """Ours for Appwrite's: https://appwrite.io/docs/advanced/platform/error-handling"""
    facts = {"appwrite_code": error.code, "appwrite_type": error.type, "appwrite_message": error.message}
    if error.code in {0, HTTPStatus.TOO_MANY_REQUESTS} or error.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(**facts)
    if error.code == HTTPStatus.CONFLICT:
        return AlreadyExists()
    return (_Missing if error.type == "row_not_found" else StoreFailure)(**facts)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of up to `size` items each."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _wire(value: Any) -> Any:
    return wire_time(value) if isinstance(value, datetime) else value
