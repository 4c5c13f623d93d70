"""The ASGI application: the rooms' route tables behind one way in."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as HttpRoute

from infra.local.appwrite.browsers import Browsers
from infra.local.appwrite.call import Call, Caller
from infra.local.appwrite.errors import NOT_EMULATED, SERVER_ERROR, AppwriteError
from infra.local.appwrite.identity import identify
from infra.local.appwrite.params import Params
from infra.local.appwrite.parsing import body_params, unflatten
from infra.local.appwrite.rooms import HOSTS, LIFESPANS, ROUTES
from infra.local.appwrite.routing import Route
from infra.local.appwrite.services import Services

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def create_app(services: Services) -> Starlette:
    """Make the application that serves this project."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for part in LIFESPANS:
                await stack.enter_async_context(part(services))
            yield

    served = [_served(route, services) for room in ROUTES for route in room.table]
    hosts = [host(services) for host in HOSTS]
    refusal = HttpRoute("/{path:path}", _refuse, methods=METHODS)
    return Starlette(
        routes=[*hosts, *served, refusal],
        middleware=[Middleware(Browsers, services=services)],
        lifespan=lifespan,
        exception_handlers={Exception: _break_down},
    )


def _served(route: Route, services: Services) -> HttpRoute:
    async def handle(request: Request) -> Response:
        try:
            return await _answer(route, request, services)
        except AppwriteError as error:
            return _json(error.body, error.code)

    return HttpRoute("/v1" + route.path, handle, methods=[route.method])


async def _break_down(_: Request, __: Exception) -> Response:
    """The answer to a bug of ours; the server's log has the traceback."""
    error = SERVER_ERROR()
    return _json(error.body, error.code)


async def _refuse(request: Request) -> Response:
    error = NOT_EMULATED(f"{request.method} {request.url.path}")
    return _json(error.body, error.code)


async def _answer(route: Route, request: Request, services: Services) -> Response:
    query = unflatten(request.query_params.multi_items())
    params = Params({**query, **await body_params(request), **request.path_params})

    def admitted() -> Call:
        caller = _caller(route, request, services, query)
        client = request.client.host if request.client else ""
        return Call(params, request.headers, caller, client)

    def run() -> Any:
        return route.endpoint(admitted(), services)

    try:
        if route.is_async:
            return _response(await route.endpoint(await run_in_threadpool(admitted), services), route)
        return _response(await run_in_threadpool(run), route)
    finally:
        await request.close()


def _caller(route: Route, request: Request, services: Services, query: dict[str, Any]) -> Caller:
    if not route.scopes:
        return Caller("guest", "", frozenset())
    caller = identify(services, request.headers, query, request.headers.get("host", ""))
    caller.require(route.scopes)
    return caller


def _response(answer: Any, route: Route) -> Response:
    if isinstance(answer, Response):
        return answer
    if answer is None:
        # The official CLI parses an empty body when the type says JSON.
        return Response(status_code=204, media_type="text/html")
    return _json(answer, route.status)


def _json(body: Any, status: int) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, media_type="application/json")
