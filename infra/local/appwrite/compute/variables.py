"""A function's variables: a running process keeps those it was started with."""

from typing import Any

from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Document, UniqueViolation
from infra.local.appwrite.compute.documents import FUNCTIONS, VARIABLES, function_of
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.listing import listing
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.values import unique_id

routes = Routes()
READ, WRITE = ("functions.read",), ("functions.write",)
LONGEST_KEY, LONGEST_VALUE = 255, 8192

NOT_FOUND = Fault.of("variable_not_found", 404, "Variable with the requested ID could not be found.")
ALREADY_EXISTS = Fault.of(
    "variable_already_exists",
    409,
    "Variable with the same ID already exists in this project. Try again with a different ID.",
)
CANNOT_UNSET_SECRET = Fault.of(
    "variable_cannot_unset_secret",
    400,
    "Secret variables cannot be marked as non-secret. Please re-create the variable if this is your intention.",
)


@routes("POST", "/functions/{functionId}/variables", scopes=WRITE, status=201)
def create(call: Call, services: Services) -> Any:
    """Set a variable for the first time; older clients send no id."""
    now = services.clock()
    variable = {
        "$id": call.params.new_id("variableId", now) if call.params.get("variableId") else unique_id(now),
        "functionId": call.params["functionId"],
        "key": call.params.text("key", longest=LONGEST_KEY),
        "value": call.params.text("value", longest=LONGEST_VALUE, shortest=0),
        "secret": call.params.boolean("secret", True),
    }
    with services.database.write() as tx:
        function = function_of(call, tx)
        try:
            created = VARIABLES.create(tx, variable)
        except UniqueViolation:
            raise ALREADY_EXISTS from None
        FUNCTIONS.update(tx, function, {"live": False})
    return variable_model(created)


@routes("GET", "/functions/{functionId}/variables", scopes=READ)
def list_variables(call: Call, services: Services) -> Any:
    """One page of the variables."""
    with services.database.read() as tx:
        where = {"functionId": function_of(call, tx)["$id"]}
        total, found = listing(call, tx, VARIABLES, attributes=("key", "secret"), where=where)
    return {"total": total, "variables": [variable_model(variable) for variable in found]}


@routes("GET", "/functions/{functionId}/variables/{variableId}", scopes=READ)
def get(call: Call, services: Services) -> Any:
    """One variable."""
    with services.database.read() as tx:
        return variable_model(_variable(call, tx))


@routes("PUT", "/functions/{functionId}/variables/{variableId}", scopes=WRITE)
def update(call: Call, services: Services) -> Any:
    """Change a variable; a secret one stays secret."""
    key = call.params.text("key", longest=LONGEST_KEY)
    value = call.params.text("value", None, longest=LONGEST_VALUE, shortest=0)
    secret = call.params.boolean("secret", None)
    with services.database.write() as tx:
        variable = _variable(call, tx)
        if variable["secret"] and secret is False:
            raise CANNOT_UNSET_SECRET
        given = {"key": key, "value": value, "secret": secret}
        try:
            updated = VARIABLES.update(tx, variable, {name: new for name, new in given.items() if new is not None})
        except UniqueViolation:
            raise ALREADY_EXISTS from None
        FUNCTIONS.update(tx, function_of(call, tx), {"live": False})
    return variable_model(updated)


@routes("DELETE", "/functions/{functionId}/variables/{variableId}", scopes=WRITE)
def delete(call: Call, services: Services) -> None:
    """Take a variable away."""
    with services.database.write() as tx:
        VARIABLES.delete(tx, {"$sequence": _variable(call, tx)["$sequence"]})
        FUNCTIONS.update(tx, function_of(call, tx), {"live": False})


def variable_model(variable: Document) -> dict[str, Any]:
    """A variable as the API shows it: a secret value never leaves."""
    return {
        "$id": variable["$id"],
        "$createdAt": variable["$createdAt"],
        "$updatedAt": variable["$updatedAt"],
        "key": variable["key"],
        "value": "" if variable["secret"] else variable["value"],
        "secret": variable["secret"],
        "resourceType": "function",
        "resourceId": variable["functionId"],
    }


def _variable(call: Call, tx: Transaction) -> Document:
    function = function_of(call, tx)
    found = VARIABLES.get(tx, call.params["variableId"], functionId=function["$id"])
    if not found:
        raise NOT_FOUND
    return found
