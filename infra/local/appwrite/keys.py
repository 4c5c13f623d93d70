"""API keys: the project's root key and the short-lived ones that each execution of a function gets."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from hmac import compare_digest
from pathlib import Path

import jwt

from infra.local.appwrite import scopes
from infra.local.appwrite.values import Clock

EPHEMERAL = "ephemeral_"


def kept_secret(path: Path, prefix: str = "") -> str:
    """Read the secret in `path`, made at first use and readable by its owner only."""
    if not path.exists() or not path.stat().st_size:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(prefix + secrets.token_hex(64), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


class Keys:
    """Tells what an API key may do."""

    def __init__(self, project: str, root_key: str, signing_secret: str, clock: Clock) -> None:
        self._project, self._root_key, self._secret, self._clock = project, root_key, signing_secret, clock

    def mint(self, granted: Iterable[str], seconds: float) -> str:
        """Make a key with these scopes that expires after `seconds`."""
        expires = self._clock() + timedelta(seconds=seconds)
        claims = {"projectId": self._project, "scopes": sorted(granted), "exp": int(expires.timestamp())}
        return EPHEMERAL + jwt.encode(claims, self._secret, algorithm="HS256")

    def scopes_of(self, key: str) -> frozenset[str] | None:
        """The scopes of a key, or None for one that is wrong or expired."""
        if key.startswith(EPHEMERAL):
            return self._ephemeral(key.removeprefix(EPHEMERAL))
        return scopes.KEY if compare_digest(key.encode(), self._root_key.encode()) else None

    def _ephemeral(self, token: str) -> frozenset[str] | None:
        try:
            claims = jwt.decode(token, self._secret, algorithms=["HS256"])
        except jwt.InvalidTokenError:
            return None
        return frozenset(claims["scopes"]) if claims.get("projectId") == self._project else None
