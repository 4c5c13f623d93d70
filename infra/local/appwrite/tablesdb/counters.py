"""Numbers counted up and down: each step is atomic, with `max` or `min` as a guard."""

from typing import Any

from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Document
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.tablesdb.column_types import FLOAT
from infra.local.appwrite.tablesdb.records import check_write, model
from infra.local.appwrite.tablesdb.rows import ROW, WRITE
from infra.local.appwrite.tablesdb.schema import Table, find_table

# A row that isn't there gets this answer as well, `%s` included.
NOT_FOUND = Fault.of("column_not_found", 404, "Column with the requested key '%s' could not be found.")
NOT_A_NUMBER = Fault.of("attribute_type_invalid", 400, 'tablesDB "{}" is not a number')
LIMIT = Fault.of("column_limit_exceeded", 400, 'tablesDB "{}" has reached the {} value of {}')

routes = Routes()


@routes("PATCH", ROW + "/{column}/increment", scopes=WRITE)
def increment(call: Call, services: Services) -> dict[str, Any]:
    """Add `value`, unless that goes beyond `max`; the column's own maximum doesn't count."""
    most = call.params.number("max", FLOAT, low=-FLOAT, high=FLOAT)
    return _count(call, services, _step(call), (-FLOAT, most))


@routes("PATCH", ROW + "/{column}/decrement", scopes=WRITE)
def decrement(call: Call, services: Services) -> dict[str, Any]:
    """Take `value` away, unless that goes below `min`."""
    least = call.params.number("min", -FLOAT, low=-FLOAT, high=FLOAT)
    return _count(call, services, -_step(call), (least, FLOAT))


def _step(call: Call) -> float:
    step: float = call.params.read("value", 1, _is_step, "Value must be numeric and greater than 0")
    return step


def _is_step(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


def _count(call: Call, services: Services, step: float, bounds: tuple[float, float]) -> dict[str, Any]:
    with services.database.write() as tx:
        table = find_table(tx, call)
        key, row = _target(tx, table, call)
        check_write(call, table, row, "update")
        value = (row[key] or 0) + step
        if not bounds[0] <= value <= bounds[1]:
            raise LIMIT(key, *(("maximum", bounds[1]) if step > 0 else ("minimum", bounds[0])))
        table.rows.update(tx, row, {key: value})
    # The answer carries the time of the change before this one, as the real server's does.
    return model(table, {**row, key: value})


def _target(tx: Transaction, table: Table, call: Call) -> tuple[str, Document]:
    key = call.params["column"]
    row = table.rows.get(tx, call.params["rowId"])
    if row is None or key not in table.rows.fields:
        raise NOT_FOUND
    if table.rows.fields[key] not in ("integer", "double"):
        raise NOT_A_NUMBER(key)
    return key, row
