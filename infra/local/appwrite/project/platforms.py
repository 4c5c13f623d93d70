"""Platforms: the hosts of web pages that may call the API from a browser."""

import re
from typing import Any

from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Collection, Document, clash
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.listing import listing
from infra.local.appwrite.params import REQUIRED
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services

PLATFORMS = Collection("platforms", {"type": "string", "name": "string", "hostname": "string"})
READ, WRITE = ("platforms.read",), ("platforms.write",)
PLATFORM, WEB = "/project/platforms/{platformId}", "/project/platforms/web"
NOT_FOUND = Fault.of("platform_not_found", 404, "Platform with the requested ID could not be found.")
EXISTS = Fault.of(
    "platform_already_exists",
    409,
    "Platform with the requested ID already exists. Try again with a different ID or use ID.unique() to generate a "
    "unique ID.",
)
_HOSTNAME = re.compile(r"(\*|(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*)")

routes = Routes()


@routes("POST", WEB, scopes=WRITE, status=201)
def create_web(call: Call, services: Services) -> dict[str, Any]:
    """Let pages of a host call the API."""
    made = {"$id": call.params.new_id("platformId", services.clock()), "type": "web", **_details(call)}
    with services.database.write() as tx, clash(EXISTS()):
        return _model(PLATFORMS.create(tx, made))


@routes("PUT", WEB + "/{platformId}", scopes=WRITE)
def update_web(call: Call, services: Services) -> dict[str, Any]:
    """Replace name and host."""
    details = _details(call)
    with services.database.write() as tx:
        return _model(PLATFORMS.update(tx, _find(tx, call), details))


@routes("GET", "/project/platforms", scopes=READ)
def list_platforms(call: Call, services: Services) -> dict[str, Any]:
    """One page of the platforms."""
    with services.database.read() as tx:
        total, found = listing(call, tx, PLATFORMS, attributes=tuple(PLATFORMS.fields))
        return {"total": total, "platforms": [_model(platform) for platform in found]}


@routes("GET", PLATFORM, scopes=READ)
def get(call: Call, services: Services) -> dict[str, Any]:
    """One platform."""
    with services.database.read() as tx:
        return _model(_find(tx, call))


@routes("DELETE", PLATFORM, scopes=WRITE)
def delete(call: Call, services: Services) -> None:
    """Shut a host's pages out again."""
    with services.database.write() as tx:
        PLATFORMS.delete(tx, {"$sequence": _find(tx, call)["$sequence"]})


def web_hosts(tx: Transaction) -> list[str]:
    """The hosts of all web platforms; one may begin with `*.`, or be `*`."""
    return [platform["hostname"] for platform in PLATFORMS.find(tx, {"type": "web"})]


def _details(call: Call) -> dict[str, str]:
    rule = "Value must be a valid hostname without path, port and protocol."
    return {
        "name": call.params.text("name"),
        "hostname": call.params.read("hostname", REQUIRED, _is_hostname, rule),
    }


def _is_hostname(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 253 and _HOSTNAME.fullmatch(value) is not None


def _find(tx: Transaction, call: Call) -> Document:
    found = PLATFORMS.get(tx, call.params["platformId"])
    if found is None:
        raise NOT_FOUND
    return found


def _model(platform: Document) -> dict[str, Any]:
    return {key: platform[key] for key in ("$id", "$createdAt", "$updatedAt", "type", "name", "hostname")}
