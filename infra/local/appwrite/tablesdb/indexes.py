"""Indexes."""

from typing import Any

from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Document
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.tablesdb.columns import page_of
from infra.local.appwrite.tablesdb.definitions import INDEX_EXISTS, check_free, new_index
from infra.local.appwrite.tablesdb.schema import Table, drop_index, find_table, make_index, save

NOT_FOUND = Fault.of("column_index_not_found", 404, "Index with the requested key '{}' could not be found.")
COLUMN_NOT_AVAILABLE = Fault.of(
    "column_not_available", 400, "The column '{}' is not yet available. Please try again later."
)
READ = ("tables.read", "collections.read", "indexes.read")
WRITE = ("tables.write", "collections.write", "indexes.write")
INDEXES = "/tablesdb/{databaseId}/tables/{tableId}/indexes"

routes = Routes()


@routes("GET", INDEXES, scopes=READ)
def list_indexes(call: Call, services: Services) -> dict[str, Any]:
    """Page through a table's indexes."""
    with services.database.read() as tx:
        table = find_table(tx, call)
        return {"total": len(table.indexes), "indexes": page_of(call, [table.shown(item) for item in table.indexes])}


@routes("GET", INDEXES + "/{key}", scopes=READ)
def get_index(call: Call, services: Services) -> dict[str, Any]:
    """One index."""
    with services.database.read() as tx:
        table = find_table(tx, call)
        return table.shown(_find(table, call.params["key"]))


@routes("POST", INDEXES, scopes=WRITE, status=202)
def create_index(call: Call, services: Services) -> dict[str, Any]:
    """Add an index, `processing` for a moment."""
    with services.database.write() as tx:
        table = find_table(tx, call)
        index = new_index(call.params, table.columns, services, services.settings.schema_delay)
        check_free(index["key"], table.indexes, INDEX_EXISTS)
        for column in table.columns:
            if column["key"] in index["columns"] and not table.is_ready(column):
                raise COLUMN_NOT_AVAILABLE(column["key"])
        make_index(tx, table, index)
        save(tx, table, indexes=[*table.indexes, index])
        return table.shown(index)


@routes("DELETE", INDEXES + "/{key}", scopes=WRITE)
def delete_index(call: Call, services: Services) -> None:
    """Delete an index."""
    with services.database.write() as tx:
        table = find_table(tx, call)
        index = _find(table, call.params["key"])
        drop_index(tx, table, index["key"])
        save(tx, table, indexes=[other for other in table.indexes if other is not index])


def _find(table: Table, key: str) -> Document:
    for index in table.indexes:
        if index["key"] == key:
            return index
    raise NOT_FOUND(key)
