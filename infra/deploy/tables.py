"""Tables: made whole where they are missing, added to and changed where they exist, as far as no row suffers."""

from collections.abc import Callable, Iterator
from functools import partial

from infra.deploy.columns import added, column_differences, index_differences, inline, inline_index, updated
from infra.deploy.definitions import Column, Index, Table
from infra.deploy.errors import DeployError
from infra.deploy.server import Document, Server
from infra.deploy.steps import Step, differ
from infra.deploy.waiting import wait_for

#: Seconds that columns and indexes may take to become available.
PATIENCE = 120


def conflicts(table: Table, shown: Document) -> Iterator[str]:
    """What of the table on the server contradicts the file, each with what a person can do."""
    columns, indexes = _by_key(shown["columns"]), _by_key(shown["indexes"])
    for column in table.columns:
        yield from _column_conflicts(f"{table.id}.{column.key}", column, columns.get(column.key))
    for index in table.indexes:
        for difference in index_differences(index, indexes[index.key]) if index.key in indexes else ():
            yield f"{table.id}, index {index.key}: {difference}. Delete the index in the Console and run this again."


def _column_conflicts(name: str, column: Column, shown: Document | None) -> Iterator[str]:
    if shown is not None:
        for difference in column_differences(column, shown):
            if not difference.is_safe:
                yield f"{name}: {difference}. {difference.by_hand}"
    elif column.required:
        yield f"{name} is new and required: rows without it could not be updated any more. Make it optional."


def creation(server: Server, tables: str, table: Table) -> Step:
    """The whole table in one call, which makes everything available at once. `tables` is the path of all tables."""
    body = {
        **_properties(table),
        "tableId": table.id,
        "columns": [inline(column) for column in table.columns],
        "indexes": [inline_index(index) for index in table.indexes],
    }
    return Step(f"create table {table.id}", lambda: server.post(tables, **body))


def additions(server: Server, path: str, table: Table, shown: Document) -> Iterator[Step]:
    """The steps for a table that exists: its name and rights, columns and indexes that it lacks or has otherwise."""
    wanted = _properties(table)
    if any(differ(value, shown["$permissions" if name == "permissions" else name]) for name, value in wanted.items()):
        yield Step(f"update table {table.id}", lambda: server.put(path, **wanted))
    columns, indexes = _by_key(shown["columns"]), _by_key(shown["indexes"])
    for column in table.columns:
        if column.key not in columns:
            yield Step(f"add column {table.id}.{column.key}", _column_addition(server, path, column))
        elif differences := column_differences(column, columns[column.key]):
            said = ", ".join(str(difference) for difference in differences)
            yield Step(f"change column {table.id}.{column.key}: {said}", _column_update(server, path, column))
    for index in table.indexes:
        if index.key not in indexes:
            yield Step(f"add index {index.key} to {table.id}", _index_addition(server, path, index))


def leftovers(server: Server, path: str, table: Table, shown: Document) -> Iterator[Step]:
    """The steps that delete what the file does not name, indexes first: they go with their columns."""
    for kind, named in (("indexes", table.indexes), ("columns", table.columns)):
        wanted = {part.key for part in named}
        for key in (key for key in _by_key(shown[kind]) if key not in wanted):
            word = {"indexes": "index", "columns": "column"}[kind]
            yield Step(f"DELETE {word} {table.id}.{key}", partial(server.delete, f"{path}/{kind}/{key}"))


def wait_until_available(server: Server, path: str) -> None:
    """Until all columns and indexes of the table are there. Raises DeployError if one can't be made."""

    def unfinished() -> list[Document]:
        table = server.get(path)
        parts = [part for part in (*table["columns"], *table["indexes"]) if part["status"] != "available"]
        for part in parts:
            if part["status"] in {"failed", "stuck"}:
                raise DeployError(f"{path}, {part['key']}: {part['status']}, {part['error'] or 'no reason given'}.")
        return parts

    wait_for(f"Columns and indexes of {path}", unfinished, lambda parts: not parts, PATIENCE)


def _column_addition(server: Server, path: str, column: Column) -> Callable[[], object]:
    route, body = added(column)
    return lambda: server.post(f"{path}/columns/{route}", **body)


def _column_update(server: Server, path: str, column: Column) -> Callable[[], object]:
    route, body = updated(column)
    return lambda: server.patch(f"{path}/columns/{route}", **body)


def _index_addition(server: Server, path: str, index: Index) -> Callable[[], object]:
    def make() -> None:
        wait_until_available(server, path)
        server.post(f"{path}/indexes", **index.model_dump(exclude_defaults=True))

    return make


def _properties(table: Table) -> dict[str, object]:
    permissions = list(table.permissions)
    return {"name": table.name, "permissions": permissions, "rowSecurity": table.rowSecurity, "enabled": True}


def _by_key(parts: list[Document]) -> dict[str, Document]:
    return {part["key"]: part for part in parts}
