"""Health: enough for clients that ask before they start."""

from typing import Any

from starlette.responses import PlainTextResponse, Response

from infra.local.appwrite.call import Call
from infra.local.appwrite.errors import VERSION
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services

routes = Routes()


@routes("GET", "/health/version")
def get_version(_call: Call, _services: Services) -> dict[str, str]:
    """The version, for anyone: the official CLI asks for it first."""
    return {"version": VERSION}


@routes("GET", "/ping", scopes=("public", "health.read"))
def ping(_call: Call, _services: Services) -> Response:
    """Pong."""
    return PlainTextResponse("Pong!")


@routes("GET", "/health", scopes=("health.read",))
def get_health(_call: Call, _services: Services) -> dict[str, Any]:
    """Whether the server answers: it does."""
    return _passed("http")


@routes("GET", "/health/storage/local", scopes=("health.read",))
def get_storage(_call: Call, services: Services) -> dict[str, Any]:
    """Whether files could be written."""
    services.settings.data.stat()
    return _passed("")


@routes("GET", "/health/db", scopes=("health.read",))
def get_database(_call: Call, services: Services) -> dict[str, Any]:
    """Whether the database answers."""
    with services.database.read() as tx:
        tx.execute("SELECT 1")
    return {"total": 1, "statuses": [_passed("Projects.DB (database_db_main)")]}


def _passed(name: str) -> dict[str, Any]:
    return {"name": name, "ping": 0, "status": "pass"}
