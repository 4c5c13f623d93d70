"""One kind of document as one SQLite table whose columns carry Appwrite's own names."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import AppwriteError

Document = dict[str, Any]
#: What writing raises when an id or a unique field is taken.
UniqueViolation = sqlite3.IntegrityError

SYSTEM = {"$id": "string", "$createdAt": "datetime", "$updatedAt": "datetime", "$permissions": "string[]"}
# Text compares without regard to case, as MariaDB's collation does.
SQL_TYPES = {
    "string": "TEXT COLLATE NOCASE",
    "integer": "INTEGER",
    "double": "REAL",
    "boolean": "INTEGER",
    "datetime": "TEXT",
    "json": "TEXT",
}


@contextmanager
def clash(refusal: AppwriteError) -> Iterator[None]:
    """Answer `refusal` when what is written inside is taken."""
    try:
        yield
    except UniqueViolation:
        raise refusal from None


def quoted(name: str) -> str:
    """Quote a name of any spelling for SQL."""
    return '"' + name.replace('"', '""') + '"'


def sql_type(kind: str) -> str:
    """The column type that stores a field of `kind`; an array is kept as JSON."""
    return SQL_TYPES["json" if kind.endswith("[]") else kind]


def encode(value: Any, kind: str) -> Any:
    """Turn a JSON value into what SQLite stores."""
    if value is None or kind in ("string", "integer", "double", "datetime"):
        return value
    return int(value) if kind == "boolean" else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _unless_null(decode: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda stored: None if stored is None else decode(stored)


_PLAIN_DECODERS = {"boolean": _unless_null(bool), "json": _unless_null(json.loads)}


def _decoder(kind: str) -> Callable[[Any], Any] | None:
    if kind.endswith("[]"):
        return lambda stored: [] if stored is None else json.loads(stored)
    return _PLAIN_DECODERS.get(kind)


@dataclass(frozen=True)
class Collection:
    """Documents with `$id`, `$sequence`, times, permissions and typed fields.

    `fields` maps a key to string, integer, double, boolean, datetime, json or one of these with `[]`.
    `scope` names the fields within which `$id` is unique; `unique` lists further unique sets of fields.
    """

    name: str
    fields: Mapping[str, str]
    scope: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()

    @property
    def kinds(self) -> dict[str, str]:
        """Every stored key with its kind."""
        return {**SYSTEM, **self.fields}

    @property
    def schema(self) -> str:
        """The SQL that makes the table if it isn't there."""
        columns = [f"{quoted(key)} {sql_type(kind)}" for key, kind in self.kinds.items()]
        keys = [f"UNIQUE ({', '.join(map(quoted, key))})" for key in ((*self.scope, "$id"), *self.unique)]
        body = ", ".join(['"$sequence" INTEGER PRIMARY KEY AUTOINCREMENT', *columns, *keys])
        return f"CREATE TABLE IF NOT EXISTS {quoted(self.name)} ({body});"

    def create(self, tx: Transaction, document: Mapping[str, Any]) -> Document:
        """Insert; UniqueViolation if the id or a unique field is taken."""
        stored = {"$createdAt": tx.now, "$updatedAt": tx.now, "$permissions": [], **document}
        kinds = self.kinds
        names = ", ".join(map(quoted, stored))
        marks = ", ".join("?" * len(stored))
        values = [encode(value, kinds[key]) for key, value in stored.items()]
        cursor = tx.execute(f"INSERT INTO {quoted(self.name)} ({names}) VALUES ({marks})", values)  # noqa: S608 - quoted
        return {**dict.fromkeys(self.fields), **stored, "$sequence": cursor.lastrowid}

    def get(self, tx: Transaction, document_id: str, **scope: Any) -> Document | None:
        """The document of that id."""
        return next(iter(self.find(tx, {**scope, "$id": document_id})), None)

    def find(self, tx: Transaction, where: Mapping[str, Any]) -> list[Document]:
        """Every document whose fields equal `where`, the oldest first."""
        condition = " AND ".join(f"{quoted(key)} = ?" for key in where)
        return self.select(tx, f'{condition or "1"} ORDER BY "$sequence"', list(where.values()))

    def select(self, tx: Transaction, tail: str, values: list[Any]) -> list[Document]:
        """Every document for an SQL tail: a condition, perhaps with order and limit."""
        kinds = self.kinds
        names = ", ".join(map(quoted, ("$sequence", *kinds)))
        rows = tx.all(f"SELECT {names} FROM {quoted(self.name)} WHERE {tail}", values)  # noqa: S608 - quoted, bound
        decoders = [(key, decoder) for key, kind in kinds.items() if (decoder := _decoder(kind))]
        for row in rows:
            for key, decoder in decoders:
                row[key] = decoder(row[key])
        return rows

    def count(self, tx: Transaction, condition: str, values: list[Any], cap: int) -> int:
        """How many documents meet an SQL condition, counted up to `cap`."""
        inner = f"SELECT 1 FROM {quoted(self.name)} WHERE {condition} LIMIT {cap}"  # noqa: S608 - quoted, bound
        row = tx.execute(f"SELECT COUNT(*) FROM ({inner})", values).fetchone()  # noqa: S608 - from the line above
        return int(row[0])

    def update(self, tx: Transaction, document: Document, changes: Mapping[str, Any]) -> Document:
        """Write the changed fields and `$updatedAt`; UniqueViolation if a unique field is taken."""
        stored = {"$updatedAt": tx.now, **changes}
        kinds = self.kinds
        names = ", ".join(f"{quoted(key)} = ?" for key in stored)
        values = [encode(value, kinds[key]) for key, value in stored.items()]
        tx.execute(
            f'UPDATE {quoted(self.name)} SET {names} WHERE "$sequence" = ?',  # noqa: S608 - quoted, bound
            [*values, document["$sequence"]],
        )
        return {**document, **stored}

    def delete(self, tx: Transaction, where: Mapping[str, Any]) -> int:
        """Delete every document whose fields equal `where`; how many there were."""
        condition = " AND ".join(f"{quoted(key)} = ?" for key in where)
        return tx.execute(f"DELETE FROM {quoted(self.name)} WHERE {condition}", where.values()).rowcount  # noqa: S608
