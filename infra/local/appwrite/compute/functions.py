"""The functions themselves: https://appwrite.io/docs/references/cloud/server-rest/functions."""

from typing import Any

from croniter import croniter

from infra.local.appwrite import permissions, scopes
from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Document, UniqueViolation
from infra.local.appwrite.compute import runtimes
from infra.local.appwrite.compute.documents import COLLECTIONS, DEPLOYMENTS, FUNCTIONS, RULES, VARIABLES, function_of
from infra.local.appwrite.compute.processes import Processes
from infra.local.appwrite.compute.uploads import remove_upload
from infra.local.appwrite.compute.variables import variable_model
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import NOT_EMULATED, Fault
from infra.local.appwrite.listing import listing
from infra.local.appwrite.params import Params
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services

routes = Routes()
READ, WRITE = ("functions.read",), ("functions.write",)

ALREADY_EXISTS = Fault.of(
    "function_already_exists",
    409,
    "Function with the requested ID already exists. Try again with a different ID or use ID.unique() to generate "
    "a unique ID.",
)
RUNTIME_UNSUPPORTED = Fault.of("function_runtime_unsupported", 404, 'Runtime "{}" is not supported')
NOT_HERE = ("events", "installationId", "providerRepositoryId", "deploymentRetention", "interval", "emailEnabled")
#: Parts of the model that never differ here.
CONSTANT = {
    "description": "",
    "deploymentRetention": 0,
    "events": [],
    "version": "v5",
    "installationId": "",
    "providerRepositoryId": "",
    "providerBranch": "",
    "providerRootDirectory": "",
    "providerSilentMode": False,
    "providerBranches": [],
    "providerPaths": [],
}


@routes("POST", "/functions", scopes=WRITE, status=201)
def create(call: Call, services: Services) -> Any:
    """Make a function; it runs nothing until a deployment is active."""
    function_id = call.params.new_id("functionId", services.clock())
    settings = _settings(call.params, runtime=call.params.choice("runtime", among=runtimes.RUNTIMES), entrypoint="")
    with services.database.write() as tx:
        try:
            created = FUNCTIONS.create(tx, {"$id": function_id, "live": True, "deploymentId": "", **settings})
        except UniqueViolation:
            raise ALREADY_EXISTS from None
        return function_model(tx, created)


@routes("GET", "/functions", scopes=READ)
def list_functions(call: Call, services: Services) -> Any:
    """One page of the functions."""
    attributes = ("name", "enabled", "runtime", "deploymentId", "schedule", "timeout", "entrypoint", "commands")
    with services.database.read() as tx:
        total, found = listing(call, tx, FUNCTIONS, attributes=attributes, search=("name", "runtime"))
        return {"total": total, "functions": [function_model(tx, function) for function in found]}


@routes("GET", "/functions/{functionId}", scopes=READ)
def get(call: Call, services: Services) -> Any:
    """One function."""
    with services.database.read() as tx:
        return function_model(tx, function_of(call, tx))


@routes("PUT", "/functions/{functionId}", scopes=WRITE)
def update(call: Call, services: Services) -> Any:
    """Change a function; what is left out goes back to its default, but for the runtime and the entry point."""
    with services.database.write() as tx:
        function = function_of(call, tx)
        runtime = call.params.choice("runtime", function["runtime"], among=runtimes.RUNTIMES)
        settings = _settings(call.params, runtime=runtime, entrypoint=function["entrypoint"])
        built_from = ("name", "entrypoint", "commands", "runtime")
        live = all(settings[key] == function[key] for key in built_from)
        return function_model(tx, FUNCTIONS.update(tx, function, {**settings, "live": live}))


@routes("DELETE", "/functions/{functionId}", scopes=WRITE)
def delete(call: Call, services: Services) -> None:
    """Delete a function with everything of its."""
    with services.database.write() as tx:
        function = function_of(call, tx)
        deployments = DEPLOYMENTS.find(tx, {"functionId": function["$id"]})
        for collection in COLLECTIONS:
            owner = {FUNCTIONS.name: "$id", RULES.name: "deploymentResourceId"}.get(collection.name, "functionId")
            collection.delete(tx, {owner: function["$id"]})
    for deployment in deployments:
        services.get(Processes).retire(deployment["$id"])
        remove_upload(services, deployment["$id"])


def function_model(tx: Transaction, function: Document) -> dict[str, Any]:
    """A function as the API shows it, with its variables and what is known of its deployments."""
    newest = DEPLOYMENTS.select(tx, '"functionId" = ? ORDER BY "$sequence" DESC LIMIT 1', [function["$id"]])
    latest = newest[0] if newest else {}
    active = DEPLOYMENTS.get(tx, function["deploymentId"]) or {}
    variables = VARIABLES.find(tx, {"functionId": function["$id"]})
    shown = {key: value for key, value in function.items() if key not in ("$sequence", "$permissions")}
    return {
        **shown,
        **CONSTANT,
        "deploymentCreatedAt": active.get("$createdAt", ""),
        "latestDeploymentId": latest.get("$id", ""),
        "latestDeploymentCreatedAt": latest.get("$createdAt", ""),
        "latestDeploymentStatus": latest.get("status", ""),
        "vars": [variable_model(variable) for variable in variables],
    }


def _settings(params: Params, *, runtime: str, entrypoint: str) -> dict[str, Any]:
    """What create and update share."""
    for name in NOT_HERE:
        if params.get(name):
            raise NOT_EMULATED(f"functions with `{name}`")
    if not runtimes.is_python(runtime):
        raise RUNTIME_UNSUPPORTED(runtime)
    return {
        "name": params.text("name"),
        "runtime": runtime,
        "execute": params.read("execute", [], _are_roles, "Value must be an array of at most 100 role strings"),
        "schedule": params.read("schedule", "", _is_schedule, "String must be a valid cron expression"),
        "timeout": params.number("timeout", 15, low=1, high=900),
        "enabled": params.boolean("enabled", True),
        "logging": params.boolean("logging", True),
        "entrypoint": params.text("entrypoint", "", longest=1028, shortest=0) or entrypoint,
        "commands": params.text("commands", "", longest=8192, shortest=0),
        "scopes": params.read("scopes", [], _are_scopes, "Value must be an array of at most 100 known scopes"),
        "buildSpecification": _specification(params, "buildSpecification"),
        "runtimeSpecification": _specification(params, "runtimeSpecification"),
    }


def _specification(params: Params, name: str) -> Any:
    # Clients from before 1.9 name one for building and running alike.
    both = params.choice("specification", runtimes.DEFAULT_SPECIFICATION, among=runtimes.SPECIFICATIONS)
    return params.choice(name, both, among=runtimes.SPECIFICATIONS)


def _are_roles(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(permissions.is_role(str(role)) for role in value)


def _are_scopes(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and scopes.KEY.issuperset(map(str, value))


def _is_schedule(value: Any) -> bool:
    return value == "" or (isinstance(value, str) and len(value.split()) == 5 and croniter.is_valid(value))
