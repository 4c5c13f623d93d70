"""The schema and the functions in the words of the official CLI: `appwrite.config.json`.

Every key is spelled out. The CLI takes a key that is missing here and present on the server for a change, and makes a
changed column anew, without its data. https://appwrite.io/docs/tooling/command-line/tables
"""

from typing import Any

from infra.deploy.definitions import Bucket, Column, Index, Schema, Table
from infra.deploy.functions import Function
from infra.deploy.package import PARTS
from infra.deploy.settings import Target

Document = dict[str, Any]

#: The first major version of the CLI that refuses keys it does not know, `specification` among them.
STRICT = 20
_NUMBERS = {"integer", "bigint", "double"}
#: What a working copy has inside the parts and an upload must not.
_DEBRIS = (".*", "__pycache__", "*.pyc", "*.egg-info", "build")


def cli_config(target: Target, schema: Schema, functions: tuple[Function, ...], cli: int) -> Document:
    """The content of the file for the CLI's major version `cli`; no secret is in it."""
    database = schema.database
    return {
        "projectId": target.project,
        "endpoint": target.endpoint,
        "tablesDB": [{"$id": database.id, "name": database.name, "enabled": True}],
        "tables": [_table(database.id, table) for table in schema.tables],
        "buckets": [_bucket(bucket) for bucket in schema.buckets],
        "functions": [_function(function, cli) for function in functions],
    }


def _table(database_id: str, table: Table) -> Document:
    return {
        "$id": table.id,
        "$permissions": list(table.permissions),
        "databaseId": database_id,
        "name": table.name,
        "enabled": True,
        "rowSecurity": table.rowSecurity,
        "columns": [_column(column) for column in table.columns],
        "indexes": [_index(index) for index in table.indexes],
    }


def _column(column: Column) -> Document:
    given = column.model_dump(mode="json", include={"key", "type", "required", "array", "default"})
    if column.type in _NUMBERS:
        return {**given, "min": column.min, "max": column.max}
    if column.type != "string":
        return given
    elements = {"elements": list(column.elements)} if column.format == "enum" else {}
    return {**given, "size": column.size, "format": column.format, **elements, "encrypt": False}


def _index(index: Index) -> Document:
    return {"key": index.key, "type": index.type, "columns": list(index.columns), "orders": list(index.orders)}


def _bucket(bucket: Bucket) -> Document:
    settings = bucket.model_dump(mode="json", exclude={"id", "permissions"})
    return {"$id": bucket.id, "$permissions": list(bucket.permissions), "enabled": True, **settings}


def _function(function: Function, cli: int) -> Document:
    # Without the one key that they know, older versions let the server choose the machine, perhaps the largest.
    older = {} if cli >= STRICT else {"specification": function.runtimeSpecification}
    settings = {name: _listed(value) for name, value in function.settings.items()}
    return {"$id": function.id, **settings, **older, "path": ".", "ignore": _ignore(function)}


def _ignore(function: Function) -> str:
    """Lines as in a .gitignore: all but the parts that a function is made of."""
    return "\n".join(("/*", *(f"!/{part}" for part in PARTS), *_DEBRIS, *function.exclude))


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
