"""Proxy rules: which domain leads to which function. Domains here are `<name>.functions.localhost`."""

import re
from typing import Any

from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Document, UniqueViolation
from infra.local.appwrite.compute.documents import FUNCTIONS, RULES
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import NOT_EMULATED, Fault
from infra.local.appwrite.listing import listing
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.values import unique_id

routes = Routes()
READ, WRITE = ("rules.read",), ("rules.write",)
DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?\.functions\.localhost", re.IGNORECASE)

RESOURCE_NOT_FOUND = Fault.of(
    "rule_resource_not_found",
    404,
    "Resource could not be found. Please check if the resourceId and resourceType are correct, or if the resource "
    "actually exists.",
)
NOT_FOUND = Fault.of(
    "rule_not_found",
    404,
    "Rule with the requested ID could not be found. Please check if the ID provided is correct or if the rule actually "
    "exists.",
)
ALREADY_EXISTS = Fault.of(
    "rule_already_exists", 409, "Domain is already used. Please try again with a different domain."
)


@routes("POST", "/proxy/rules/function", scopes=WRITE, status=201)
def create(call: Call, services: Services) -> Any:
    """Lead a domain to a function."""
    domain = call.params.text("domain", longest=256)
    if not DOMAIN.fullmatch(domain):
        raise NOT_EMULATED(f"the domain {domain}: it must be <name>.functions.localhost")
    kind = {"trigger": "manual", "deploymentResourceType": "function"}
    rule = {"$id": unique_id(services.clock()), "domain": domain.lower(), **kind}
    with services.database.write() as tx:
        function = FUNCTIONS.get(tx, call.params.text("functionId"))
        if not function:
            raise RESOURCE_NOT_FOUND
        try:
            return _model(tx, RULES.create(tx, {**rule, "deploymentResourceId": function["$id"]}))
        except UniqueViolation:
            raise ALREADY_EXISTS from None


@routes("GET", "/proxy/rules", scopes=READ)
def list_rules(call: Call, services: Services) -> Any:
    """One page of the rules."""
    with services.database.read() as tx:
        total, found = listing(call, tx, RULES, attributes=tuple(RULES.fields), search=("domain",))
        return {"total": total, "rules": [_model(tx, rule) for rule in found]}


@routes("GET", "/proxy/rules/{ruleId}", scopes=READ)
def get(call: Call, services: Services) -> Any:
    """One rule."""
    with services.database.read() as tx:
        return _model(tx, _rule(call, tx))


@routes("DELETE", "/proxy/rules/{ruleId}", scopes=WRITE)
def delete(call: Call, services: Services) -> None:
    """Take a domain away from its function."""
    with services.database.write() as tx:
        RULES.delete(tx, {"$sequence": _rule(call, tx)["$sequence"]})


def _rule(call: Call, tx: Transaction) -> Document:
    found = RULES.get(tx, call.params["ruleId"])
    if not found:
        raise NOT_FOUND
    return found


def _model(tx: Transaction, rule: Document) -> dict[str, Any]:
    function = FUNCTIONS.find(tx, {"$id": rule["deploymentResourceId"]})[0]
    return {
        **{key: rule[key] for key in ("$id", "$createdAt", "$updatedAt", *RULES.fields)},
        "type": "deployment",
        "redirectUrl": "",
        "redirectStatusCode": 301,
        "deploymentId": function["deploymentId"],
        "deploymentVcsProviderBranch": "",
        "status": "verified",
        "logs": "",
        "renewAt": "",
    }
