"""Deliveries to a webhook of ours, and what the right answer to each is."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from shared.webhooks import sign

#: Of no course, so that no certificate comes of it.
COURSE = "test-webhook"


class Kind(StrEnum):
    SIGNED = "signed"
    REPEATED = "repeated"
    FORGED = "forged"
    MALFORMED = "malformed"


@dataclass(frozen=True)
class Proof:
    """What the function wants to see; either may be empty."""

    secret: str = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True)
class Delivery:
    """One POST, and the answer that it should get."""

    kind: Kind
    url: str = field(repr=False)
    body: bytes
    headers: Mapping[str, str] = field(repr=False)
    status: int
    #: In the answer's `data` or `error`.
    expected: Mapping[str, Any]

    def is_answered_right(self, status: int, answer: Mapping[str, Any]) -> bool:
        said = answer.get("data") or answer.get("error") or {}
        return status == self.status and all(said.get(name) == value for name, value in self.expected.items())


def deliveries(address: str, proof: Proof, kinds: set[Kind]) -> list[Delivery]:
    """A signed completion, and those of the others that are asked for, in the order in which they must be sent."""
    body = _event()
    every = (
        _genuine(Kind.SIGNED, address, proof, body, repeated=False),
        _genuine(Kind.REPEATED, address, proof, body, repeated=True),
        _forged(address, proof),
        _malformed(address, proof),
    )
    return [each for each in every if each.kind in kinds | {Kind.SIGNED}]


def _event() -> bytes:
    """Marked as a test in all that it says."""
    event = {
        "course_id": COURSE,
        "email": "test-webhook@training.example",
        "event_id": f"test-webhook-{secrets.token_hex(8)}",
        "completed_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return json.dumps(event).encode()


def _genuine(kind: Kind, address: str, proof: Proof, body: bytes, *, repeated: bool) -> Delivery:
    expected = {"repeated": repeated, "status": "received"}
    return Delivery(kind, _hook(address, proof.token), body, _signed(proof.secret, body), HTTPStatus.ACCEPTED, expected)


def _forged(address: str, proof: Proof) -> Delivery:
    """Somebody who knows the address, the token in it too, but not the secret; or not the token, if that is all."""
    body, wrong = _event(), secrets.token_hex(32)
    url = _hook(address, proof.token if proof.secret else wrong)
    headers = _signed(wrong, body)
    expected = {"code": "INVALID_SIGNATURE" if proof.secret else "INVALID_TOKEN"}
    return Delivery(Kind.FORGED, url, body, headers, HTTPStatus.UNAUTHORIZED, expected)


def _malformed(address: str, proof: Proof) -> Delivery:
    """By the right sender, and unreadable."""
    body = b'{"course_id": "test-webhook", "email": '
    headers = _signed(proof.secret, body)
    expected = {"code": "BAD_REQUEST"}
    return Delivery(Kind.MALFORMED, _hook(address, proof.token), body, headers, HTTPStatus.BAD_REQUEST, expected)


def _hook(address: str, token: str) -> str:
    return f"{address.rstrip('/')}/hook/{token}" if token else address


def _signed(secret: str, body: bytes) -> dict[str, str]:
    signature = {"x-graphy-signature": f"sha256={sign(secret, body)}"} if secret else {}
    return {"content-type": "application/json", **signature}
