"""Signatures of incoming webhooks; no I/O."""

import hashlib
import hmac
import re

from shared.errors import InvalidSignature


def verify(secret: str, body: bytes, signature: str | None) -> None:
    """Raises `InvalidSignature` unless `signature` is the HMAC-SHA256 of the raw `body`, as hex or `sha256=<hex>`.

    Compared in constant time: https://docs.python.org/3/library/hmac.html#hmac.compare_digest
    """
    given = re.fullmatch(r"(?:sha256=)?([0-9a-fA-F]{64})", (signature or "").strip())
    if not given or not hmac.compare_digest(sign(secret, body), given[1].lower()):
        raise InvalidSignature


def sign(secret: str, body: bytes) -> str:
    """The HMAC-SHA256 of `body` as lower-case hex."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
