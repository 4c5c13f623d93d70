"""Deployments: code uploaded, built and made active."""

from typing import Any

from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Document
from infra.local.appwrite.compute.build_queue import BuildQueue, activate
from infra.local.appwrite.compute.documents import (
    BUILD_NOT_READY,
    DEPLOYMENT_NOT_FOUND,
    DEPLOYMENTS,
    FUNCTIONS,
    function_of,
)
from infra.local.appwrite.compute.functions import function_model
from infra.local.appwrite.compute.processes import Processes
from infra.local.appwrite.compute.uploads import read_code, remove_upload, upload_path
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import ARGUMENT_INVALID, Fault
from infra.local.appwrite.listing import listing
from infra.local.appwrite.parts import Part, write_part
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.values import ID_RULE, is_id, unique_id

routes = Routes()
READ, WRITE = ("functions.read",), ("functions.write",)

ENTRYPOINT_MISSING = Fault.of(
    "function_entrypoint_missing",
    404,
    "Entrypoint for your Appwrite Function is missing. Please specify it when making deployment or update the "
    'entrypoint under your function\'s "Settings" > "Configuration" > "Entrypoint".',
)
#: Parts of the model that never differ here.
CONSTANT = {
    "resourceType": "functions",
    "buildId": "",
    "screenshotLight": "",
    "screenshotDark": "",
    "providerRepositoryName": "",
    "providerRepositoryOwner": "",
    "providerRepositoryUrl": "",
    "providerCommitHash": "",
    "providerCommitAuthorUrl": "",
    "providerCommitAuthor": "",
    "providerCommitMessage": "",
    "providerCommitUrl": "",
    "providerBranch": "",
    "providerBranchUrl": "",
}


@routes("POST", "/functions/{functionId}/deployments", scopes=WRITE, status=202)
def create(call: Call, services: Services) -> Any:
    """Take code, in one request or in chunks, and build it once it is complete."""
    with services.database.read() as tx:
        started = _started(call, function_of(call, tx))
    part = read_code(call.params.get("code"), call.headers)
    deployment_id = call.headers.get("x-appwrite-id") or unique_id(services.clock())
    if not is_id(deployment_id):
        raise ARGUMENT_INVALID("X-Appwrite-ID", ID_RULE.format(36))
    write_part(upload_path(services, deployment_id), part)
    with services.database.write() as tx:
        deployment, complete = _with_part(tx, {"$id": deployment_id, **started}, part)
    if complete:
        services.get(BuildQueue).submit(deployment_id)
    return deployment_model(deployment)


@routes("GET", "/functions/{functionId}/deployments", scopes=READ)
def list_deployments(call: Call, services: Services) -> Any:
    """One page of the deployments."""
    attributes = ("sourceSize", "buildSize", "buildDuration", "status", "activate", "type")
    with services.database.read() as tx:
        where = {"functionId": function_of(call, tx)["$id"]}
        total, found = listing(call, tx, DEPLOYMENTS, attributes=attributes, where=where, search=("entrypoint",))
    return {"total": total, "deployments": [deployment_model(deployment) for deployment in found]}


@routes("GET", "/functions/{functionId}/deployments/{deploymentId}", scopes=READ)
def get(call: Call, services: Services) -> Any:
    """One deployment, with the log of its build."""
    with services.database.read() as tx:
        return deployment_model(_deployment(call, tx, function_of(call, tx)))


@routes("DELETE", "/functions/{functionId}/deployments/{deploymentId}", scopes=WRITE)
def delete(call: Call, services: Services) -> None:
    """Delete a deployment; with the active one gone the function can't be executed."""
    with services.database.write() as tx:
        function = function_of(call, tx)
        deployment = _deployment(call, tx, function)
        DEPLOYMENTS.delete(tx, {"$sequence": deployment["$sequence"]})
        if function["deploymentId"] == deployment["$id"]:
            FUNCTIONS.update(tx, function, {"deploymentId": ""})
    services.get(Processes).retire(deployment["$id"])
    remove_upload(services, deployment["$id"])


@routes("PATCH", "/functions/{functionId}/deployment", scopes=WRITE)
def update_active(call: Call, services: Services) -> Any:
    """Make a finished deployment the active one."""
    with services.database.write() as tx:
        function = function_of(call, tx)
        deployment = _deployment(call, tx, function)
        if deployment["status"] != "ready":
            raise BUILD_NOT_READY
        replaced = activate(tx, deployment)
        model = function_model(tx, function_of(call, tx))
    services.get(Processes).retire(replaced)
    return model


def deployment_model(deployment: Document) -> dict[str, Any]:
    """A deployment as the API shows it."""
    shown = ("$id", "$createdAt", "$updatedAt", "type", "entrypoint", "activate", "status", "buildLogs")
    sizes = ("sourceSize", "buildSize", "buildDuration")
    return {
        **{key: deployment[key] for key in (*shown, *sizes)},
        **CONSTANT,
        "resourceId": deployment["functionId"],
        "totalSize": deployment["sourceSize"] + deployment["buildSize"],
    }


def _deployment(call: Call, tx: Transaction, function: Document) -> Document:
    found = DEPLOYMENTS.get(tx, call.params.text("deploymentId"), functionId=function["$id"])
    if not found:
        raise DEPLOYMENT_NOT_FOUND
    return found


def _started(call: Call, function: Document) -> Document:
    """A deployment of which nothing has come yet."""
    entrypoint = call.params.text("entrypoint", function["entrypoint"], longest=1028, shortest=0)
    if not entrypoint:
        raise ENTRYPOINT_MISSING
    return {
        "functionId": function["$id"],
        "type": "cli" if call.headers.get("x-sdk-language") == "cli" else "manual",
        "entrypoint": entrypoint,
        "commands": call.params.text("commands", function["commands"], longest=8192, shortest=0),
        "activate": call.params.boolean("activate"),
        "chunks": [],
        "status": "waiting",
        "build": "",
        "buildSize": 0,
        "buildLogs": "",
        "buildDuration": 0,
    }


def _with_part(tx: Transaction, started: Document, part: Part) -> tuple[Document, bool]:
    """Note that the part is here; whether it was the one that completes the upload."""
    deployment = DEPLOYMENTS.get(tx, started["$id"])
    if not deployment:
        size = {"sourceSize": part.size, "chunksTotal": part.total}
        deployment = DEPLOYMENTS.create(tx, {**started, **size})
    if deployment["functionId"] != started["functionId"]:
        raise DEPLOYMENT_NOT_FOUND
    if part.number in deployment["chunks"]:
        return deployment, False
    here = sorted([*deployment["chunks"], part.number])
    return DEPLOYMENTS.update(tx, deployment, {"chunks": here}), len(here) == deployment["chunksTotal"]
