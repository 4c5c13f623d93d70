"""Columns: added and changed one by one."""

from typing import Any

from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Document, quoted
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import NOT_EMULATED, Fault
from infra.local.appwrite.listing import DEFAULT_LIMIT
from infra.local.appwrite.queries import Fields, read_page
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.tablesdb.column_types import OPTIONS, TYPES, is_text
from infra.local.appwrite.tablesdb.definitions import COLUMN_EXISTS, check_default, check_free, key_of, new_column
from infra.local.appwrite.tablesdb.schema import (
    WIDEST,
    Table,
    add_column,
    drop_column,
    drop_index,
    find_table,
    rename_column,
    save,
)

NOT_FOUND = Fault.of("column_not_found", 404, "Column with the requested key '{}' could not be found.")
TOO_WIDE = Fault.of(
    "column_limit_exceeded", 400, "The maximum number or size of columns for this table has been reached."
)
TYPE_INVALID = Fault.of("column_type_invalid", 400, "The column type is invalid.")
RESIZE = Fault.of(
    "column_invalid_resize", 400, "Existing data is too large for new size, truncate your existing data then try again."
)
READ = ("tables.read", "collections.read", "columns.read", "attributes.read")
WRITE = ("tables.write", "collections.write", "columns.write", "attributes.write")
COLUMNS = "/tablesdb/{databaseId}/tables/{tableId}/columns"

routes = Routes()


@routes("GET", COLUMNS, scopes=READ)
def list_columns(call: Call, services: Services) -> dict[str, Any]:
    """Page through a table's columns."""
    with services.database.read() as tx:
        table = find_table(tx, call)
        return {"total": len(table.columns), "columns": page_of(call, [table.shown(item) for item in table.columns])}


@routes("GET", COLUMNS + "/{key}", scopes=READ)
def get_column(call: Call, services: Services) -> dict[str, Any]:
    """One column."""
    with services.database.read() as tx:
        table = find_table(tx, call)
        return table.shown(_find(table, call.params["key"]))


@routes("POST", COLUMNS + "/{type}", scopes=WRITE, status=202)
def create_column(call: Call, services: Services) -> dict[str, Any]:
    """Add a column, `processing` for a moment."""
    type_name = _type_of(call)
    column = new_column(call.params, type_name, services, services.settings.schema_delay)
    with services.database.write() as tx:
        table = find_table(tx, call)
        check_free(column["key"], table.columns, COLUMN_EXISTS)
        _check_width(table, [*table.columns, column])
        add_column(tx, table, column)
        save(tx, table, columns=[*table.columns, column])
        return table.shown(column)


@routes("PATCH", COLUMNS + "/{type}/{key}", scopes=WRITE)
def update_column(call: Call, services: Services) -> dict[str, Any]:
    """Change what a column takes; its rows stay."""
    type_name, key = _type_of(call), call.params["key"]
    with services.database.write() as tx:
        table = find_table(tx, call)
        before = _find(table, key)
        if (before["type"], before.get("format")) != (TYPES[type_name].shown, TYPES[type_name].format):
            raise TYPE_INVALID
        after = {**_changed(call, before, type_name), "$updatedAt": tx.now}
        _check_resize(tx, table, before, after)
        columns = [after if column is before else column for column in table.columns]
        _check_width(table, columns)
        _rename(tx, table, key, after["key"])
        save(tx, table, columns=columns, indexes=[_renamed(index, key, after["key"]) for index in table.indexes])
        return table.shown(after)


@routes("DELETE", COLUMNS + "/{key}", scopes=WRITE)
def delete_column(call: Call, services: Services) -> None:
    """Delete a column with its values and with the indexes over it."""
    with services.database.write() as tx:
        table = find_table(tx, call)
        column = _find(table, call.params["key"])
        kept = [index for index in table.indexes if column["key"] not in index["columns"]]
        for index in table.indexes:
            if index not in kept:
                drop_index(tx, table, index["key"])
        drop_column(tx, table, column["key"])
        save(tx, table, columns=[other for other in table.columns if other is not column], indexes=kept)


def page_of(call: Call, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One page of columns or indexes; of the queries only limit and offset are emulated."""
    page = read_page(call.params.texts("queries", []), Fields({}))
    limit, offset = page.setting("limit", DEFAULT_LIMIT), page.setting("offset", 0)
    return items[offset : offset + limit]


def _type_of(call: Call) -> str:
    type_name = str(call.params["type"])
    if type_name not in TYPES:
        raise NOT_EMULATED(f"columns of type {type_name}")
    return type_name


def _find(table: Table, key: str) -> Document:
    for column in table.columns:
        if column["key"] == key:
            return column
    raise NOT_FOUND(key)


def _check_width(table: Table, columns: list[Document]) -> None:
    if Table({**table.document, "columns": columns}, table.now).width > WIDEST:
        raise TOO_WIDE


def _changed(call: Call, before: Document, type_name: str) -> Document:
    options = [option for option in TYPES[type_name].options if call.params.get(option) is not None]
    after = {
        **before,
        **{option: OPTIONS[option](call.params, type_name) for option in options},
        "required": call.params.boolean("required"),
        "default": call.params.value("default", None),
        "key": key_of(call.params, "newKey") if call.params.get("newKey") else before["key"],
    }
    check_default(after)
    return after


def _check_resize(tx: Transaction, table: Table, before: Document, after: Document) -> None:
    if not is_text(after) or after.get("size", 0) >= before.get("size", 0):
        return
    longest = tx.one(f"SELECT MAX(LENGTH({quoted(before['key'])})) AS size FROM {quoted(table.sql_name)}")  # noqa: S608
    if longest and (longest["size"] or 0) > after["size"]:
        raise RESIZE


def _rename(tx: Transaction, table: Table, old: str, new: str) -> None:
    if new == old:
        return
    check_free(new, table.columns, COLUMN_EXISTS)
    rename_column(tx, table, old, new)


def _renamed(index: Document, old: str, new: str) -> Document:
    return {**index, "columns": [new if key == old else key for key in index["columns"]]}
