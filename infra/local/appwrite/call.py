"""What an endpoint is handed: who calls, and with what."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from infra.local.appwrite.errors import KEYS_ONLY, MISSING_SCOPES
from infra.local.appwrite.params import Params


@dataclass(frozen=True)
class Caller:
    """Whoever sent the request.

    A key has scopes and passes every permission; a user and a guest have roles that permissions name.
    """

    kind: Literal["key", "user", "guest"]
    #: How messages call the caller, such as `app.<project>@service.<host> (role: applications)`.
    name: str
    scopes: frozenset[str]
    roles: tuple[str, ...] = ()
    user: Mapping[str, Any] | None = None
    #: The session behind a cookie, header or JWT; '' where there is none.
    session_id: str = ""
    by_jwt: bool = False

    @property
    def is_key(self) -> bool:
        return self.kind == "key"

    @property
    def user_id(self) -> str:
        """The user's id, '' for keys and guests."""
        return str(self.user["$id"]) if self.user else ""

    def require(self, accepted: tuple[str, ...]) -> None:
        """Pass with any one of the scopes that the route accepts; 401 otherwise."""
        if accepted and self.scopes.isdisjoint(accepted):
            raise MISSING_SCOPES(self.name, json.dumps(accepted, separators=(",", ":")))

    def require_key(self) -> None:
        """Pass for API keys only, as bulk calls do."""
        if not self.is_key:
            raise KEYS_ONLY


@dataclass(frozen=True)
class Call:
    """One request."""

    params: Params
    #: Found under names in lower case.
    headers: Mapping[str, str]
    caller: Caller
    client_ip: str
