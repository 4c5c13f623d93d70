"""Numbers of a row that several raise and lower at a time.

https://appwrite.io/docs/references/cloud/server-python/tablesDB#incrementRowColumn: one call, atomic, with a limit that
it does not pass.
"""

from http import HTTPStatus

from appwrite.exception import AppwriteException

from shared.errors import AlreadyExists
from shared.record import Record
from shared.store import DATABASE_ID, RowGone, Store, translate


def step(store: Store, kind: type[Record], row_id: str, column: str, by: int, limit: int | None = None) -> int | None:
    """Add `by`, which may be negative but not 0, and answer the new number; a null counts as 0.

    None, and nothing changed, if it would pass `limit`. Raises `RowGone` if there is no such row.
    """
    path = f"/tablesdb/{DATABASE_ID}/tables/{kind.table}/rows/{row_id}/{column}"
    verb, bound = ("increment", "max") if by > 0 else ("decrement", "min")
    params = {"value": abs(by)} | ({} if limit is None else {bound: limit})
    try:
        row = store.client.call("patch", f"{path}/{verb}", {"content-type": "application/json"}, params)
    except AppwriteException as error:
        if error.type == "column_limit_exceeded":
            return None
        if error.code == HTTPStatus.NOT_FOUND:
            raise RowGone(appwrite_type=error.type) from error
        raise translate(error) from error
    return int(row[column])


def count(store: Store, first: Record, column: str, limit: int | None = None) -> int | None:
    """Count one more in the row that `first` is when nothing was counted before, and says 1; answers as `step`."""
    kind = type(first)
    try:
        return step(store, kind, first.id, column, 1, limit)
    except RowGone:
        pass
    try:
        store.insert(first)
    except AlreadyExists:
        return step(store, kind, first.id, column, 1, limit)
    return 1
