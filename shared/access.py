"""Who calls, and what they may do.

A caller is who Appwrite says a JWT belongs to, asked by a client that holds no key. The platform's own headers
`x-appwrite-user-id` and `x-appwrite-trigger` prove nothing: a caller can forge them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from appwrite.exception import AppwriteException
from appwrite.services.account import Account

from shared.errors import Forbidden, NotFound, Unauthenticated
from shared.records import Organization
from shared.runtime import Request
from shared.store import translate
from shared.transport import AppwriteClient


@dataclass(frozen=True)
class Caller:
    """A user, as Appwrite knows them."""

    user_id: str
    email: str
    labels: frozenset[str]
    #: Ids of the teams they are a member of.
    teams: frozenset[str] = field(default=frozenset())

    @property
    def role(self) -> str:
        return "admin" if "admin" in self.labels else "sop"


#: What an action demands of its caller; raises `Unauthenticated` or `Forbidden`.
Rule = Callable[[Caller | None], None]


def public(_: Caller | None) -> None:
    """Anyone, signed in or not."""


def signed_in(caller: Caller | None) -> None:
    """Any user."""
    if caller is None:
        raise Unauthenticated


def admin(caller: Caller | None) -> None:
    """Users with the label `admin`, which only a server key can give."""
    signed_in(caller)
    if caller and "admin" not in caller.labels:
        raise Forbidden("Only an admin may do this.")


def own_organization(caller: Caller | None, organization: Organization | None, **asked: Any) -> Organization:
    """`organization` if the caller is its SOP; to anyone else it does not exist."""
    archived = organization is not None and organization.archived_at is not None
    if organization is None or archived or caller is None or organization.team_id not in caller.teams:
        raise NotFound("There is no such organization.", **asked)
    return organization


def find_jwt(request: Request, body: dict[str, Any]) -> str | None:
    """`Authorization: Bearer`, else `jwt_token` beside `action`, else the header that the platform or a proxy sets."""
    bearer = re.fullmatch(r"Bearer +(\S+)", request.headers.get("authorization", ""), re.IGNORECASE)
    token = bearer[1] if bearer else body.get("jwt_token") or request.headers.get("x-appwrite-user-jwt")
    if not token:
        return None
    if not isinstance(token, str) or not re.fullmatch(r"[A-Za-z0-9_.=-]+", token):
        raise Unauthenticated("The JWT is not valid.")
    return token


def identify(keyless: AppwriteClient, jwt: str) -> Caller:
    """Ask Appwrite whose `jwt` this is. Raises `Unauthenticated`; `Forbidden` for a blocked user."""
    keyless.set_jwt(jwt)
    try:
        user = Account(keyless).get()
        teams = keyless.call("get", "/teams", params={"queries": ['{"method":"limit","values":[100]}']})["teams"]
    except AppwriteException as error:
        if error.code == HTTPStatus.FORBIDDEN:
            raise Forbidden("This user is blocked.") from None
        if error.code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.BAD_REQUEST}:
            raise Unauthenticated("The JWT is not valid, or no longer.") from None
        raise translate(error) from error
    return Caller(user.id, user.email.lower(), frozenset(user.labels), frozenset(team["$id"] for team in teams))
