"""Rows of a backup, back into tables, and compared with what the tables hold then.

Whatever is there already and is the same row stays as it is, so a restore that broke off goes on by being run again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from infra.backup.listing import PAGE, among, ids
from infra.backup.saved import Line, Saved, batches
from infra.backup.scope import REPLACED, rows_path
from infra.deploy.definitions import Schema, Table
from infra.deploy.errors import DeployError, ServerError
from infra.deploy.server import Document, Server

#: Bytes of one call's rows; Appwrite's web server takes 12 MiB.
ROOM = 4 * 1024 * 1024
#: Servers may set these themselves, whatever they are told.
_DATES = {"$createdAt", "$updatedAt"}


class NotEmpty(DeployError):
    """The project holds something that is not of this backup; nothing has been written."""


@dataclass(frozen=True)
class Compared:
    """What became of a list: `other` and `missing` name what is not as it was saved; `redated` counts new dates."""

    count: int
    missing: Sequence[str] = ()
    other: Sequence[str] = ()
    redated: int = 0

    @property
    def ok(self) -> bool:
        return not self.missing and not self.other


def check_room(server: Server, schema: Schema, table: Table, saved: Saved) -> None:
    """Raises NotEmpty unless every row of the table is one of the backup's, as it was saved."""
    path = rows_path(schema, table.id)
    there = sum(len(page) for page in ids(server, path))
    if not there or table.id in REPLACED:
        return
    found = compare(server, schema, table, saved)
    same = found.count - len(found.missing) - len(found.other)
    if same < there:
        raise NotEmpty(f"Nothing has been written: {table.id} holds {there - same} rows that are not this backup's.")


def insert(server: Server, schema: Schema, table: Table, saved: Saved) -> None:
    """In the order of the backup, as lists go by the order in which rows were inserted."""
    path = rows_path(schema, table.id)
    if table.id in REPLACED:
        _remove_others(server, path, saved.rows(table.id))
    for batch in batches(saved.rows(table.id), PAGE, ROOM):
        _insert(server, path, batch)


def compare(server: Server, schema: Schema, table: Table, saved: Saved) -> Compared:
    """What was saved with what is there."""
    path = rows_path(schema, table.id)
    missing: list[str] = []
    other: list[str] = []
    count = redated = 0
    for batch in batches(saved.rows(table.id), PAGE, ROOM):
        there = among(server, path, [row["$id"] for row in batch])
        count += len(batch)
        for row in batch:
            shown = there.get(row["$id"])
            if shown is None:
                missing.append(row["$id"])
            elif differing := _differing(table, row, shown):
                redated += differing <= _DATES
                other += [] if differing <= _DATES else [row["$id"]]
    return Compared(count, missing, other, redated)


def _insert(server: Server, path: str, batch: Sequence[Line]) -> None:
    """A call is all or nothing: what is taken was inserted by the run before, or by a call whose answer got lost."""
    try:
        server.post(path, rows=batch)
    except ServerError as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
        there = among(server, path, [row["$id"] for row in batch])
        rest = [row for row in batch if row["$id"] not in there]
        if len(rest) == len(batch):
            raise
        if rest:
            server.post(path, rows=rest)


def _remove_others(server: Server, path: str, rows: Iterable[Line]) -> None:
    kept = {row["$id"]: row for row in rows}
    for page in ids(server, path):
        for row_id, shown in among_all(server, path, page).items():
            if any(shown.get(name) != value for name, value in kept.get(row_id, {"$id": ""}).items()):
                server.delete(f"{path}/{row_id}")


def among_all(server: Server, path: str, wanted: Sequence[str]) -> Mapping[str, Document]:
    found: dict[str, Document] = {}
    for start in range(0, len(wanted), PAGE):
        found |= among(server, path, wanted[start : start + PAGE])
    return found


def _differing(table: Table, row: Line, shown: Document) -> set[str]:
    """Names of what is not the same. Writing null into a column with a default writes the default."""
    defaults: dict[str, Any] = {column.key: column.default for column in table.columns}
    names = row.keys() | defaults.keys()
    return {
        name
        for name in names
        if shown.get(name) != row.get(name) and shown.get(name) != _or_default(row.get(name), defaults.get(name))
    }


def _or_default(value: Any, default: Any) -> Any:
    return default if value is None else value
