"""What the deployer's key must be allowed: https://appwrite.io/docs/advanced/platform/api-keys#scopes

Appwrite looks at a key's scopes before it looks at anything else of a call. So a call about a thing that does not
exist tells whether the key has the scope, by 404 or 400 instead of 401, and can change nothing.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from infra.deploy.errors import DeployError, ServerError
from infra.deploy.server import Server


@dataclass(frozen=True)
class Scope:
    """A scope, what it is for, and a call that needs it; `{}` in its path is an id that nothing has."""

    name: str
    purpose: str
    method: str
    path: str
    #: Whether some servers know neither the scope nor the call, and so cannot lack it.
    is_new: bool = False


SCHEMA = (
    Scope("databases.read", "schema", "get", "/tablesdb/{}"),
    Scope("databases.write", "schema", "put", "/tablesdb/{}"),
    Scope("tables.read", "schema", "get", "/tablesdb/{}/tables/{}"),
    Scope("tables.write", "schema", "put", "/tablesdb/{}/tables/{}"),
    Scope("columns.write", "schema", "delete", "/tablesdb/{}/tables/{}/columns/{}"),
    Scope("indexes.write", "schema", "delete", "/tablesdb/{}/tables/{}/indexes/{}"),
    Scope("buckets.read", "schema", "get", "/storage/buckets/{}"),
    Scope("buckets.write", "schema", "put", "/storage/buckets/{}"),
)
FUNCTIONS = (
    Scope("functions.read", "functions", "get", "/functions/{}"),
    Scope("functions.write", "functions", "put", "/functions/{}"),
    Scope("executions.write", "asking each function's health", "post", "/functions/{}/executions"),
)
#: Without these a deployment is whole, but for what they are for.
OPTIONAL = (
    Scope("executions.read", "make logs", "get", "/functions/{}/executions"),
    Scope("rows.read", "telling which migrations are pending, make migrate", "get", "/tablesdb/{}/tables/{}/rows/{}"),
    Scope("rows.write", "make migrate", "delete", "/tablesdb/{}/tables/{}/rows/{}"),
    Scope("rules.read", "the functions' addresses", "get", "/proxy/rules"),
    Scope("rules.write", "the functions' addresses", "delete", "/proxy/rules/{}"),
    Scope("platforms.read", "pages that call Appwrite", "get", "/project/platforms/{}", is_new=True),
    Scope("platforms.write", "pages that call Appwrite", "delete", "/project/platforms/{}", is_new=True),
)


def missing(server: Server, scopes: Iterable[Scope]) -> list[Scope]:
    """Those that the key does not have. Raises ServerError for a wrong key or project, or no answer."""
    return [scope for scope in scopes if not _is_granted(server, scope)]


def require(server: Server, scopes: Iterable[Scope]) -> None:
    """Raises DeployError naming every scope that the key does not have."""
    names = [scope.name for scope in missing(server, scopes)]
    if names:
        raise DeployError(f"Nothing has been changed: the key lacks the scopes {', '.join(names)}.")


def _is_granted(server: Server, scope: Scope) -> bool:
    try:
        getattr(server, scope.method)(scope.path.replace("{}", secrets.token_hex(16)))
    except ServerError as error:
        if error.kind == "general_unauthorized_scope":
            return False
        is_unknown_route = scope.is_new and (error.status, error.kind) == (HTTPStatus.NOT_FOUND, None)
        is_answer = is_unknown_route or (
            error.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND} and error.kind is not None
        )
        if not is_answer or error.kind == "project_not_found":
            raise
    return True
