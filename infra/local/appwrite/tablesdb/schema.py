"""A table as its rows see it, and the changes of the SQLite table behind it."""

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Collection, Document, UniqueViolation, quoted, sql_type
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.listing import queryable
from infra.local.appwrite.queries import Fields
from infra.local.appwrite.tablesdb.column_types import kind_of, width
from infra.local.appwrite.tablesdb.databases import find_database

TABLES = Collection(
    "tables",
    {
        "databaseId": "string",
        "name": "string",
        "enabled": "boolean",
        "rowSecurity": "boolean",
        "columns": "json",
        "indexes": "json",
    },
    scope=("databaseId",),
)
NOT_FOUND = Fault.of("table_not_found", 404, "Table with the requested ID '{}' could not be found.")
WIDEST, OVERHEAD = 65_535, 1_067


@dataclass(frozen=True)
class Table:
    """The definition at one moment: a column or index is there once its time of readiness has passed."""

    document: Document
    now: str

    @property
    def columns(self) -> list[Document]:
        """Every column, ready or not."""
        return list(self.document["columns"])

    @property
    def indexes(self) -> list[Document]:
        """Every index, ready or not."""
        return list(self.document["indexes"])

    @cached_property
    def ready(self) -> list[Document]:
        """The columns that rows may use."""
        return [column for column in self.columns if self.is_ready(column)]

    @cached_property
    def rows(self) -> Collection:
        """The rows with the columns that are ready."""
        return Collection(self.sql_name, {column["key"]: kind_of(column) for column in self.ready})

    @property
    def fields(self) -> Fields:
        """What queries may name."""
        searchable = [
            index["columns"] for index in self.indexes if index["type"] == "fulltext" and self.is_ready(index)
        ]
        return queryable(self.rows.fields, frozenset(key for keys in searchable for key in keys))

    @property
    def sql_name(self) -> str:
        return f"rows_{self.document['$sequence']}"

    @property
    def width(self) -> int:
        """How many bytes a row takes of MariaDB's most."""
        return OVERHEAD + sum(width(column) for column in self.columns)

    def is_ready(self, part: Document) -> bool:
        """Whether a column or index has become available."""
        return str(part["readyAt"]) <= self.now

    def shown(self, part: Document) -> dict[str, Any]:
        """The model of a column or index."""
        public = {key: value for key, value in part.items() if key != "readyAt"}
        return {**public, "status": "available" if self.is_ready(part) else "processing", "error": ""}


def find_table(tx: Transaction, call: Call) -> Table:
    """The table of the path; 404 if there is none, or a disabled one for all but keys."""
    database = find_database(tx, call)
    table_id = call.params["tableId"]
    found = TABLES.get(tx, table_id, databaseId=database["$id"])
    if not found or not (found["enabled"] or call.caller.is_key):
        raise NOT_FOUND(table_id)
    return Table(found, tx.now)


def save(
    tx: Transaction, table: Table, *, columns: list[Document] | None = None, indexes: list[Document] | None = None
) -> None:
    """Write changed definitions; a table's own `$updatedAt` does not tell of them."""
    changes = {"columns": columns, "indexes": indexes, "$updatedAt": table.document["$updatedAt"]}
    TABLES.update(tx, table.document, {key: value for key, value in changes.items() if value is not None})


def make_table(tx: Transaction, table: Table) -> None:
    """Make the SQLite table with all columns and indexes."""
    fields = {column["key"]: kind_of(column) for column in table.columns}
    tx.execute(Collection(table.sql_name, fields).schema)
    for index in table.indexes:
        make_index(tx, table, index)


def drop_table(tx: Transaction, document: Document) -> None:
    """Delete a table with its rows."""
    tx.execute(f"DROP TABLE {quoted(Table(document, tx.now).sql_name)}")
    TABLES.delete(tx, {"$sequence": document["$sequence"]})


def add_column(tx: Transaction, table: Table, column: Document) -> None:
    """Add a column; the rows that are there read null, whatever the default."""
    definition = f"{quoted(column['key'])} {sql_type(kind_of(column))}"
    tx.execute(f"ALTER TABLE {quoted(table.sql_name)} ADD COLUMN {definition}")


def rename_column(tx: Transaction, table: Table, old: str, new: str) -> None:
    """Give a column another key."""
    tx.execute(f"ALTER TABLE {quoted(table.sql_name)} RENAME COLUMN {quoted(old)} TO {quoted(new)}")


def drop_column(tx: Transaction, table: Table, key: str) -> None:
    """Delete a column that no index uses."""
    tx.execute(f"ALTER TABLE {quoted(table.sql_name)} DROP COLUMN {quoted(key)}")


def make_index(tx: Transaction, table: Table, index: Document) -> None:
    """Make an index; a unique one over duplicates is left out in silence, as the real server does."""
    unique = "UNIQUE " if index["type"] == "unique" else ""
    columns = ", ".join(map(quoted, index["columns"]))
    with suppress(UniqueViolation):
        tx.execute(f"CREATE {unique}INDEX {_index_name(table, index['key'])} ON {quoted(table.sql_name)} ({columns})")


def drop_index(tx: Transaction, table: Table, key: str) -> None:
    """Delete an index, if it could be made."""
    tx.execute(f"DROP INDEX IF EXISTS {_index_name(table, key)}")


def _index_name(table: Table, key: str) -> str:
    return quoted(f"{table.sql_name}_{key}")
