"""Memberships: who is in which team with which roles."""

from typing import Any

from infra.local.appwrite import access
from infra.local.appwrite.accounts import people
from infra.local.appwrite.accounts.teams import READ, TEAMS, WRITE, find_team, join
from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Document, clash
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import ARGUMENT_MISSING, NOT_EMULATED, UNAUTHORIZED, Fault
from infra.local.appwrite.identity import MEMBERSHIPS, USERS
from infra.local.appwrite.listing import listing
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.values import unique_id

CONFIRMED = Fault.of("membership_already_confirmed", 409, "Membership is already confirmed.")
NOT_FOUND = Fault.of("membership_not_found", 404, "Membership with the requested ID could not be found.")
NO_SUCH_USER = Fault.of("user_not_found", 404, "User with given userId doesn't exist.")
MEMBERSHIPS_PATH = "/teams/{teamId}/memberships"
MEMBERSHIP = MEMBERSHIPS_PATH + "/{membershipId}"

routes = Routes()


@routes("POST", MEMBERSHIPS_PATH, scopes=WRITE, status=201)
def create_membership(call: Call, services: Services) -> dict[str, Any]:
    """Take a user into a team, by id or by address; a key's word confirms it at once."""
    if not call.caller.is_key:
        raise NOT_EMULATED("invitations by mail; an API key can add members")
    roles = call.params.texts("roles", longest=81)
    with services.database.write() as tx:
        team, user = find_team(tx, call), _member(tx, call, services)
        with clash(CONFIRMED()):
            made = join(tx, unique_id(services.clock()), team["$id"], user["$id"], roles)
        return _model(tx, call, made)


@routes("GET", MEMBERSHIPS_PATH, scopes=READ)
def list_memberships(call: Call, services: Services) -> dict[str, Any]:
    """A team's members."""
    with services.database.read() as tx:
        return _list(tx, call, {"teamId": find_team(tx, call)["$id"]})


@routes("GET", "/users/{userId}/memberships", scopes=("users.read",))
def list_of_user(call: Call, services: Services) -> dict[str, Any]:
    """A user's memberships."""
    with services.database.read() as tx:
        return _list(tx, call, {"userId": people.find_user(tx, call.params["userId"])["$id"]})


@routes("GET", MEMBERSHIP, scopes=READ)
def get_membership(call: Call, services: Services) -> dict[str, Any]:
    """One membership."""
    with services.database.read() as tx:
        find_team(tx, call)
        return _model(tx, call, _find(tx, call))


@routes("PATCH", MEMBERSHIP, scopes=WRITE)
def update_membership(call: Call, services: Services) -> dict[str, Any]:
    """Replace the roles."""
    roles = call.params.texts("roles", longest=81)
    with services.database.write() as tx:
        find_team(tx, call, "update")
        return _model(tx, call, MEMBERSHIPS.update(tx, _find(tx, call), {"roles": roles}))


@routes("DELETE", MEMBERSHIP, scopes=WRITE)
def delete_membership(call: Call, services: Services) -> None:
    """Leave a team, or put somebody out of it."""
    with services.database.write() as tx:
        team, membership = find_team(tx, call), _find(tx, call)
        may_update = access.may(call.caller, "update", {"$permissions": []}, team["$permissions"], by_item=True)
        if not may_update and membership["userId"] != call.caller.user_id:
            raise UNAUTHORIZED
        MEMBERSHIPS.delete(tx, {"$id": membership["$id"]})


def _member(tx: Transaction, call: Call, services: Services) -> Document:
    user_id = call.params.text("userId", "", shortest=0)
    if user_id:
        user = USERS.get(tx, user_id)
        if user is None:
            raise NO_SUCH_USER
        return user
    address = people.email(call.params, None)
    if address is None:
        raise ARGUMENT_MISSING("email")
    return people.create_by_email(tx, services.clock(), address, call.params.text("name", "", shortest=0))


def _find(tx: Transaction, call: Call) -> Document:
    found = MEMBERSHIPS.get(tx, call.params["membershipId"], teamId=call.params["teamId"])
    if found is None:
        raise NOT_FOUND
    return found


def _list(tx: Transaction, call: Call, where: dict[str, str]) -> dict[str, Any]:
    attributes = ("userId", "teamId", "invited", "joined", "roles")
    total, found = listing(call, tx, MEMBERSHIPS, attributes=attributes, where=where)
    return {"total": total, "memberships": [_model(tx, call, membership) for membership in found]}


def _model(tx: Transaction, call: Call, membership: Document) -> dict[str, Any]:
    shown = ("$id", "$createdAt", "$updatedAt", "teamId", "invited", "joined", "roles")
    team, user = TEAMS.get(tx, membership["teamId"]), USERS.get(tx, membership["userId"])
    person = {
        "userId": "$id",
        "userName": "name",
        "userEmail": "email",
        "userPhone": "phone",
        "userAccessedAt": "accessedAt",
    }
    # A project hides its members from each other unless its settings say otherwise; keys see them.
    seen = user if call.caller.is_key else None
    return {
        **{key: membership[key] for key in shown},
        **{name: (seen[key] or "") if seen else "" for name, key in person.items()},
        "teamName": team["name"] if team else "",
        "confirm": True,
        "mfa": False,
    }
