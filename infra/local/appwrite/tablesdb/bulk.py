"""Rows, many at a time: for API keys only.

https://appwrite.io/docs/products/databases/bulk-operations
"""

import time
from typing import Any

from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Document, clash
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.listing import Source, fetched
from infra.local.appwrite.params import Params
from infra.local.appwrite.queries import MOST, read_page
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.tablesdb.records import EXISTS, insert, model, own_values, refuse_transaction
from infra.local.appwrite.tablesdb.rows import MISSING_DATA, MISSING_PAYLOAD, ROWS, WRITE, create_row
from infra.local.appwrite.tablesdb.schema import Table, find_table
from infra.local.appwrite.tablesdb.structure import fitting_part

#: How many rows an answer shows at most.
SHOWN = 100

routes = Routes()


@routes("POST", ROWS, scopes=WRITE, status=201)
def create(call: Call, services: Services) -> dict[str, Any]:
    """Create one row, or with `rows` many."""
    refuse_transaction(call)
    return create_row(call, services) if call.params.get("rows") is None else create_rows(call, services)


def create_rows(call: Call, services: Services) -> dict[str, Any]:
    """Insert all rows or none; 409 with an empty id if one of them is taken."""
    call.caller.require_key()
    given = [Params({"$id": "unique()", **raw}) for raw in call.params.objects("rows")]
    if not given:
        raise MISSING_DATA
    with services.database.write() as tx, clash(EXISTS("")):
        table = find_table(tx, call)
        created = [_insert(tx, table, raw, services) for raw in given]
    return _answer(table, created)


@routes("PATCH", ROWS, scopes=WRITE)
def update_rows(call: Call, services: Services) -> dict[str, Any]:
    """Write the same values to every row that matches: chosen first, written later, so two callers may both win."""
    refuse_transaction(call)
    call.caller.require_key()
    data = call.params.object("data", {})
    if not data:
        raise MISSING_PAYLOAD
    table, chosen = _matching(call, services)
    changes = fitting_part(table.ready, own_values(data))
    time.sleep(services.settings.update_gap)
    with services.database.write() as tx, clash(EXISTS("")):
        return _answer(table, [table.rows.update(tx, row, changes) for row in chosen])


@routes("DELETE", ROWS, scopes=WRITE)
def delete_rows(call: Call, services: Services) -> dict[str, Any]:
    """Delete every row that matches; without queries all of them."""
    refuse_transaction(call)
    call.caller.require_key()
    table, chosen = _matching(call, services)
    with services.database.write() as tx:
        for row in chosen:
            table.rows.delete(tx, {"$sequence": row["$sequence"]})
    return _answer(table, chosen)


def _insert(tx: Transaction, table: Table, raw: Params, services: Services) -> Document:
    row_id, own = raw.new_id("$id", services.clock()), raw.permissions([], name="$permissions")
    return insert(tx, table, row_id, raw, own, dated=True)


def _matching(call: Call, services: Services) -> tuple[Table, list[Document]]:
    with services.database.read() as tx:
        table = find_table(tx, call)
        page = read_page(call.params.texts("queries", []), table.fields)
        return table, fetched(tx, Source(table.rows, table.fields, ("1", [])), page, MOST)


def _answer(table: Table, touched: list[Document]) -> dict[str, Any]:
    return {"total": len(touched), "rows": [model(table, row) for row in touched[:SHOWN]]}
