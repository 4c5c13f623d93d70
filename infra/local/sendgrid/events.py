"""The signed event webhook: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event"""

import base64
import json
import secrets
import time
from pathlib import Path
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from infra.local import loopback

TIMEOUT = 10


class Signer:
    """An ECDSA P-256 key, made once and kept in `path`."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            key = generate_private_key(SECP256R1())
            path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        loaded = load_pem_private_key(path.read_bytes(), None)
        if not isinstance(loaded, EllipticCurvePrivateKey):
            raise TypeError(f"{path} holds no elliptic-curve key")
        self._key = loaded

    @property
    def public(self) -> str:
        """As SendGrid shows it: base64 of the DER."""
        der = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(der).decode()

    def headers(self, body: bytes, timestamp: int | None = None) -> dict[str, str]:
        """Those of a POST with `body`, signed at `timestamp`, else now."""
        signed_at = str(int(time.time()) if timestamp is None else timestamp)
        signature = self._key.sign(signed_at.encode() + body, ECDSA(SHA256()))
        return {
            "Content-Type": "application/json",
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": signed_at,
        }


def event(mail: dict[str, Any], name: str, **details: Any) -> dict[str, Any]:
    """One event about a mail that was taken; its custom arguments come back in it."""
    return {
        **mail.get("custom_args", {}),
        "event": name,
        "email": mail["personalizations"][0]["to"][0]["email"],
        "timestamp": int(time.time()),
        "sg_event_id": secrets.token_urlsafe(16),
        "sg_message_id": f"{secrets.token_hex(8)}.recvd",
        **details,
    }


def post(url: str, signer: Signer, events: list[dict[str, Any]]) -> tuple[int, str]:
    """What the hook answers; 0 if it can't be reached."""
    body = json.dumps(events).encode()
    with loopback.session() as http:
        try:
            answer = http.post(url, data=body, headers=signer.headers(body), timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            return 0, type(error).__name__
    return answer.status_code, answer.text[:500]
