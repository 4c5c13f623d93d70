"""Executions asked for by REST: https://appwrite.io/docs/products/functions/execute."""

import json
from datetime import datetime, timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from infra.local.appwrite import permissions
from infra.local.appwrite.call import Call, Caller
from infra.local.appwrite.collection import Document, encode
from infra.local.appwrite.compute import delayed, request_headers
from infra.local.appwrite.compute.documents import (
    EXECUTIONS,
    FUNCTION_NOT_FOUND,
    active_deployment,
    function_of,
)
from infra.local.appwrite.compute.executor import Executor, Job
from infra.local.appwrite.compute.open_runtimes.frames import Reply
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import AppwriteError, Fault
from infra.local.appwrite.listing import listing
from infra.local.appwrite.params import Params
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.values import parse_time, unique_id

routes = Routes()
READ, WRITE = ("executions.read", "execution.read"), ("executions.write", "execution.write")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
LONGEST_BODY, LONGEST_PATH = 10_485_760, 2048

NOT_FOUND = Fault.of("execution_not_found", 404, "Execution with the requested ID could not be found.")
IN_PROGRESS = Fault.of(
    "execution_in_progress",
    400,
    "Can't delete ongoing execution. Please wait for execution to finish before deleting it.",
)
BAD_SCHEDULE = Fault.of(
    "general_bad_request", 400, "Execution schedule must be a valid date, and at least 1 minute from now"
)
NOT_UTF8 = Fault.of(
    "general_unknown", 400, "Failed to parse response: Malformed UTF-8 characters, possibly incorrectly encoded"
)


@routes("POST", "/functions/{functionId}/executions", scopes=WRITE, status=201)
async def create(call: Call, services: Services) -> Any:
    """Run the function and answer what it answered, or queue it and answer at once."""
    queued = call.params.boolean("async", False)
    minute = _minute(call.params, services, queued=queued) if call.params.get("scheduledAt") else None
    job = await run_in_threadpool(_admitted, call, services, queued=queued)
    if minute:
        kept = await run_in_threadpool(delayed.keep, services, job, minute)
        return JSONResponse(execution_model(kept, call.caller), 202)
    executor = services.get(Executor)
    if queued:
        waiting = await run_in_threadpool(executor.submit, job)
        return JSONResponse(execution_model(waiting, call.caller), 202)
    reply = await executor.run(job, services.settings.sync_limit)
    return await run_in_threadpool(_answered, call, services, job, reply)


@routes("GET", "/functions/{functionId}/executions", scopes=READ)
def list_executions(call: Call, services: Services) -> Any:
    """One page of the executions that the caller may read."""
    attributes = ("trigger", "status", "responseStatusCode", "duration", "requestMethod", "requestPath", "deploymentId")
    with services.database.read() as tx:
        where = {"functionId": _open_function(call, tx)["$id"]}
        if not call.caller.is_key:
            where["$permissions"] = encode([_reader(call.caller)], "json")
        total, found = listing(call, tx, EXECUTIONS, attributes=attributes, where=where)
    return {"total": total, "executions": [execution_model(execution, call.caller) for execution in found]}


@routes("GET", "/functions/{functionId}/executions/{executionId}", scopes=READ)
def get(call: Call, services: Services) -> Any:
    """One execution; its response body is never stored."""
    with services.database.read() as tx:
        return execution_model(_execution(call, tx), call.caller)


@routes("DELETE", "/functions/{functionId}/executions/{executionId}", scopes=WRITE)
def delete(call: Call, services: Services) -> None:
    """Forget an execution that has ended; one that is scheduled is called off."""
    with services.database.write() as tx:
        execution = _execution(call, tx)
        if execution["status"] not in ("completed", "failed", "scheduled"):
            raise IN_PROGRESS
        delayed.cancel(tx, execution["$id"])
        EXECUTIONS.delete(tx, {"$sequence": execution["$sequence"]})


def execution_model(execution: Document, caller: Caller) -> dict[str, Any]:
    """An execution as the API shows it; logs and errors are for keys only."""
    hidden = ("$sequence",) if caller.is_key else ("$sequence", "logs", "errors")
    shown = {key: value for key, value in execution.items() if key not in hidden}
    return {"logs": "", "errors": "", **shown, "responseBody": "", "scheduledAt": execution["scheduledAt"] or None}


def _minute(params: Params, services: Services, *, queued: bool) -> datetime:
    """When to start; 400 unless it is for a queued execution, on a whole minute, at least one minute ahead."""
    try:
        moment = parse_time(params.text("scheduledAt"))
    except ValueError:
        raise BAD_SCHEDULE from None
    is_whole = not (moment.second or moment.microsecond)
    if not (queued and is_whole and moment - services.clock() >= timedelta(minutes=1)):
        raise BAD_SCHEDULE
    return moment


def _admitted(call: Call, services: Services, *, queued: bool) -> Job:
    """The job that the call asks for, if it may."""
    params, caller = call.params, call.caller
    body = params.text("body", "", longest=LONGEST_BODY, shortest=0).encode()
    path = params.text("path", "/", longest=LONGEST_PATH)
    method = params.choice("method", "POST", among=METHODS)
    headers = _headers(params)
    with services.database.read() as tx:
        function = _open_function(call, tx)
        deployment = active_deployment(tx, function)
    _check_execute(function, caller)
    origin = request_headers.Origin(
        "http",
        user_id=caller.user_id,
        session_id=_session(caller, queued=queued),
        event="" if queued else None,
        client_ip=call.client_ip,
    )
    readers = (_reader(caller),) if caller.user_id else ()
    return Job(unique_id(services.clock()), function, deployment, origin, method, path, headers, body, readers)


def _answered(call: Call, services: Services, job: Job, reply: Reply) -> dict[str, Any]:
    """The stored execution with the whole answer of the function, which must be text."""
    with services.database.read() as tx:
        execution = EXECUTIONS.find(tx, {"$id": job.execution_id})[0]
    try:
        body = reply.body.decode()
    except UnicodeDecodeError:
        raise NOT_UTF8 from None
    headers = {**reply.headers, "x-appwrite-execution-id": job.execution_id}
    answer = {"responseBody": body, "responseHeaders": request_headers.named(headers)}
    return {**execution_model(execution, call.caller), **answer}


def _headers(params: Params) -> dict[str, str]:
    """The headers to hand on; forms bring them as JSON text."""
    given = params.value("headers", {})
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            given = None
    headers = {} if given in ([], {}) else given
    if not isinstance(headers, dict):
        raise AppwriteError("Invalid `headers` param: Value must be a valid object", 400, "general_argument_invalid")
    request_headers.check(headers)
    return {name: str(value) for name, value in headers.items()}


def _open_function(call: Call, tx: Transaction) -> Document:
    """The function, which is hidden from users while it is disabled."""
    function = function_of(call, tx)
    if not (function["enabled"] or call.caller.is_key):
        raise FUNCTION_NOT_FOUND
    return function


def _check_execute(function: Document, caller: Caller) -> None:
    """401 unless the caller holds one of the roles that may execute; keys always may."""
    allowed = function["execute"]
    if caller.is_key or set(allowed) & set(caller.roles):
        return
    raise permissions.refusal("execute", [f'execute("{role}")' for role in allowed], caller.roles)


def _session(caller: Caller, *, queued: bool) -> str | None:
    """The session that the function may act in: none for one who came by JWT, or '' if the work is queued."""
    if not caller.user_id or (caller.by_jwt and not queued):
        return None
    return "" if caller.by_jwt else caller.session_id


def _reader(caller: Caller) -> str:
    return f'read("user:{caller.user_id}")'


def _execution(call: Call, tx: Transaction) -> Document:
    function = _open_function(call, tx)
    found = EXECUTIONS.get(tx, call.params["executionId"], functionId=function["$id"])
    if not found or not (call.caller.is_key or permissions.allows("read", found["$permissions"], call.caller.roles)):
        raise NOT_FOUND
    return found
