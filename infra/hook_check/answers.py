"""What the answers to deliveries mean, a sentence each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from infra.hook_check.deliveries import Delivery, Kind

TIMEOUT = 40

_RIGHT = {
    Kind.SIGNED: "It was accepted and stored, and the worker was asked to look at it.",
    Kind.REPEATED: "The same once more changed nothing, so Graphy may deliver as often as it likes.",
    Kind.FORGED: "It was refused, and nothing was stored.",
    Kind.MALFORMED: "It was refused as unreadable, and nothing was stored.",
}
_NOT_OURS = {
    401: "Appwrite let nobody in: `execute` of graphy_webhook must hold `any`; deploy again.",
    404: "There is no function at this address; `make list-functions` shows the right one.",
    500: "The function broke or could not start; its log says why.",
    503: "The function could not start, or is not deployed; its log says why.",
}
_OURS = {
    "INVALID_SIGNATURE": "The function knows another GRAPHY_WEBHOOK_SECRET; `make update-env FUNCTION=graphy_webhook`.",
    "INVALID_TOKEN": "The function knows another GRAPHY_WEBHOOK_TOKEN; `make update-env FUNCTION=graphy_webhook`.",
    "MISCONFIGURED": "The function lacks a variable, or has one that can't be; its log names it.",
    "UNAVAILABLE": "The function can't reach the database; its log says why.",
}
_ACCEPTED = "It was accepted, though it should have been refused!"


@dataclass(frozen=True)
class Verdict:
    """What came back, and whether that is right."""

    delivery: Delivery
    is_right: bool
    #: 0 = nobody answered.
    status: int
    #: For people.
    meaning: str
    request_id: str = ""
    completion_id: str = ""


def deliver(session: requests.Session, delivery: Delivery) -> Verdict:
    """Send it, once, and judge the answer."""
    try:
        answer = session.post(
            delivery.url, data=delivery.body, headers=delivery.headers, timeout=TIMEOUT, allow_redirects=False
        )
    except requests.RequestException as error:
        # Its message may quote the address, which may hold the token.
        return Verdict(delivery, False, 0, f"Nobody answered: {type(error).__name__}. Is the address right?")
    body = _json(answer)
    data = body.get("data") or {}
    is_right = delivery.is_answered_right(answer.status_code, body)
    meaning = _RIGHT[delivery.kind] if is_right else _wrong(delivery, answer.status_code, body)
    ids = str(body.get("request_id", "")), str(data.get("completion_id", ""))
    return Verdict(delivery, is_right, answer.status_code, meaning, *ids)


def _wrong(delivery: Delivery, status: int, body: Mapping[str, Any]) -> str:
    if "ok" not in body:
        return _NOT_OURS.get(status, "This is no answer of ours; is the address that of graphy_webhook?")
    if body["ok"]:
        refused = delivery.kind in {Kind.FORGED, Kind.MALFORMED}
        return _ACCEPTED if refused else f"It was accepted, but not as expected: {dict(delivery.expected)}."
    code = str(body["error"]["code"])
    return _OURS.get(code, f"The function said {code}: {body['error']['message']}")


def _json(answer: requests.Response) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
