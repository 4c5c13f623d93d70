"""The only module that touches Appwrite's `context`: an execution becomes a `Request`, a `Response` becomes its answer.

The contract is that of the Python runtime: https://github.com/open-runtimes/open-runtimes/tree/main/runtimes/python
"""

import asyncio
import json
import re
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol

from shared.errors import AppError, BadRequest, TooLarge
from shared.log import Log, ms_since

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
    """What goes into the envelope; `pagination` only for lists. Header names are lower case."""

    data: Mapping[str, Any]
    status: int = HTTPStatus.OK
    pagination: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """A failure that its caller may see, as `told` makes it, for the envelope. Header names are lower case."""

    error: AppError
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """An answer that is no JSON of ours: a page, a file. Header names are lower case."""

    body: bytes
    type: str
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Response | Problem | Content
Handler = Callable[[Request], Answer]


async def serve(context: Context, handler: Handler) -> Any:
    """Answer one execution, whatever happens.

    The handler runs in a thread: an `async main` that blocks would hold up every other execution of the process.
    """
    request_id = _request_id(context.req.headers)
    log, start = Log(context.log, context.error, request_id), time.perf_counter()
    try:
        answer = await asyncio.to_thread(handler, _request(context.req, request_id, log))
    except Exception as error:  # noqa: BLE001 - the last resort: a bug is a 500 and a log line, never a stack trace to a caller
        answer = Problem(told(error, log))
    _log_end(log, answer, ms_since(start))
    return _sent(context.res, answer, request_id)


def told(error: Exception, log: Log) -> AppError:
    """What anyone may know of `error`. A failure of ours is logged, and no more than its kind is told."""
    known = error if isinstance(error, AppError) else AppError()
    if known.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return known
    log.failure("request failed", error, code=known.code, reason=known.message, **known.details)
    return type(known)()


def _log_end(log: Log, answer: Answer, ms: float) -> None:
    """The last line of every execution. Whoever knew noted what it was about: the address may hold secrets."""
    facts: dict[str, Any] = {"action": None, **log.noted}
    status = int(answer.error.status if isinstance(answer, Problem) else answer.status)
    if isinstance(answer, Problem):
        facts["code"] = answer.error.code
    outcome = "failed" if status >= 500 else "refused" if status >= 400 else "done"
    log.info("request done", **facts, status=status, ms=ms, outcome=outcome)


def _request(req: Any, request_id: str, log: Log) -> Request:
    body = bytes(req.body_binary)
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"The request may hold at most {MAX_BODY_BYTES} bytes.", bytes=len(body))
    headers = {name.lower(): value for name, value in req.headers.items()}
    return Request(req.method.upper(), req.path, headers, body, request_id, log, dict(req.query))


def _sent(res: Any, answer: Answer, request_id: str) -> Any:
    # A copy, as the platform writes into the headers it is given.
    headers = dict(answer.headers)
    if isinstance(answer, Content):
        headers |= {"content-type": answer.type, "x-request-id": request_id}
        return res.binary(answer.body, int(answer.status), headers)
    status, body = _failure(answer.error) if isinstance(answer, Problem) else _success(answer)
    return res.json({**body, "request_id": request_id}, status, headers)


def _success(response: Response) -> tuple[int, dict[str, Any]]:
    status = int(response.status)
    body = {"ok": True, "status": status, "data": response.data}
    return status, body if response.pagination is None else {**body, "pagination": response.pagination}


def _failure(error: AppError) -> tuple[int, dict[str, Any]]:
    status = int(error.status)
    problem = {"code": error.code, "message": error.message, "details": dict(error.details)}
    return status, {"ok": False, "status": status, "error": problem}


def _request_id(headers: Mapping[str, str]) -> str:
    """The platform's execution id, so that an answer leads to its execution in the console; else a new one."""
    given = headers.get("x-appwrite-execution-id", "")
    return given if re.fullmatch(r"[A-Za-z0-9._-]{1,36}", given) else uuid.uuid4().hex
