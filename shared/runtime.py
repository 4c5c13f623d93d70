"""The only module that touches Appwrite's `context`: an execution becomes a `Request`, a `Response` becomes its answer.

The contract is that of the Python runtime: https://github.com/open-runtimes/open-runtimes/tree/main/runtimes/python
"""

import asyncio
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol

from shared.errors import AppError, BadRequest, TooLarge
from shared.log import Log

#: A function's body through the REST API is a string of at most 10 MiB; a CSV of 5000 rows is far below.
MAX_BODY_BYTES = 3_000_000


class Context(Protocol):
    """The part of the platform's `context` in use."""

    @property
    def req(self) -> Any: ...

    @property
    def res(self) -> Any: ...

    def log(self, *args: Any) -> None: ...

    def error(self, *args: Any) -> None: ...


@dataclass(frozen=True)
class Request:
    """One execution as plain values; header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    id: str
    log: Log
    #: Of the address; the last of a name that comes twice.
    query: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        """The body as a JSON object, `{}` if empty. Raises `BadRequest` for anything else."""
        if not self.body.strip():
            return {}
        try:
            value = json.loads(self.body.decode())
        except UnicodeDecodeError as error:
            raise BadRequest(f"The body is not valid UTF-8 at byte {error.start}.") from None
        except (ValueError, RecursionError):
            raise BadRequest("The body is not valid JSON.") from None
        if not isinstance(value, dict):
            raise BadRequest("The body must be a JSON object.")
        return value


@dataclass(frozen=True)
class Response:
    """What goes into the envelope; `pagination` only for lists."""

    data: Mapping[str, Any]
    status: int = HTTPStatus.OK
    pagination: Mapping[str, Any] | None = None


Handler = Callable[[Request], Response]


async def serve(context: Context, handler: Handler) -> Any:
    """Answer one execution, whatever happens.

    The handler runs in a thread: an `async main` that blocks would hold up every other execution of the process.
    """
    request_id = _request_id(context.req.headers)
    log = Log(context.log, context.error, request_id)
    try:
        response = await asyncio.to_thread(handler, _request(context.req, request_id, log))
    except AppError as error:
        status, body = _failure(error, log)
    except Exception as error:  # noqa: BLE001 - the last resort: a bug is a 500 and a log line, never a stack trace to a caller
        status, body = _failure(AppError(), log, cause=error)
    else:
        status, body = int(response.status), _success(response)
    return context.res.json({**body, "request_id": request_id}, status)


def _request(req: Any, request_id: str, log: Log) -> Request:
    body = bytes(req.body_binary)
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"The request may hold at most {MAX_BODY_BYTES} bytes.", bytes=len(body))
    headers = {name.lower(): value for name, value in req.headers.items()}
    return Request(req.method.upper(), req.path, headers, body, request_id, log, dict(req.query))


def _success(response: Response) -> dict[str, Any]:
    body = {"ok": True, "status": int(response.status), "data": response.data}
    return body if response.pagination is None else {**body, "pagination": response.pagination}


def _failure(error: AppError, log: Log, cause: BaseException | None = None) -> tuple[int, dict[str, Any]]:
    ours = error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if ours:
        log.failure("request failed", cause or error, code=error.code, reason=error.message, **error.details)
    public = type(error)() if ours else error
    problem = {"code": error.code, "message": public.message, "details": dict(public.details)}
    return int(error.status), {"ok": False, "status": int(error.status), "error": problem}


def _request_id(headers: Mapping[str, str]) -> str:
    """The platform's execution id, so that an answer leads to its execution in the console; else a new one."""
    given = headers.get("x-appwrite-execution-id", "")
    return given if re.fullmatch(r"[A-Za-z0-9._-]{1,36}", given) else uuid.uuid4().hex
