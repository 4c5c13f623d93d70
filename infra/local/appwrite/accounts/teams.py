"""Teams: a member sees them, an owner changes them, an API key does both."""

from typing import Any

from infra.local.appwrite import access
from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Collection, Document, clash
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.identity import MEMBERSHIPS
from infra.local.appwrite.listing import listing
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.values import unique_id

TEAMS = Collection("teams", {"name": "string", "prefs": "json"})
EXISTS = Fault.of(
    "team_already_exists", 409, "Team with requested ID already exists. Please choose a different ID and try again."
)
NOT_FOUND = Fault.of("team_not_found", 404, "Team with the requested ID could not be found.")
READ, WRITE = ("teams.read",), ("teams.write",)
#: Nothing is granted by being in the list of teams: each team's own permissions decide.
_LIST: Document = {"$permissions": []}

routes = Routes()


def find_team(tx: Transaction, call: Call, action: str = "read") -> Document:
    """The team of the path; 404 unless the caller may see it, 401 unless they may do `action`."""
    team = TEAMS.get(tx, call.params["teamId"])
    if team is None or not access.may(call.caller, "read", _LIST, team["$permissions"], by_item=True):
        raise NOT_FOUND
    access.check(call.caller, action, _LIST, team["$permissions"], by_item=True)
    return team


@routes("POST", "/teams", scopes=WRITE, status=201)
def create_team(call: Call, services: Services) -> dict[str, Any]:
    """Make a team; a user becomes its first member."""
    team_id = call.params.new_id("teamId", services.clock())
    name, roles = call.params.text("name"), call.params.texts("roles", ["owner"], longest=81)
    owner = f'"team:{team_id}/owner"'
    granted = [f'read("team:{team_id}")', f"update({owner})", f"delete({owner})"]
    with services.database.write() as tx:
        with clash(EXISTS()):
            team = TEAMS.create(tx, {"$id": team_id, "name": name, "prefs": {}, "$permissions": granted})
        if call.caller.user_id:
            join(tx, unique_id(services.clock()), team["$id"], call.caller.user_id, roles)
        return _model(tx, team)


@routes("GET", "/teams", scopes=READ)
def list_teams(call: Call, services: Services) -> dict[str, Any]:
    """The teams that the caller may see."""
    within = access.readable(call.caller, _LIST, by_item=True)
    with services.database.read() as tx:
        total, found = listing(call, tx, TEAMS, attributes=("name",), within=within, search=("name",))
        return {"total": total, "teams": [_model(tx, team) for team in found]}


@routes("GET", "/teams/{teamId}", scopes=READ)
def get_team(call: Call, services: Services) -> dict[str, Any]:
    """One team."""
    with services.database.read() as tx:
        return _model(tx, find_team(tx, call))


@routes("PUT", "/teams/{teamId}", scopes=WRITE)
def update_name(call: Call, services: Services) -> dict[str, Any]:
    """Rename."""
    with services.database.write() as tx:
        return _model(tx, TEAMS.update(tx, find_team(tx, call, "update"), {"name": call.params.text("name")}))


@routes("GET", "/teams/{teamId}/prefs", scopes=READ)
def get_prefs(call: Call, services: Services) -> dict[str, Any]:
    """The team's preferences."""
    with services.database.read() as tx:
        return dict(find_team(tx, call)["prefs"])


@routes("PUT", "/teams/{teamId}/prefs", scopes=WRITE)
def update_prefs(call: Call, services: Services) -> dict[str, Any]:
    """Replace the preferences."""
    prefs = call.params.object("prefs")
    with services.database.write() as tx:
        return dict(TEAMS.update(tx, find_team(tx, call, "update"), {"prefs": prefs})["prefs"])


@routes("DELETE", "/teams/{teamId}", scopes=WRITE)
def delete_team(call: Call, services: Services) -> None:
    """Delete a team with its memberships."""
    with services.database.write() as tx:
        team = find_team(tx, call, "delete")
        MEMBERSHIPS.delete(tx, {"teamId": team["$id"]})
        TEAMS.delete(tx, {"$id": team["$id"]})


def join(tx: Transaction, membership_id: str, team_id: str, user_id: str, roles: list[str]) -> Document:
    """Store a confirmed membership; UniqueViolation if the user is a member."""
    times = {"invited": tx.now, "joined": tx.now}
    return MEMBERSHIPS.create(tx, {"$id": membership_id, "teamId": team_id, "userId": user_id, "roles": roles, **times})


def _model(tx: Transaction, team: Document) -> dict[str, Any]:
    shown = ("$id", "$createdAt", "$updatedAt", "name", "prefs")
    return {**{key: team[key] for key in shown}, "total": len(MEMBERSHIPS.find(tx, {"teamId": team["$id"]}))}
