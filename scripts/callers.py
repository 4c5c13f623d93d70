"""The real callers of the backend, over HTTP alone: people who log in and call actions."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import requests

TIMEOUT = 60


class CallFailed(Exception):
    """An action answered `ok: false`, or not at all."""


@dataclass(frozen=True)
class Appwrite:
    """A server as browsers see it: its address and project, no key."""

    session: requests.Session
    endpoint: str
    project: str

    def log_in(self, email: str, password: str) -> str:
        """A JWT for 15 minutes, after the session that a browser would keep: https://appwrite.io/docs/products/auth/jwt"""
        answer = self._post("/account/sessions/email", {"email": email, "password": password})
        # Browsers that refuse third-party cookies send the session back in this header.
        fallback = {"x-fallback-cookies": answer.headers["x-fallback-cookies"]}
        return str(self._post("/account/jwts", {}, fallback).json()["jwt"])

    def execute(
        self, function_id: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """The JSON that the function answered to a synchronous execution."""
        asked = {"body": json.dumps(body), "headers": dict(headers or {})}
        execution = self._post(f"/functions/{function_id}/executions", asked).json()
        if not execution["responseBody"]:
            raise CallFailed(f"{function_id}: the execution {execution['status']} without an answer")
        answer: dict[str, Any] = json.loads(execution["responseBody"])
        return answer

    def _post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> requests.Response:
        sent = {"x-appwrite-project": self.project, **(headers or {})}
        answer = self.session.post(self.endpoint + path, json=body, headers=sent, timeout=TIMEOUT)
        if not answer.ok:
            raise CallFailed(f"POST {path}: {answer.status_code} {answer.text[:300]}")
        return answer


@dataclass(frozen=True)
class Portal:
    """A signed-in user's calls to one function: over its own address, or as executions with the JWT in the body."""

    appwrite: Appwrite
    function_id: str
    jwt: str
    address: str | None = None

    def call(self, action: str, **payload: Any) -> dict[str, Any]:
        """The answer's envelope. Raises `CallFailed`."""
        body = {"action": action, "payload": payload}
        if self.address is None:
            answer = self.appwrite.execute(self.function_id, {**body, "jwt_token": self.jwt})
        else:
            bearer = {"authorization": f"Bearer {self.jwt}"}
            answer = self.appwrite.session.post(self.address, json=body, headers=bearer, timeout=TIMEOUT).json()
        if not answer["ok"]:
            raise CallFailed(f"{action}: {answer['status']} {answer['error']['code']} {answer['error']['message']}")
        return answer

    def every(self, action: str, key: str, **payload: Any) -> Iterator[dict[str, Any]]:
        """All items of a paged list."""
        offset, more = 0, True
        while more:
            answer = self.call(action, **payload, limit=100, offset=offset)
            yield from answer["data"][key]
            offset += 100
            more = answer["pagination"]["has_more"]
