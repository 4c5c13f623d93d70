"""Users as API keys manage them."""

import re
from typing import Any

from infra.local.appwrite.accounts import people
from infra.local.appwrite.accounts.people import find_user, user_model
from infra.local.appwrite.call import Call
from infra.local.appwrite.identity import MEMBERSHIPS, SESSIONS, USERS, user_jwt
from infra.local.appwrite.listing import listing
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services

READ, WRITE = ("users.read",), ("users.write",)
USER = "/users/{userId}"
LISTED = (
    "name",
    "email",
    "phone",
    "status",
    "labels",
    "registration",
    "accessedAt",
    "passwordUpdate",
    "emailVerification",
    "phoneVerification",
)
_LABEL = re.compile(r"[A-Za-z0-9]{1,36}")

routes = Routes()


@routes("POST", "/users", scopes=WRITE, status=201)
def create_user(call: Call, services: Services) -> dict[str, Any]:
    """Make a user; email, phone, password and name may all be left out."""
    user_id, details = call.params.new_id("userId", services.clock()), people.details(call.params, services.clock())
    with services.database.write() as tx:
        return user_model(people.create(tx, user_id, details))


@routes("POST", "/users/argon2", scopes=WRITE, status=201)
def create_argon2_user(call: Call, services: Services) -> dict[str, Any]:
    """Take over a user from elsewhere with the hash of their password."""
    user_id, now = call.params.new_id("userId", services.clock()), services.clock()
    details = {"email": people.email(call.params), "name": call.params.text("name", "", shortest=0)}
    with services.database.write() as tx:
        return user_model(people.create(tx, user_id, {**details, **people.hashed(call.params, now)}))


@routes("GET", "/users", scopes=READ)
def list_users(call: Call, services: Services) -> dict[str, Any]:
    """Page through the users."""
    with services.database.read() as tx:
        total, found = listing(call, tx, USERS, attributes=LISTED, search=("name", "email", "phone"))
    return {"total": total, "users": [user_model(user) for user in found]}


@routes("GET", USER, scopes=READ)
def get_user(call: Call, services: Services) -> dict[str, Any]:
    """One user."""
    with services.database.read() as tx:
        return user_model(find_user(tx, call.params["userId"]))


@routes("DELETE", USER, scopes=WRITE)
def delete_user(call: Call, services: Services) -> None:
    """Delete a user with sessions and memberships."""
    with services.database.write() as tx:
        user = find_user(tx, call.params["userId"])
        for collection in (SESSIONS, MEMBERSHIPS):
            collection.delete(tx, {"userId": user["$id"]})
        USERS.delete(tx, {"$id": user["$id"]})


def _update(call: Call, services: Services, changes: dict[str, Any]) -> dict[str, Any]:
    with services.database.write() as tx:
        return user_model(people.update(tx, find_user(tx, call.params["userId"]), changes))


@routes("PATCH", USER + "/name", scopes=WRITE)
def update_name(call: Call, services: Services) -> dict[str, Any]:
    """Rename."""
    return _update(call, services, {"name": call.params.text("name", shortest=0)})


@routes("PATCH", USER + "/email", scopes=WRITE)
def update_email(call: Call, services: Services) -> dict[str, Any]:
    """Change the address, which is unverified from then on."""
    return _update(call, services, {"email": people.email(call.params), "emailVerification": False})


@routes("PATCH", USER + "/phone", scopes=WRITE)
def update_phone(call: Call, services: Services) -> dict[str, Any]:
    """Change the number, which is unverified from then on."""
    return _update(call, services, {"phone": people.phone(call.params, "number"), "phoneVerification": False})


@routes("PATCH", USER + "/password", scopes=WRITE)
def update_password(call: Call, services: Services) -> dict[str, Any]:
    """Set a password without asking for the old one."""
    return _update(call, services, people.password(call.params, services.clock()))


@routes("PATCH", USER + "/status", scopes=WRITE)
def update_status(call: Call, services: Services) -> dict[str, Any]:
    """Block or unblock."""
    return _update(call, services, {"status": call.params.boolean("status")})


@routes("PATCH", USER + "/verification", scopes=WRITE)
def update_verification(call: Call, services: Services) -> dict[str, Any]:
    """Say whether the address was verified."""
    return _update(call, services, {"emailVerification": call.params.boolean("emailVerification")})


@routes("PUT", USER + "/labels", scopes=WRITE)
def update_labels(call: Call, services: Services) -> dict[str, Any]:
    """Replace all labels."""
    rule = (
        "Value must a valid array no longer than 1000 items and Value must be alphanumeric and no longer than 36 chars"
    )
    labels = call.params.read("labels", [], _are_labels, rule)
    return _update(call, services, {"labels": list(dict.fromkeys(labels))})


def _are_labels(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= 1000
        and all(isinstance(label, str) and _LABEL.fullmatch(label) for label in value)
    )


@routes("GET", USER + "/prefs", scopes=READ)
def get_prefs(call: Call, services: Services) -> dict[str, Any]:
    """The user's preferences."""
    with services.database.read() as tx:
        return dict(find_user(tx, call.params["userId"])["prefs"])


@routes("PATCH", USER + "/prefs", scopes=WRITE)
def update_prefs(call: Call, services: Services) -> dict[str, Any]:
    """Replace the preferences."""
    prefs = call.params.object("prefs")
    return dict(_update(call, services, {"prefs": prefs})["prefs"])


@routes("POST", USER + "/jwts", scopes=WRITE, status=201)
def create_jwt(call: Call, services: Services) -> dict[str, str]:
    """Sign a JWT for the user, with or without a session."""
    seconds = call.params.number("duration", 900, low=0, high=3600)
    with services.database.read() as tx:
        user = find_user(tx, call.params["userId"])
        session = SESSIONS.get(tx, call.params.text("sessionId", "", shortest=0), userId=user["$id"])
    return {"jwt": user_jwt(services, user["$id"], session["$id"] if session else "", seconds)}
