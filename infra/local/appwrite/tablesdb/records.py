"""Rows as they are stored: found, checked, written, shown."""

from collections.abc import Iterable
from typing import Any

from infra.local.appwrite import access
from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Document, clash
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import NOT_EMULATED, Fault
from infra.local.appwrite.params import Params
from infra.local.appwrite.tablesdb.schema import Table
from infra.local.appwrite.tablesdb.structure import fitting
from infra.local.appwrite.values import timestamp

NOT_FOUND = Fault.of("row_not_found", 404, "Row with the requested ID '{}' could not be found.")
EXISTS = Fault.of(
    "row_already_exists",
    409,
    "Row with the requested ID '{}' already exists. Try again with a different ID or use ID.unique() to generate a "
    "unique ID.",
)
CONFLICT = Fault.of("row_update_conflict", 409, "Remote row is newer than local.")
TIMESTAMP = "x-appwrite-timestamp"


def refuse_transaction(call: Call) -> None:
    """501 for a call inside an Appwrite transaction."""
    if call.params.get("transactionId"):
        raise NOT_EMULATED("transactions")


def find_row(tx: Transaction, table: Table, call: Call) -> Document:
    """The row of the path; 404."""
    row = table.rows.get(tx, call.params["rowId"])
    if row is None:
        raise NOT_FOUND(call.params["rowId"])
    return row


def check_write(call: Call, table: Table, row: Document, action: str) -> None:
    """401 without the permission, 409 if the client names a time before the row's last change.

    The header is an optimistic lock that the SDKs don't document.
    """
    access.check(call.caller, action, table.document, row["$permissions"], by_item=table.document["rowSecurity"])
    known = Params({TIMESTAMP: call.headers.get(TIMESTAMP)}).time(TIMESTAMP, None)
    if known and row["$updatedAt"] > timestamp(known):
        raise CONFLICT


def own_values(data: dict[str, Any]) -> dict[str, Any]:
    """The columns among the data; keys with `$` are the server's."""
    return {key: value for key, value in data.items() if not key.startswith("$")}


def insert(
    tx: Transaction, table: Table, row_id: str, data: dict[str, Any], own: list[str], *, dated: bool
) -> Document:
    """Store a new row; keys may date it themselves."""
    times = {key: Params(data).time(key) for key in ("$createdAt", "$updatedAt") if dated and data.get(key)}
    document = {**fitting(table.ready, own_values(data)), "$id": row_id, "$permissions": own}
    return table.rows.create(tx, {**document, **{key: timestamp(moment) for key, moment in times.items()}})


def change(tx: Transaction, table: Table, row: Document, data: dict[str, Any], own: list[str]) -> Document:
    """Store the changed row, unless nothing changes."""
    before = {column["key"]: row[column["key"]] for column in table.ready}
    after = {**fitting(table.ready, {**before, **own_values(data)}), "$permissions": own}
    if all(row[key] == value for key, value in after.items()):
        return row
    with clash(EXISTS(row["$id"])):
        return table.rows.update(tx, row, after)


def model(table: Table, row: Document, selected: Iterable[str] = ()) -> dict[str, Any]:
    """The row as the API shows it, with the selected columns only."""
    wanted = set(selected)
    keys = [key for key in table.rows.fields if not wanted or key in wanted or "*" in wanted]
    return {
        **{key: row[key] for key in keys},
        "$sequence": str(row["$sequence"]),
        **{key: row[key] for key in ("$id", "$createdAt", "$updatedAt", "$permissions")},
        "$databaseId": table.document["databaseId"],
        "$tableId": table.document["$id"],
    }
