"""Applies the schema: makes what is missing, changes what no row can suffer from, and refuses the rest.

It deletes only when it is told to prune, and then what the file does not name.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from infra.deploy.definitions import Bucket, Schema
from infra.deploy.errors import DeployError
from infra.deploy.server import Server
from infra.deploy.steps import Step, differ
from infra.deploy.tables import additions, conflicts, creation, leftovers, wait_until_available


class SchemaConflict(DeployError):
    """The server has columns or indexes that differ from the file; nothing has been changed."""


def apply(server: Server, schema: Schema, say: Callable[[str], None]) -> list[str]:
    """Make the server's schema what the file says; the changes made, none on a second run. Raises DeployError."""
    steps = plan(server, schema)
    carry_out(server, schema, steps, say)
    return [step.text for step in steps]


def carry_out(server: Server, schema: Schema, steps: Iterable[Step], say: Callable[[str], None]) -> None:
    """Make the changes that were planned and wait until all of it is available. Raises DeployError."""
    for step in steps:
        say(step.text)
        step.make()
    for table in schema.tables:
        wait_until_available(server, f"{_tables(schema)}/{table.id}")


def plan(server: Server, schema: Schema) -> list[Step]:
    """The changes to make, in order. Raises SchemaConflict with all that a person has to settle first."""
    steps = [*_database(server, schema), *_table_steps(server, schema)]
    return steps + [step for bucket in schema.buckets for step in _bucket(server, bucket)]


def pruning(server: Server, schema: Schema) -> list[Step]:
    """The deletions of indexes, columns and tables, with all that they hold, that the file does not name."""
    if server.find(f"/tablesdb/{schema.database.id}") is None:
        return []
    first_hundred = ['{"method":"limit","values":[100]}']
    wanted = {table.id: table for table in schema.tables}
    steps: list[Step] = []
    for shown in server.get(_tables(schema), queries=first_hundred)["tables"]:
        path = f"{_tables(schema)}/{shown['$id']}"
        if shown["$id"] in wanted:
            steps.extend(leftovers(server, path, wanted[shown["$id"]], shown))
        else:
            steps.append(Step(f"DELETE table {shown['$id']}", partial(server.delete, path)))
    return steps


def _database(server: Server, schema: Schema) -> Iterator[Step]:
    database = schema.database
    if server.find(f"/tablesdb/{database.id}") is None:
        body = {"databaseId": database.id, "name": database.name}
        yield Step(f"create database {database.id}", lambda: server.post("/tablesdb", **body))


def _table_steps(server: Server, schema: Schema) -> list[Step]:
    steps: list[Step] = []
    found: list[str] = []
    for table in schema.tables:
        path = f"{_tables(schema)}/{table.id}"
        shown = server.find(path)
        if shown is None:
            steps.append(creation(server, _tables(schema), table))
        else:
            found.extend(conflicts(table, shown))
            steps.extend(additions(server, path, table, shown))
    if found:
        raise SchemaConflict("Nothing has been changed, a person has to decide first:\n" + "\n".join(found))
    return steps


def _bucket(server: Server, bucket: Bucket) -> Iterator[Step]:
    path = f"/storage/buckets/{bucket.id}"
    wanted = {**bucket.model_dump(exclude={"id"}), "enabled": True}
    shown = server.find(path)
    if shown is None:
        yield Step(f"create bucket {bucket.id}", lambda: server.post("/storage/buckets", bucketId=bucket.id, **wanted))
    elif any(differ(value, shown["$permissions" if name == "permissions" else name]) for name, value in wanted.items()):
        # All of it: what an update leaves out goes back to the server's default.
        yield Step(f"update bucket {bucket.id}", lambda: server.put(path, **wanted))


def _tables(schema: Schema) -> str:
    return f"/tablesdb/{schema.database.id}/tables"
