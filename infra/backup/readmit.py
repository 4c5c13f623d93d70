"""Accounts and teams of a backup, back under their ids, which contacts and memberships name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from infra.backup.listing import PAGE, among, every, together
from infra.backup.refill import NotEmpty
from infra.backup.saved import Line, Saved
from infra.deploy.errors import ServerError
from infra.deploy.server import Document, Server

#: The only hash that Appwrite itself makes; another one is of an account that was imported from elsewhere.
_OWN_HASH = "argon2"
_COMPARED = ("email", "phone", "name", "labels", "status", "emailVerification", "prefs")


@dataclass(frozen=True)
class Readmitted:
    """How many came back as they were; and the addresses of those who did not."""

    count: int
    #: They must ask for a new password.
    without_password: Sequence[str] = ()
    #: In the new project somebody had the address already, under another id; they stay who they are.
    already_there: Sequence[str] = ()
    #: Accounts and teams that are not as they were saved.
    wrong: Sequence[str] = ()


def check_room(server: Server, saved: Saved) -> None:
    """Raises NotEmpty if a member's address belongs to another account: teams name accounts by id."""
    members = {member["userId"] for team in saved.teams() for member in team["memberships"]}
    taken = [user["email"] for user in _elsewhere(server, saved) if user["$id"] in members]
    if taken:
        raise NotEmpty(
            f"Nothing has been written: the project has other accounts of {', '.join(sorted(taken))}. Delete them."
        )


def put(server: Server, saved: Saved) -> None:
    """Make who is missing, and give everybody what they had."""
    others = {user["$id"] for user in _elsewhere(server, saved)}
    users = [user for user in saved.users() if user["$id"] not in others]
    for start in range(0, len(users), PAGE):
        batch = users[start : start + PAGE]
        there = among(server, "/users", [user["$id"] for user in batch])
        together(lambda user: _put_user(server, user, there.get(user["$id"])), batch)  # noqa: B023 - done when it returns
    together(lambda team: _put_team(server, team), saved.teams())


def compare(server: Server, saved: Saved) -> Readmitted:
    """What was saved with what is there."""
    others = {user["$id"]: user["email"] for user in _elsewhere(server, saved)}
    shown = {user["$id"]: user for user in every(server, "/users")}
    users = [user for user in saved.users() if user["$id"] not in others]
    wrong = [user["email"] for user in users if not _is_like(user, shown.get(user["$id"]))]
    locked_out = [user["email"] for user in users if user["password"] and not _has_password(shown.get(user["$id"]))]
    teams = together(lambda team: (team["$id"], _is_team(server, team)), saved.teams())
    wrong += [team_id for team_id, is_right in teams if not is_right]
    return Readmitted(len(users) + len(teams), sorted(locked_out), sorted(others.values()), sorted(wrong))


def _elsewhere(server: Server, saved: Saved) -> list[Line]:
    """Saved accounts whose address belongs to another id here."""
    here = {user["email"].lower(): user["$id"] for user in every(server, "/users") if user["email"]}
    return [user for user in saved.users() if here.get((user["email"] or "").lower(), user["$id"]) != user["$id"]]


def _put_user(server: Server, user: Line, shown: Document | None) -> None:
    there = shown or _created(server, user)
    path = f"/users/{user['$id']}"
    changes: dict[str, Callable[[Any], object]] = {
        "phone": lambda value: server.patch(f"{path}/phone", number=value),
        "prefs": lambda value: server.patch(f"{path}/prefs", prefs=value),
        "labels": lambda value: server.put(f"{path}/labels", labels=value),
        "emailVerification": lambda value: server.patch(f"{path}/verification", emailVerification=value),
        "status": lambda value: server.patch(f"{path}/status", status=value),
    }
    for name, change in changes.items():
        if there[name] != user[name]:
            change(user[name])


def _created(server: Server, user: Line) -> Document:
    named = {"userId": user["$id"], "email": user["email"] or None, "name": user["name"]}
    if user["password"] and user["hash"] == _OWN_HASH:
        try:
            return server.post("/users/argon2", password=user["password"], **named)
        except ServerError as error:
            if error.status not in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.NOT_IMPLEMENTED}:
                raise
    return server.post("/users", **named)


def _put_team(server: Server, team: Line) -> None:
    path = f"/teams/{team['$id']}"
    if server.find(path) is None:
        server.post("/teams", teamId=team["$id"], name=team["name"])
    for member in team["memberships"]:
        try:
            server.post(f"{path}/memberships", userId=member["userId"], roles=member["roles"])
        except ServerError as error:
            if error.status != HTTPStatus.CONFLICT:
                raise


def _is_like(user: Line, shown: Document | None) -> bool:
    return shown is not None and all(shown[name] == user[name] for name in _COMPARED)


def _has_password(shown: Document | None) -> bool:
    return bool(shown and shown["password"])


def _is_team(server: Server, team: Line) -> bool:
    if server.find(f"/teams/{team['$id']}") is None:
        return False
    shown = every(server, f"/teams/{team['$id']}/memberships")
    roles = {each["userId"]: sorted(each["roles"]) for each in shown}
    return roles == {each["userId"]: sorted(each["roles"]) for each in team["memberships"]}
