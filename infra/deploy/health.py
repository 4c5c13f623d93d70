"""Asking a deployed function how it is."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from infra.deploy.errors import ServerError
from infra.deploy.server import Server


@dataclass(frozen=True)
class Health:
    """One function's answer to `{"action": "health"}`; `detail` names the parts it reached, or what went wrong."""

    function_id: str
    ok: bool
    detail: str


def ask(server: Server, function_id: str) -> Health:
    """Execute the function's health action and wait for the answer; no answer is an answer too."""
    request = {"body": json.dumps({"action": "health"}), "headers": {"content-type": "application/json"}}
    try:
        execution = server.post(f"/functions/{function_id}/executions", **request, **{"async": False})
    except ServerError as error:
        return Health(function_id, False, str(error))
    data = _data(execution["responseBody"])
    if execution["responseStatusCode"] != HTTPStatus.OK or data is None:
        said = execution["errors"].strip() or execution["responseBody"]
        return Health(function_id, False, f"status {execution['responseStatusCode']}: {said[-1000:]}")
    parts = [f"{name} {'ok' if reached else 'NOT REACHED'}" for name, reached in data["parts"].items()]
    return Health(function_id, data["healthy"], ", ".join(parts))


def _data(text: str) -> dict[str, Any] | None:
    """The answer's data, None if it is no health answer."""
    try:
        data: dict[str, Any] = json.loads(text)["data"]
        return {"healthy": bool(data["healthy"]), "parts": dict(data["parts"])}
    except (ValueError, TypeError, KeyError):
        return None
