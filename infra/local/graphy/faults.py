"""Bad days of the public API, switched on for the next calls or until they are switched off."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

PUBLIC = "/public/"


class Kind(StrEnum):
    """What goes wrong."""

    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    UNAVAILABLE = "unavailable"
    ERROR_IN_SUCCESS = "error_in_success"
    RATE_LIMITED_IN_SUCCESS = "rate_limited_in_success"
    HTML_IN_SUCCESS = "html_in_success"
    NO_ANSWER = "no_answer"
    SLOW = "slow"


@dataclass
class Fault:
    """One fault to come; `calls` counts down, None stays until all faults are cleared."""

    kind: Kind
    calls: int | None = None
    #: Only calls whose path ends so, `assign` say.
    path: str = ""
    #: What `Retry-After` says; None leaves it out.
    retry_after: int | None = 2
    #: How long a slow call takes; then it is answered as usual.
    seconds: float = 0


class Faults:
    """The faults to come, first arranged first, and a count of calls."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []
        #: Calls that came, by path.
        self.calls: Counter[str] = Counter()

    def arrange(self, fault: Fault) -> None:
        """Let calls fail, after the faults arranged before."""
        self._coming.append(fault)

    def clear(self) -> None:
        """All is well again."""
        self._coming.clear()

    def take(self, path: str) -> Fault | None:
        """Count this call; its fault, if any."""
        self.calls[path.removeprefix(PUBLIC)] += 1
        for fault in self._coming:
            if path.endswith(fault.path):
                if fault.calls is not None:
                    fault.calls -= 1
                    if not fault.calls:
                        self._coming.remove(fault)
                return fault
        return None


class FaultyDays:
    """Middleware: calls under /public/ fail as arranged, all others pass."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_public = scope["type"] == "http" and scope["path"].startswith(PUBLIC)
        fault = self._faults.take(scope["path"]) if is_public else None
        if fault and fault.kind is Kind.NO_ANSWER:
            await _until_gone(receive)
        elif fault and fault.kind is not Kind.SLOW:
            await _answer(fault)(scope, receive, send)
        else:
            await asyncio.sleep(fault.seconds if fault else 0)
            await self._app(scope, receive, send)


def _answer(fault: Fault) -> Response:
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    busy = {"error": {"code": 429, "message": "Too many requests"}}
    match fault.kind:
        case Kind.RATE_LIMITED:
            return JSONResponse(busy, 429, headers)
        case Kind.RATE_LIMITED_IN_SUCCESS:
            return JSONResponse(busy, 200, headers)
        case Kind.UNAVAILABLE:
            return _page("503 Service Temporarily Unavailable", 503, headers)
        case Kind.HTML_IN_SUCCESS:
            return _page("We are down for maintenance", 200)
        case Kind.ERROR_IN_SUCCESS:
            return JSONResponse({"error": {"code": 50, "message": "Something went wrong"}})
        case _:
            return _page("500 Something went wrong", 500)


def _page(title: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return HTMLResponse(f"<!DOCTYPE html><title>{title}</title><h1>{title}</h1>", status, headers)


async def _until_gone(receive: Receive) -> None:
    """Keep silent until the caller hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass
