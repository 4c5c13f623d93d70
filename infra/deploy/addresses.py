"""The functions' own addresses: rules that lead a domain to a function."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from infra.deploy.errors import ServerError
from infra.deploy.functions import Function, Link
from infra.deploy.server import Server
from infra.deploy.settings import Target

#: Where addresses lie on a server that is not on this machine (its `_APP_DOMAIN_FUNCTIONS`).
DOMAIN_VARIABLE = "APPWRITE_FUNCTIONS_DOMAIN"


def shown(server: Server) -> Mapping[str, str] | None:
    """The domain of each function, by its id; None if the key may not see them."""
    first_hundred = ['{"method":"limit","values":[100]}']
    try:
        rules = server.get("/proxy/rules", queries=first_hundred)["rules"]
    except ServerError as error:
        if error.status == 401:
            return None
        raise
    return {rule["deploymentResourceId"]: rule["domain"] for rule in rules if rule.get("deploymentResourceId")}


def wanted(target: Target, function: Function | Link) -> str | None:
    """The domain that it should have; None where it is to have none, or nobody says where."""
    parent = "functions.localhost" if target.is_local else target.variables.get(DOMAIN_VARIABLE)
    return f"{function.domain}.{parent}" if function.domain and parent else None


def linked(target: Target, function: Function, domains: Mapping[str, str]) -> dict[str, str]:
    """Its variables that nobody set and that hold an address of a function; `domains` are those on the server."""
    unset = {name: link for name, link in function.links.items() if not target.variables.get(name)}
    found = {name: domains.get(link.function) or wanted(target, link) for name, link in unset.items()}
    return {name: url(target, domain) + unset[name].path for name, domain in found.items() if domain}


def create(server: Server, function: Function, domain: str) -> str:
    """Lead the domain to the function; the domain as the server writes it."""
    return str(server.post("/proxy/rules/function", domain=domain, functionId=function.id)["domain"])


def by_hand(function: Function) -> str:
    """What a person can do for a function that has no address."""
    return (
        f"{function.id} has no address. Set {DOMAIN_VARIABLE} and give the key the scopes rules.read and rules.write, "
        f"or add one in the Console: Functions, {function.name}, Domains."
    )


def url(target: Target, domain: str) -> str:
    """Where the function answers: the server's scheme and port at its own domain."""
    endpoint = urlsplit(target.endpoint)
    return f"{endpoint.scheme}://{domain}{f':{endpoint.port}' if endpoint.port else ''}/"
