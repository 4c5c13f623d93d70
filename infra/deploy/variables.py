"""A function's variables on the server.

A plain one is written when its value differs. A secret never shows its value again, so it is written when the server
has none of that name and whenever the function is deployed anew, which every changed value brings about.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from infra.deploy.errors import DeployError
from infra.deploy.fingerprint import VARIABLE
from infra.deploy.server import Document, Server

Shown = Mapping[str, Document]


def shown(server: Server, function_id: str) -> Shown:
    """The variables on the server, by name."""
    first_hundred = ['{"method":"limit","values":[100]}']
    found = server.get(f"/functions/{function_id}/variables", queries=first_hundred)["variables"]
    return {variable["key"]: variable for variable in found}


def check(function_id: str, plain: Mapping[str, str], there: Shown) -> None:
    """Raises DeployError if a plain variable is secret on the server: Appwrite never makes a secret plain again."""
    for name in plain:
        if name in there and there[name]["secret"]:
            raise DeployError(
                f"{function_id}: {name} is secret on the server. Delete it in the Console to make it plain."
            )


def outdated(plain: Mapping[str, str], secrets: Mapping[str, str], there: Shown) -> list[str]:
    """The names of those that are missing or visibly wrong."""
    wrong = [name for name, value in plain.items() if name not in there or there[name]["value"] != value]
    return wrong + [name for name in secrets if name not in there or not there[name]["secret"]]


def leftover(named: Iterable[str], there: Shown) -> list[str]:
    """The names on the server that nobody named, but for the deployment's own mark."""
    return sorted(set(there) - {*named, VARIABLE})


def put(server: Server, function_id: str, name: str, value: str, there: Shown, *, secret: bool) -> None:
    """Create or update one variable."""
    path = f"/functions/{function_id}/variables"
    body: dict[str, Any] = {"key": name, "value": value, "secret": secret}
    if name in there:
        server.put(f"{path}/{there[name]['$id']}", **body)
    else:
        server.post(path, variableId="unique()", **body)


def delete(server: Server, function_id: str, name: str, there: Shown) -> None:
    """Delete one variable; processes that run keep it."""
    server.delete(f"/functions/{function_id}/variables/{there[name]['$id']}")
