"""People's accounts, and the teams whose members may act for an organisation.

https://appwrite.io/docs/references/cloud/server-python/users and https://appwrite.io/docs/references/cloud/server-python/teams
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Self

from appwrite.exception import AppwriteException
from appwrite.query import Query
from pydantic import BeforeValidator, Field, SecretStr

from shared.errors import InvalidPayload, Unavailable
from shared.store import translate
from shared.transport import AppwriteClient

#: Of a team's name.
_LONGEST_NAME = 128


def _as_typed(value: Any) -> Any:
    """A password keeps the spaces around it, unlike all other text: people sign in with what they typed."""
    if not isinstance(value, str):
        return value
    if value.encode(errors="replace").decode() != value:
        raise ValueError("it is not valid Unicode")
    if not _SHORTEST <= len(value) <= _LONGEST:
        raise ValueError(f"it must have {_SHORTEST} to {_LONGEST} characters")
    return SecretStr(value)


#: Appwrite's own limits; it may refuse more, as its project is set: words of a dictionary, one's own name.
_SHORTEST, _LONGEST = 8, 256
Password = Annotated[
    SecretStr,
    BeforeValidator(_as_typed),
    Field(json_schema_extra={"minLength": _SHORTEST, "maxLength": _LONGEST}),
]


@dataclass(frozen=True)
class Login:
    """What somebody is to sign in with."""

    email: str
    password: SecretStr | None
    #: The names of the fields that the two were asked in.
    fields: tuple[str, str] = ("email", "password")


@dataclass(frozen=True)
class Account:
    """A user of Appwrite."""

    id: str
    name: str
    labels: frozenset[str]
    #: One without a password gets it by "forgotten password".
    has_password: bool
    #: Whether the call that answers it gave it its password.
    took_password: bool = False

    @property
    def is_admin(self) -> bool:
        return "admin" in self.labels

    @classmethod
    def of(cls, user: Mapping[str, Any]) -> Self:
        return cls(user["$id"], user["name"], frozenset(user["labels"]), bool(user["passwordUpdate"]))


@dataclass(frozen=True)
class Accounts:
    """Raises what `shared.store.translate` makes of Appwrite's errors."""

    client: AppwriteClient

    def ensure(self, new_id: str, login: Login) -> Account:
        """The account of that address, made if there is none; one that has a password keeps it.

        Raises `InvalidPayload` naming the field that Appwrite refuses.
        """
        wanted = {"userId": new_id, "email": login.email, "name": login.email, "password": _secret(login.password)}
        try:
            made = Account.of(self.client.call("post", "/users", params=wanted))
        except AppwriteException as error:
            if error.type != "user_already_exists":
                raise _refusal(error, *login.fields) from error
            return self._existing(login)
        return replace(made, took_password=made.has_password)

    def find(self, user_id: str) -> Account | None:
        try:
            return Account.of(self.client.call("get", f"/users/{user_id}"))
        except AppwriteException as error:
            if error.type != "user_not_found":
                raise translate(error) from error
        return None

    def set_password(self, user_id: str, password: SecretStr, field: str) -> None:
        """Set it, and end all sessions. Raises `InvalidPayload` naming `field` if Appwrite refuses the password."""
        try:
            self.client.call("patch", f"/users/{user_id}/password", params={"password": _secret(password)})
        except AppwriteException as error:
            raise _refusal(error, field, field) from error
        _call(self.client, "delete", f"/users/{user_id}/sessions")

    def _existing(self, login: Login) -> Account:
        found = _call(self.client, "get", "/users", queries=[Query.equal("email", login.email)])["users"]
        if not found:
            raise Unavailable("The account is being changed by somebody else.")
        account = Account.of(found[0])
        if login.password is None or account.has_password or account.is_admin:
            return account
        self.set_password(account.id, login.password, login.fields[1])
        return replace(account, has_password=True, took_password=True)


@dataclass(frozen=True)
class Teams:
    """Doing any of this twice is doing it once."""

    client: AppwriteClient

    def ensure(self, team_id: str, name: str) -> None:
        with_id = {"teamId": team_id, "name": name[:_LONGEST_NAME]}
        _call(self.client, "post", "/teams", settled={"team_already_exists"}, **with_id)

    def rename(self, team_id: str, name: str) -> None:
        """A team that is missing stays missing."""
        _call(self.client, "put", f"/teams/{team_id}", settled={"team_not_found"}, name=name[:_LONGEST_NAME])

    def delete(self, team_id: str) -> None:
        _call(self.client, "delete", f"/teams/{team_id}", settled={"team_not_found"})

    def join(self, team_id: str, user_id: str, role: str) -> None:
        member = {"userId": user_id, "roles": [role]}
        there = {"membership_already_confirmed", "team_invite_already_exists"}
        _call(self.client, "post", f"/teams/{team_id}/memberships", settled=there, **member)

    def leave(self, team_id: str, user_id: str) -> None:
        path, one = f"/teams/{team_id}/memberships", [Query.equal("userId", user_id), Query.limit(1)]
        found = _call(self.client, "get", path, settled={"team_not_found"}, queries=one) or {"memberships": []}
        for membership in found["memberships"]:
            _call(self.client, "delete", f"{path}/{membership['$id']}", settled={"membership_not_found"})


def _call(client: AppwriteClient, method: str, path: str, settled: Collection[str] = (), **params: Any) -> Any:
    """None if Appwrite answers an error of one of the types in `settled`, which say that it is done already."""
    try:
        return client.call(method, path, params=params)
    except AppwriteException as error:
        if error.type not in settled:
            raise translate(error) from error
    return None


def _secret(password: SecretStr | None) -> str | None:
    return password.get_secret_value() if password else None


def _refusal(error: AppwriteException, email_field: str, password_field: str) -> Exception:
    """Appwrite's reason under the payload's name for it; the reason never quotes what was typed."""
    kind, message = str(error.type), str(error.message)
    if kind.startswith("password_") or (kind == "general_argument_invalid" and "`password`" in message):
        field = password_field
    elif kind == "general_argument_invalid" and "`email`" in message:
        field = email_field
    else:
        return translate(error)
    reason = message.rpartition(" param: ")[2]
    return InvalidPayload(f"{field}: {reason}", fields={field: reason})
