"""Tables: made with their columns and indexes in one call, or empty."""

from typing import Any

from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Document, clash
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.listing import listing
from infra.local.appwrite.params import Params
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.tablesdb import databases
from infra.local.appwrite.tablesdb.databases import DATABASES, find_database
from infra.local.appwrite.tablesdb.definitions import COLUMN_EXISTS, INDEX_EXISTS, check_free, inline_column, new_index
from infra.local.appwrite.tablesdb.schema import TABLES, WIDEST, Table, drop_table, find_table, make_table

EXISTS = Fault.of(
    "table_already_exists",
    409,
    "A table with the requested ID '{}' already exists. Try again with a different ID or use ID.unique() to generate "
    "a unique ID.",
)
TOO_WIDE = Fault.of("table_limit_exceeded", 400, "The maximum number of tables has been reached.")
READ, WRITE = ("tables.read", "collections.read"), ("tables.write", "collections.write")

routes = Routes()


@routes("POST", "/tablesdb/{databaseId}/tables", scopes=WRITE, status=201)
def create_table(call: Call, services: Services) -> dict[str, Any]:
    """Make a table; inline columns and indexes are ready at once."""
    params = call.params
    columns = _inline_columns(params, services)
    document = {
        "$id": params.new_id("tableId", services.clock()),
        "$permissions": params.permissions([]),
        "name": params.text("name"),
        "enabled": params.boolean("enabled", default=True),
        "rowSecurity": params.boolean("rowSecurity", default=False),
        "columns": columns,
        "indexes": _inline_indexes(params, columns, services),
    }
    with services.database.write() as tx:
        table = _insert(tx, {**document, "databaseId": find_database(tx, call)["$id"]})
    # The answer tells of the table as it was before its columns came, as the real server's does.
    return _model(Table({**table.document, "columns": [], "indexes": []}, table.now))


@routes("GET", "/tablesdb/{databaseId}/tables", scopes=READ)
def list_tables(call: Call, services: Services) -> dict[str, Any]:
    """Page through a database's tables."""
    with services.database.read() as tx:
        where = {"databaseId": find_database(tx, call)["$id"]}
        total, found = listing(
            call, tx, TABLES, attributes=("name", "enabled", "rowSecurity"), where=where, search=("name",)
        )
        return {"total": total, "tables": [_model(Table(document, tx.now)) for document in found]}


@routes("GET", "/tablesdb/{databaseId}/tables/{tableId}", scopes=READ)
def get_table(call: Call, services: Services) -> dict[str, Any]:
    """One table with its columns and indexes."""
    with services.database.read() as tx:
        return _model(find_table(tx, call))


@routes("PUT", "/tablesdb/{databaseId}/tables/{tableId}", scopes=WRITE)
def update_table(call: Call, services: Services) -> dict[str, Any]:
    """Rename, enable, disable, change permissions."""
    with services.database.write() as tx:
        table = find_table(tx, call)
        before, params = table.document, call.params
        changes = {
            "name": params.text("name", before["name"]),
            "$permissions": params.permissions(before["$permissions"]),
            "rowSecurity": params.boolean("rowSecurity", default=False),
            "enabled": params.boolean("enabled", default=True),
        }
        return _model(Table(TABLES.update(tx, before, changes), tx.now))


@routes("DELETE", "/tablesdb/{databaseId}/tables/{tableId}", scopes=WRITE)
def delete_table(call: Call, services: Services) -> None:
    """Delete a table with its rows."""
    with services.database.write() as tx:
        drop_table(tx, find_table(tx, call).document)


@databases.routes("DELETE", "/tablesdb/{databaseId}", scopes=databases.WRITE)
def delete_database(call: Call, services: Services) -> None:
    """Delete a database with its tables."""
    with services.database.write() as tx:
        found = find_database(tx, call)
        for document in TABLES.find(tx, {"databaseId": found["$id"]}):
            drop_table(tx, document)
        DATABASES.delete(tx, {"$id": found["$id"]})


def _inline_columns(params: Params, services: Services) -> list[Document]:
    columns: list[Document] = []
    for raw in params.objects("columns", []):
        column = inline_column(raw, services)
        check_free(column["key"], columns, COLUMN_EXISTS)
        columns.append(column)
    return columns


def _inline_indexes(params: Params, columns: list[Document], services: Services) -> list[Document]:
    indexes: list[Document] = []
    for raw in params.objects("indexes", []):
        # Inline indexes name their columns by the older word.
        index = new_index(Params({**raw, "columns": raw.get("attributes")}), columns, services, 0)
        check_free(index["key"], indexes, INDEX_EXISTS)
        indexes.append(index)
    return indexes


def _insert(tx: Transaction, document: Document) -> Table:
    with clash(EXISTS(document["$id"])):
        table = Table(TABLES.create(tx, document), tx.now)
    if table.width > WIDEST:
        raise TOO_WIDE
    make_table(tx, table)
    return table


def _model(table: Table) -> dict[str, Any]:
    document = table.document
    shown = ("$id", "$createdAt", "$updatedAt", "$permissions", "databaseId", "name", "enabled", "rowSecurity")
    return {
        **{key: document[key] for key in shown},
        "columns": [table.shown(column) for column in table.columns],
        "indexes": [table.shown(index) for index in table.indexes],
        "bytesMax": WIDEST,
        "bytesUsed": table.width,
    }
