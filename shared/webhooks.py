"""Who may deliver a webhook: signatures of its body, tokens in its address; no I/O."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from http import HTTPStatus

from shared.errors import AppError, InvalidSignature


class InvalidToken(AppError):
    """The token in the webhook's address is missing or wrong."""

    status, code = HTTPStatus.UNAUTHORIZED, "INVALID_TOKEN"


def verify(secret: str, body: bytes, signature: str | None) -> None:
    """Raises `InvalidSignature` unless `signature` is the HMAC-SHA256 of the raw `body`, as hex or `sha256=<hex>`.

    Compared in constant time: https://docs.python.org/3/library/hmac.html#hmac.compare_digest
    """
    given = re.fullmatch(r"(?:sha256=)?([0-9a-fA-F]{64})", (signature or "").strip())
    if not given or not hmac.compare_digest(sign(secret, body), given[1].lower()):
        raise InvalidSignature


def verify_token(token: str, path: str, query: Mapping[str, str]) -> None:
    """Raises `InvalidToken` unless the address ends in `/hook/<token>` or has `?token=<token>`."""
    in_path = re.fullmatch(r"(?:.*/)?hook/([^/]+)/?", path, re.DOTALL)
    given = in_path[1] if in_path else query.get("token", "")
    if not hmac.compare_digest(token.encode(), given.encode("utf-8", "replace")):
        raise InvalidToken


def sign(secret: str, body: bytes) -> str:
    """The HMAC-SHA256 of `body` as lower-case hex."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
