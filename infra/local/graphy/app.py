"""The ASGI application: Graphy's public API, its webhook, and the controls."""

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.local.graphy import control
from infra.local.graphy.courier import Courier, Webhook
from infra.local.graphy.database import Database
from infra.local.graphy.errors import GraphyError, bad_credentials
from infra.local.graphy.faults import Faults, FaultyDays
from infra.local.graphy.public import ENDPOINTS, Endpoint, Params


@dataclass(frozen=True)
class Settings:
    """One merchant's account."""

    data: Path
    merchant_id: str
    api_key: str = field(repr=False)
    webhook: Webhook


def create_app(settings: Settings) -> Starlette:
    """The application; its database is opened now and closed when the server shuts down."""
    database = Database(settings.data)
    courier = Courier(database, settings.webhook)
    faults = Faults()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        courier.start()
        yield
        courier.stop()
        database.close()

    public = [_route(method, path, endpoint, settings, database) for (method, path), endpoint in ENDPOINTS.items()]
    refusal = Route("/{path:path}", _refuse, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    return Starlette(
        routes=[*public, *control.routes(database, courier, faults), refusal],
        middleware=[Middleware(FaultyDays, faults=faults)],
        lifespan=lifespan,
    )


def _route(method: str, path: str, endpoint: Endpoint, settings: Settings, database: Database) -> Route:
    async def handle(request: Request) -> Response:
        try:
            params = await _params(request)
            _authenticate(settings, params)
            return JSONResponse(endpoint(database, {**params, **request.path_params}))
        except GraphyError as error:
            return JSONResponse(error.body, error.status)

    return Route(path, handle, methods=[method])


async def _params(request: Request) -> Params:
    if request.method == "GET":
        return request.query_params
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))


def _authenticate(settings: Settings, params: Params) -> None:
    given = params.get("mid", ""), params.get("key", "")
    wanted = settings.merchant_id, settings.api_key
    if not all(hmac.compare_digest(a.encode(), b.encode()) for a, b in zip(given, wanted, strict=True)):
        raise bad_credentials()


async def _refuse(request: Request) -> Response:
    error = GraphyError(501, f"Not emulated here: {request.method} {request.url.path}", 501)
    return JSONResponse(error.body, error.status)
