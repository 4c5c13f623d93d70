"""Accounts and teams, as they are saved: accounts with the hashes of their passwords, which Appwrite shows to keys."""

from infra.backup.draft import Draft
from infra.backup.listing import every, together
from infra.deploy.server import Document, Server

USERS, TEAMS = "users", "teams"
#: `password` is a hash, empty where there is none; `hash` names how it was made.
_SHOWN = ("$id", "email", "phone", "name", "labels", "status", "emailVerification", "password", "hash", "prefs")


def read(server: Server, draft: Draft) -> None:
    """All of them anew: they are few, and a list of them is no longer true an hour later."""
    teams = together(lambda team: _team(server, team), every(server, "/teams"))
    users = [{name: user.get(name) for name in _SHOWN} for user in every(server, "/users")]
    for kind, found in ((USERS, users), (TEAMS, teams)):
        draft.keep(kind, found)
        draft.retain(kind, ([str(each["$id"])] for each in found))


def _team(server: Server, team: Document) -> Document:
    path = f"/teams/{team['$id']}/memberships"
    members = [{"userId": each["userId"], "roles": each["roles"]} for each in every(server, path)]
    return {"$id": team["$id"], "name": team["name"], "memberships": members}
