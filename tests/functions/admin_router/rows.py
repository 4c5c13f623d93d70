"""Rows read and put into the tables past all actions."""

from typing import Any

from tests.functions.backend import Backend, Course


def insert(backend: Backend, table: str, row_id: str, **columns: Any) -> None:
    backend.server.post(f"/tablesdb/certificates/tables/{table}/rows", rowId=row_id, data=columns)


def organization_of(backend: Backend, course: Course) -> dict[str, Any]:
    [row] = [row for row in backend.rows("organizations") if row["website"] == course.website]
    return row
