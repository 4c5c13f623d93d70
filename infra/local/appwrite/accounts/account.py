"""The account of whoever is signed in."""

from typing import Any

from infra.local.appwrite.accounts import people
from infra.local.appwrite.accounts.people import account_model, find_user
from infra.local.appwrite.accounts.sessions import BAD_LOGIN
from infra.local.appwrite.call import Call
from infra.local.appwrite.errors import SERVER_ERROR, Fault
from infra.local.appwrite.identity import user_jwt
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services

ACCOUNT = ("account",)
JWT_DENIED = Fault.of(
    "user_jwt_creation_denied", 403, "JWT creation is not allowed when authenticated with a JWT. Use a session instead."
)

routes = Routes()


@routes("POST", "/account", scopes=("sessions.write",), status=201)
def sign_up(call: Call, services: Services) -> dict[str, Any]:
    """Make an account for oneself."""
    user_id = call.params.new_id("userId", services.clock())
    details = people.details(call.params, services.clock(), with_login=True)
    with services.database.write() as tx:
        return account_model(people.create(tx, user_id, details))


@routes("GET", "/account", scopes=ACCOUNT)
def get_account(call: Call, services: Services) -> dict[str, Any]:
    """Who is signed in."""
    with services.database.read() as tx:
        return account_model(find_user(tx, call.caller.user_id))


def _update(call: Call, services: Services, changes: dict[str, Any]) -> dict[str, Any]:
    with services.database.write() as tx:
        return account_model(people.update(tx, find_user(tx, call.caller.user_id), changes))


@routes("PATCH", "/account/name", scopes=ACCOUNT)
def update_name(call: Call, services: Services) -> dict[str, Any]:
    """Rename oneself."""
    return _update(call, services, {"name": call.params.text("name")})


@routes("PATCH", "/account/password", scopes=ACCOUNT)
def update_password(call: Call, services: Services) -> dict[str, Any]:
    """Change the password, the old one given."""
    changes = people.password(call.params, services.clock())
    old = call.params.text("oldPassword", "", longest=256, shortest=0)
    with services.database.read() as tx:
        user = find_user(tx, call.caller.user_id)
    if user["password"] and not people.is_password(user, old):
        raise BAD_LOGIN
    return _update(call, services, changes)


@routes("GET", "/account/prefs", scopes=ACCOUNT)
def get_prefs(call: Call, services: Services) -> dict[str, Any]:
    """One's preferences."""
    return dict(get_account(call, services)["prefs"])


@routes("PATCH", "/account/prefs", scopes=ACCOUNT)
def update_prefs(call: Call, services: Services) -> dict[str, Any]:
    """Replace one's preferences."""
    return _update(call, services, {"prefs": call.params.object("prefs")})


@routes("POST", "/account/jwts", scopes=ACCOUNT, status=201)
def create_jwt(call: Call, services: Services) -> dict[str, str]:
    """Sign a JWT that ends with its time or with the session."""
    if call.caller.by_jwt:
        raise JWT_DENIED
    seconds = call.params.number("duration", 900, low=0, high=3600)
    if seconds == 0:
        raise SERVER_ERROR  # so does the real one
    return {"jwt": user_jwt(services, call.caller.user_id, call.caller.session_id, seconds)}
