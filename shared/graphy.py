"""Graphy (formerly Spayee), the learning platform: adding learners and enrolling them in products.

Its API at https://api.ongraphy.com is described for account holders only; this follows what public clients agree on:
parameters are form fields on POST and query parameters on GET, a refusal may come under HTTP 200, and two of the
refusals mean that the thing was done before.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote_plus

import requests

#: Refusals that say "done already", so that a repeated call succeeds.
LEARNER_EXISTS = 22
ALREADY_ASSIGNED = 19

_TRY_LATER = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)


class GraphyError(Exception):
    """A call to Graphy did not succeed."""


class GraphyUnavailable(GraphyError):
    """Graphy can't be reached or is busy; the same call may succeed later.

    `retry_after` is in seconds, None when Graphy doesn't say.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class GraphyRefused(GraphyError):
    """Graphy said no; the same call will be refused again. `code` is Graphy's own, None when it gives none."""

    def __init__(self, code: int | None, message: str) -> None:
        super().__init__(f"{message} (code {code})" if code is not None else message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Graphy:
    """One merchant's Graphy. A call is made once: whether to repeat it is the caller's to decide, and safe.

    `base_url` ends before the version (`https://api.ongraphy.com/public`); `timeout` is in seconds, to connect and to
    wait. Neither the key nor a learner's data is in any error raised here.
    """

    base_url: str
    merchant_id: str
    api_key: str = field(repr=False)
    session: requests.Session = field(repr=False)
    timeout: tuple[float, float] = (5, 20)

    def add_learner(self, email: str, name: str) -> None:
        """Create a learner; one who exists is left as they are. Raises GraphyUnavailable, GraphyRefused."""
        self._call("POST", "learners", {"email": email, "name": name}, done_already=LEARNER_EXISTS)

    def assign(self, email: str, product_id: str) -> None:
        """Enrol a learner in a product; once is enough. Raises GraphyUnavailable, GraphyRefused."""
        self._call("POST", "assign", {"email": email, "productId": product_id}, done_already=ALREADY_ASSIGNED)

    def reachable(self) -> bool:
        """Whether Graphy answers and takes the key."""
        try:
            self._call("GET", "products", {"limit": "1"})
        except GraphyError:
            return False
        return True

    def _call(self, method: str, path: str, fields: Mapping[str, str], done_already: int | None = None) -> None:
        sent = {"mid": self.merchant_id, "key": self.api_key, **fields}
        query, form = (sent, None) if method == "GET" else (None, sent)
        url = f"{re.sub(r'(/v[0-9]+)?/*$', '', self.base_url)}/v1/{path}"
        try:
            # A redirect would carry the key to whoever it names.
            answer = self.session.request(
                method, url, params=query, data=form, timeout=self.timeout, allow_redirects=False
            )
        except requests.RequestException as error:
            # Not chained: the original's text may hold the URL, and with it the key.
            raise GraphyUnavailable(f"Graphy did not answer: {type(error).__name__}") from None
        self._check(answer, done_already)

    def _check(self, answer: requests.Response, done_already: int | None) -> None:
        status = answer.status_code
        body = _json_object(answer)
        code, message = _refusal(body)
        if code is not None and code == done_already:
            return
        if status in _TRY_LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise GraphyUnavailable(f"Graphy answered {status}", _retry_after(answer))
        if message is not None:
            raise GraphyRefused(code, self._without_secrets(message))
        if not 200 <= status < 300:
            raise GraphyRefused(None, f"Graphy answered {status}")
        if body is None:
            raise GraphyUnavailable(f"Graphy answered {status} with something that is not JSON")

    def _without_secrets(self, message: str) -> str:
        for secret in (self.api_key, quote_plus(self.api_key)):
            message = message.replace(secret, "***")
        return message[:500]


def _json_object(answer: requests.Response) -> dict[str, Any] | None:
    try:
        body = answer.json()
    except requests.JSONDecodeError:
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
    return int(code) if code.isdecimal() else None, str(error.get("message", "no message"))


def _retry_after(answer: requests.Response) -> float | None:
    given = answer.headers.get("Retry-After", "")
    return float(given) if given.isdecimal() else None
