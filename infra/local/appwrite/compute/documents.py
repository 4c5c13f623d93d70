"""What the functions rooms store, and the errors they share."""

from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Collection, Document
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import Fault

FUNCTIONS = Collection(
    "functions",
    {
        "name": "string",
        "runtime": "string",
        "execute": "string[]",
        "schedule": "string",
        "timeout": "integer",
        "enabled": "boolean",
        "logging": "boolean",
        "entrypoint": "string",
        "commands": "string",
        "scopes": "string[]",
        "buildSpecification": "string",
        "runtimeSpecification": "string",
        "live": "boolean",
        "deploymentId": "string",
    },
)
VARIABLES = Collection(
    "variables",
    {"functionId": "string", "key": "string", "value": "string", "secret": "boolean"},
    unique=(("functionId", "key"),),
)
DEPLOYMENTS = Collection(
    "deployments",
    {
        "functionId": "string",
        "type": "string",
        "entrypoint": "string",
        "commands": "string",
        "activate": "boolean",
        "sourceSize": "integer",
        #: The numbers of the chunks that have come, and how many there will be.
        "chunks": "integer[]",
        "chunksTotal": "integer",
        "status": "string",
        #: The folder of the finished build.
        "build": "string",
        "buildSize": "integer",
        "buildLogs": "string",
        "buildDuration": "integer",
    },
)
EXECUTIONS = Collection(
    "executions",
    {
        "functionId": "string",
        "deploymentId": "string",
        "trigger": "string",
        "status": "string",
        "requestMethod": "string",
        "requestPath": "string",
        "requestHeaders": "json",
        "responseStatusCode": "integer",
        "responseHeaders": "json",
        "logs": "string",
        "errors": "string",
        "duration": "double",
        "scheduledAt": "string",
    },
)
#: What a delayed execution was asked, by its id, until its minute comes.
DELAYED = Collection(
    "delayed",
    {
        "minute": "string",
        "functionId": "string",
        "userId": "string",
        "method": "string",
        "path": "string",
        "headers": "json",
        "body": "string",
    },
)
RULES = Collection(
    "rules",
    {"domain": "string", "trigger": "string", "deploymentResourceType": "string", "deploymentResourceId": "string"},
    unique=(("domain",),),
)
COLLECTIONS = (FUNCTIONS, VARIABLES, DEPLOYMENTS, EXECUTIONS, DELAYED, RULES)

FUNCTION_NOT_FOUND = Fault.of("function_not_found", 404, "Function with the requested ID could not be found.")
DEPLOYMENT_NOT_FOUND = Fault.of("deployment_not_found", 404, "Deployment with the requested ID could not be found.")
NOTHING_DEPLOYED = Fault.of(
    "deployment_not_found", 404, "Deployment not found. Create a deployment before trying to execute a function"
)
BUILD_NOT_READY = Fault.of(
    "build_not_ready", 400, "Build with the requested ID is building and not ready for execution."
)


def function_of(call: Call, tx: Transaction) -> Document:
    """The function that the call's path names; 404 if there is none."""
    found = FUNCTIONS.get(tx, call.params["functionId"])
    if not found:
        raise FUNCTION_NOT_FOUND
    return found


def active_deployment(tx: Transaction, function: Document) -> Document:
    """The deployment that executions of the function use; 404 or 400 if none can be."""
    deployment = DEPLOYMENTS.get(tx, function["deploymentId"])
    if not deployment:
        raise NOTHING_DEPLOYED
    if deployment["status"] != "ready":
        raise BUILD_NOT_READY
    return deployment


def ready_deployment(tx: Transaction, function: Document) -> Document | None:
    """The same where nobody waits for an answer; None if there is none."""
    deployment = DEPLOYMENTS.get(tx, function["deploymentId"])
    return deployment if deployment and deployment["status"] == "ready" else None


def variables_of(tx: Transaction, function: Document) -> dict[str, str]:
    """The function's variables as its code sees them, secret ones too."""
    return {variable["key"]: variable["value"] for variable in VARIABLES.find(tx, {"functionId": function["$id"]})}
