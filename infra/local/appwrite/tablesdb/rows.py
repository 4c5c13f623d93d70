"""Rows, one at a time."""

from typing import Any

from infra.local.appwrite import access
from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Document, clash
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.listing import Source, counted, fetched
from infra.local.appwrite.queries import read_page
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.tablesdb.records import (
    EXISTS,
    NOT_FOUND,
    change,
    check_write,
    find_row,
    insert,
    model,
    own_values,
    refuse_transaction,
)
from infra.local.appwrite.tablesdb.schema import find_table
from infra.local.appwrite.tablesdb.structure import fitting

MISSING_DATA = Fault.of("row_missing_data", 400, "The row data is missing. Try again with row data populated.")
MISSING_PAYLOAD = Fault.of(
    "row_missing_payload",
    400,
    "The row data and permissions are missing. You must provide either row data or permissions to be updated.",
)
READ, WRITE = ("rows.read", "documents.read"), ("rows.write", "documents.write")
ROWS = "/tablesdb/{databaseId}/tables/{tableId}/rows"
ROW = ROWS + "/{rowId}"

routes = Routes()


def create_row(call: Call, services: Services) -> dict[str, Any]:
    """Insert one row; 409 if the id or a unique value is taken, without telling which."""
    row_id, data = call.params.new_id("rowId", services.clock()), call.params.object("data", {})
    if not data:
        raise MISSING_DATA
    given = call.params.permissions()
    with services.database.write() as tx, clash(EXISTS(row_id)):
        table = find_table(tx, call)
        access.check_create(call.caller, table.document)
        own = access.initial_permissions(call.caller, given)
        return model(table, insert(tx, table, row_id, data, own, dated=call.caller.is_key))


@routes("GET", ROWS, scopes=READ)
def list_rows(call: Call, services: Services) -> dict[str, Any]:
    """Page through the rows that the caller may read."""
    refuse_transaction(call)
    with services.database.read() as tx:
        table = find_table(tx, call)
        within = access.readable(call.caller, table.document, by_item=table.document["rowSecurity"])
        source = Source(table.rows, table.fields, within, "Row")
        page = read_page(call.params.texts("queries", []), table.fields)
        rows = [model(table, row, page.selected) for row in fetched(tx, source, page)]
        return {"total": counted(call, tx, source, page), "rows": rows}


@routes("GET", ROW, scopes=READ)
def get_row(call: Call, services: Services) -> dict[str, Any]:
    """One row; one that may not be read isn't there."""
    refuse_transaction(call)
    with services.database.read() as tx:
        table = find_table(tx, call)
        page = read_page(call.params.texts("queries", []), table.fields)
        row = find_row(tx, table, call)
        by_item = table.document["rowSecurity"]
        if not access.may(call.caller, "read", table.document, row["$permissions"], by_item=by_item):
            raise NOT_FOUND(row["$id"])
        return model(table, row, page.selected)


@routes("PATCH", ROW, scopes=WRITE)
def update_row(call: Call, services: Services) -> dict[str, Any]:
    """Change some columns or the permissions; a change to what is there already leaves `$updatedAt`."""
    refuse_transaction(call)
    data, given = call.params.object("data", {}), call.params.permissions()
    if not data and given is None:
        raise MISSING_PAYLOAD
    with services.database.write() as tx:
        table = find_table(tx, call)
        row = find_row(tx, table, call)
        check_write(call, table, row, "update")
        return model(table, change(tx, table, row, data, _granted(call, row, given)))


@routes("PUT", ROW, scopes=WRITE)
def upsert_row(call: Call, services: Services) -> dict[str, Any]:
    """Insert a row, or change one; every required column must be given either way."""
    refuse_transaction(call)
    row_id = call.params.new_id("rowId", services.clock())
    data, given = call.params.object("data", {}), call.params.permissions()
    with services.database.write() as tx, clash(EXISTS(row_id)):
        table = find_table(tx, call)
        row = table.rows.get(tx, row_id)
        if row is None:
            access.check_create(call.caller, table.document)
            own = access.initial_permissions(call.caller, given)
            return model(table, insert(tx, table, row_id, data, own, dated=call.caller.is_key))
        check_write(call, table, row, "update")
        fitting(table.ready, own_values(data))
        return model(table, change(tx, table, row, data, _granted(call, row, given)))


@routes("DELETE", ROW, scopes=WRITE)
def delete_row(call: Call, services: Services) -> None:
    """Delete one row."""
    refuse_transaction(call)
    with services.database.write() as tx:
        table = find_table(tx, call)
        row = find_row(tx, table, call)
        check_write(call, table, row, "delete")
        table.rows.delete(tx, {"$sequence": row["$sequence"]})


def _granted(call: Call, row: Document, given: list[str] | None) -> list[str]:
    return list(row["$permissions"]) if given is None else access.initial_permissions(call.caller, given)
