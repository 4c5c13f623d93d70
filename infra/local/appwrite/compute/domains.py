"""Function domains: plain HTTP to a function and back, chosen by the Host header.

https://appwrite.io/docs/products/functions/domains
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Host, request_response

from infra.local.appwrite.collection import Document
from infra.local.appwrite.compute.documents import FUNCTION_NOT_FOUND, FUNCTIONS, RULES, active_deployment
from infra.local.appwrite.compute.executor import Executor, Job
from infra.local.appwrite.compute.request_headers import Origin
from infra.local.appwrite.errors import AppwriteError, Fault
from infra.local.appwrite.services import Services
from infra.local.appwrite.values import unique_id

LARGEST_BODY = 12 * 1024 * 1024
#: The server makes these itself.
OF_TRANSPORT = ("content-length", "transfer-encoding", "connection")

DOMAIN_UNKNOWN = Fault.of(
    "rule_not_found",
    404,
    "This domain is not connected to any Appwrite resource yet. Please configure custom domain or function domain to "
    "allow this request.",
)
PERMISSION_MISSING = Fault.of(
    "function_execute_permission_missing",
    401,
    'To execute function using domain, execute permissions must include "any" or "guests".',
)
ERROR_PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>Error {0}</h1></body></html>"


def host(services: Services) -> BaseRoute:
    """What serves every `<name>.functions.localhost`."""

    async def answer(request: Request) -> Response:
        try:
            return await _forwarded(request, services)
        except AppwriteError as error:
            return JSONResponse(error.body, error.code)

    return Host("{name}.functions.localhost", request_response(answer))


async def _forwarded(request: Request, services: Services) -> Response:
    body = await request.body()
    if len(body) > LARGEST_BODY:
        return Response(status_code=413)
    job = await run_in_threadpool(_admitted, request, services, body)
    reply = await services.get(Executor).run(job, services.settings.sync_limit)
    # Headers are UTF-8 here, as in the runtime's web server, but Starlette takes and writes Latin-1.
    passed = {name: value for name, value in reply.headers.items() if name not in OF_TRANSPORT}
    headers = {name: value.encode().decode("latin-1") for name, value in passed.items()}
    headers["x-appwrite-execution-id"] = job.execution_id
    if reply.status >= 400 and not reply.body:
        page = ERROR_PAGE.format(reply.status)
        return Response(page, reply.status, {**headers, "content-type": "text/html; charset=utf-8"})
    return Response(reply.body, reply.status, headers)


def _admitted(request: Request, services: Services, body: bytes) -> Job:
    """The job of this request. Nobody is identified: sessions, JWTs and keys are the function's own affair here."""
    with services.database.read() as tx:
        rules = RULES.find(tx, {"domain": f"{request.path_params['name']}.functions.localhost"})
        if not rules:
            raise DOMAIN_UNKNOWN
        function = FUNCTIONS.find(tx, {"$id": rules[0]["deploymentResourceId"]})[0]
        if not function["enabled"]:
            raise FUNCTION_NOT_FOUND
        deployment = active_deployment(tx, function)
    _check_open(function)
    origin = Origin("http", client_ip=request.client.host if request.client else "")
    headers = {name: value.encode("latin-1").decode(errors="replace") for name, value in request.headers.items()}
    execution_id = unique_id(services.clock())
    return Job(execution_id, function, deployment, origin, request.method, _path(request), headers, body)


def _check_open(function: Document) -> None:
    if not {"any", "guests"} & set(function["execute"]):
        raise PERMISSION_MISSING


def _path(request: Request) -> str:
    """The path as sent, with the query."""
    query = request.scope["query_string"]
    path: bytes = request.scope["raw_path"] + (b"?" + query if query else b"")
    return path.decode("latin-1")
