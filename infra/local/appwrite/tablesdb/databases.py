"""Databases: named sets of tables."""

from typing import Any

from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Collection, Document, clash
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.listing import listing
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services

DATABASES = Collection("databases", {"name": "string", "enabled": "boolean"})
EXISTS = Fault.of(
    "database_already_exists",
    409,
    "Database with the requested ID '{}' already exists. Try again with a different ID or use ID.unique() to generate "
    "a unique ID.",
)
NOT_FOUND = Fault.of("database_not_found", 404, "Database with the requested ID '{}' could not be found.")
READ, WRITE = ("databases.read",), ("databases.write",)

routes = Routes()


def find_database(tx: Transaction, call: Call) -> Document:
    """The database of the path; 404 if there is none, or a disabled one for all but keys."""
    database_id = call.params["databaseId"]
    found = DATABASES.get(tx, database_id)
    if not found or not (found["enabled"] or call.caller.is_key):
        raise NOT_FOUND(database_id)
    return found


@routes("POST", "/tablesdb", scopes=WRITE, status=201)
def create_database(call: Call, services: Services) -> dict[str, Any]:
    """Make an empty database."""
    document = {
        "$id": call.params.new_id("databaseId", services.clock()),
        "name": call.params.text("name"),
        "enabled": call.params.boolean("enabled", default=True),
    }
    with services.database.write() as tx, clash(EXISTS(document["$id"])):
        return _model(DATABASES.create(tx, document))


@routes("GET", "/tablesdb", scopes=READ)
def list_databases(call: Call, services: Services) -> dict[str, Any]:
    """Page through the databases."""
    with services.database.read() as tx:
        total, found = listing(call, tx, DATABASES, attributes=("name",), search=("name",))
    return {"total": total, "databases": [_model(document) for document in found]}


@routes("GET", "/tablesdb/{databaseId}", scopes=READ)
def get_database(call: Call, services: Services) -> dict[str, Any]:
    """One database."""
    with services.database.read() as tx:
        return _model(find_database(tx, call))


@routes("PUT", "/tablesdb/{databaseId}", scopes=WRITE)
def update_database(call: Call, services: Services) -> dict[str, Any]:
    """Rename, enable, disable."""
    with services.database.write() as tx:
        found = find_database(tx, call)
        changes = {
            "name": call.params.text("name", found["name"]),
            "enabled": call.params.boolean("enabled", default=True),
        }
        return _model(DATABASES.update(tx, found, changes))


def _model(document: Document) -> dict[str, Any]:
    shown = ("$id", "name", "$createdAt", "$updatedAt", "enabled")
    return {**{key: document[key] for key in shown}, "type": "tablesdb"}
