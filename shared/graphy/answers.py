"""What Graphy's answers mean: done, done already, not now, or no."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import requests
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

#: Refusals that say "done already", so that a repeated call succeeds.
LEARNER_EXISTS = 22
ALREADY_ASSIGNED = 19

_LONGEST_PAUSE = 86_400


class GraphyError(Exception):
    """A call to Graphy did not succeed."""


class GraphyUnavailable(GraphyError):
    """Graphy can't be reached, fails, or does not accept the account; the same call may succeed later."""


class GraphyBusy(GraphyUnavailable):
    """Graphy asks for a pause, of `retry_after` seconds if it says so; any other call is unwelcome too."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class GraphyRefused(GraphyError):
    """Graphy said no; the same call will be refused again. `code` is Graphy's own, None when it gives none."""

    def __init__(self, code: int | None, message: str) -> None:
        super().__init__(f"{message} (code {code})" if code is not None else message)
        self.code = code
        self.message = message


def read(answer: requests.Response, done_already: int | None) -> dict[str, Any]:
    """The body of a call that succeeded, `{}` if its error is the one that says `done_already`.

    Raises GraphyUnavailable, GraphyBusy, GraphyRefused.
    """
    body = _json_object(answer)
    code, message = _refusal(body)
    if code is not None and code == done_already:
        return {}
    _check_status(answer, code)
    if message is not None:
        raise GraphyRefused(code, message)
    if not 200 <= answer.status_code < 300:
        raise GraphyRefused(None, f"Graphy answered {answer.status_code}")
    if body is None:
        raise GraphyUnavailable(f"Graphy answered {answer.status_code} with something that is not JSON")
    return body


def _check_status(answer: requests.Response, code: int | None) -> None:
    """Raises unless what came is an answer to this call rather than a word on Graphy's own state."""
    status, pause = answer.status_code, _retry_after(answer)
    failed = status == HTTPStatus.REQUEST_TIMEOUT or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    if HTTPStatus.TOO_MANY_REQUESTS in {status, code}:
        raise GraphyBusy("Graphy answered 429", pause)
    if failed and pause is not None:
        raise GraphyBusy(f"Graphy answered {status}", pause)
    if failed:
        raise GraphyUnavailable(f"Graphy answered {status}")
    if status == HTTPStatus.UNAUTHORIZED:
        raise GraphyUnavailable("Graphy answered 401: it does not accept the merchant id or the key")


def _json_object(answer: requests.Response) -> dict[str, Any] | None:
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _refusal(body: Mapping[str, Any] | None) -> tuple[int | None, str | None]:
    """Graphy's code and message; both None where there is no `error`."""
    error = body.get("error") if body else None
    if not error:
        return None, None
    if not isinstance(error, dict):
        return None, str(error)
    code = str(error.get("code", ""))
    is_code = code.isascii() and code.isdecimal() and len(code) < 10
    return int(code) if is_code else None, str(error.get("message", "no message"))


def _retry_after(answer: requests.Response) -> float | None:
    """Seconds, given as such or as a date (RFC 9110, section 10.2.3)."""
    given = answer.headers.get("Retry-After", "")
    if not given:
        return None
    try:
        return Retry(retry_after_max=_LONGEST_PAUSE).parse_retry_after(given)
    except (InvalidHeader, ValueError, OverflowError):
        return None
