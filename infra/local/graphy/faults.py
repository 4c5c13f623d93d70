"""Bad days of the public API, switched on for the next N calls."""

from collections import deque
from enum import StrEnum

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send


class Fault(StrEnum):
    """What goes wrong."""

    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    ERROR_IN_SUCCESS = "error_in_success"
    NO_ANSWER = "no_answer"


_ANSWERS: dict[Fault, Response] = {
    Fault.RATE_LIMITED: JSONResponse(
        {"error": {"code": 429, "message": "Too many requests"}}, 429, {"Retry-After": "2"}
    ),
    Fault.SERVER_ERROR: HTMLResponse("<!DOCTYPE html><title>500</title><h1>Something went wrong</h1>", 500),
    Fault.ERROR_IN_SUCCESS: JSONResponse({"error": {"code": 50, "message": "Something went wrong"}}),
}


class Faults:
    """The faults to come, first arranged first."""

    def __init__(self) -> None:
        self._coming: deque[Fault] = deque()

    def arrange(self, fault: Fault, calls: int) -> None:
        """Let the next `calls` calls fail, after those arranged before."""
        self._coming.extend([fault] * calls)

    def take(self) -> Fault | None:
        """The fault of this call, if any."""
        return self._coming.popleft() if self._coming else None


class FaultyDays:
    """Middleware: calls under /public/ fail as arranged, all others pass."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_public = scope["type"] == "http" and scope["path"].startswith("/public/")
        fault = self._faults.take() if is_public else None
        if fault is None:
            await self._app(scope, receive, send)
        elif fault is Fault.NO_ANSWER:
            await _until_gone(receive)
        else:
            await _ANSWERS[fault](scope, receive, send)


async def _until_gone(receive: Receive) -> None:
    """Keep silent until the caller hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass
