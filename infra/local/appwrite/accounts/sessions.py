"""Sessions: by email and password, or made by an API key."""

import base64
import json
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from starlette.responses import JSONResponse, Response

from infra.local.appwrite.accounts import people
from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Document
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.identity import BLOCKED, SESSIONS, USERS, secret_hash
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.values import timestamp, unique_id

BAD_LOGIN = Fault.of("user_invalid_credentials", 401, "Invalid credentials. Please check the email and password.")
ACTIVE = Fault.of("user_session_already_exists", 401, "Creation of a session is prohibited when a session is active.")
NOT_FOUND = Fault.of("user_session_not_found", 404, "The current user session could not be found.")
LIFE = timedelta(days=365)
ACCOUNT = ("account",)
#: What the real server reads from the client's user agent and its provider; empty here.
_BLANK = (
    "providerAccessToken",
    "providerAccessTokenExpiry",
    "providerRefreshToken",
    "osCode",
    "osName",
    "osVersion",
    "clientType",
    "clientCode",
    "clientVersion",
    "clientEngine",
    "clientEngineVersion",
    "deviceName",
    "deviceBrand",
    "deviceModel",
    "mfaUpdatedAt",
)

routes = Routes()


@routes("POST", "/account/sessions/email", scopes=("sessions.write",), status=201)
def sign_in(call: Call, services: Services) -> Response:
    """Open a session; the secret goes into cookies, or to an API key into the answer."""
    if call.caller.kind == "user":
        raise ACTIVE
    address, password = people.email(call.params), call.params.text("password", longest=256)
    with services.database.read() as tx:
        user = next(iter(USERS.find(tx, {"email": address})), None)
    if user is None or not people.is_password(user, password):
        raise BAD_LOGIN
    if not user["status"]:
        raise BLOCKED
    session, secret = _open(call, services, user, "email")
    shown = _model(session, current=True, secret=secret if call.caller.is_key else "")
    return _with_cookies(JSONResponse(shown, 201), services.settings.project, secret)


@routes("GET", "/account/sessions", scopes=ACCOUNT)
def list_own(call: Call, services: Services) -> dict[str, Any]:
    """One's sessions."""
    return _list(services, call.caller.user_id, call.caller.session_id)


@routes("GET", "/account/sessions/{sessionId}", scopes=ACCOUNT)
def get_own(call: Call, services: Services) -> dict[str, Any]:
    """One of one's sessions, `current` for this one."""
    with services.database.read() as tx:
        session = _find(tx, call.caller.user_id, _own_id(call))
    return _model(session, current=session["$id"] == call.caller.session_id)


@routes("DELETE", "/account/sessions/{sessionId}", scopes=ACCOUNT)
def delete_own(call: Call, services: Services) -> Response:
    """Sign out: the session's JWTs end with it."""
    session_id = _own_id(call)
    _delete(services, call.caller.user_id, session_id)
    return _signed_out(services.settings.project, is_current=session_id == call.caller.session_id)


@routes("DELETE", "/account/sessions", scopes=ACCOUNT)
def delete_all_own(call: Call, services: Services) -> Response:
    """Sign out everywhere."""
    with services.database.write() as tx:
        SESSIONS.delete(tx, {"userId": call.caller.user_id})
    return _signed_out(services.settings.project, is_current=True)


@routes("POST", "/users/{userId}/sessions", scopes=("users.write",), status=201)
def create_session(call: Call, services: Services) -> dict[str, Any]:
    """Open a session for a user without a password."""
    with services.database.read() as tx:
        user = people.find_user(tx, call.params["userId"])
    session, secret = _open(call, services, user, "server")
    return _model(session, current=False, secret=secret)


@routes("GET", "/users/{userId}/sessions", scopes=("users.read",))
def list_sessions(call: Call, services: Services) -> dict[str, Any]:
    """A user's sessions."""
    with services.database.read() as tx:
        user = people.find_user(tx, call.params["userId"])
    return _list(services, user["$id"], "")


@routes("DELETE", "/users/{userId}/sessions/{sessionId}", scopes=("users.write",))
def delete_session(call: Call, services: Services) -> None:
    """End one session of a user."""
    _delete(services, call.params["userId"], call.params["sessionId"])


@routes("DELETE", "/users/{userId}/sessions", scopes=("users.write",))
def delete_sessions(call: Call, services: Services) -> None:
    """End all sessions of a user."""
    with services.database.write() as tx:
        SESSIONS.delete(tx, {"userId": people.find_user(tx, call.params["userId"])["$id"]})


def _own_id(call: Call) -> str:
    session_id = str(call.params["sessionId"])
    return call.caller.session_id if session_id == "current" else session_id


def _open(call: Call, services: Services, user: Document, provider: str) -> tuple[Document, str]:
    content = {"id": user["$id"], "secret": secrets.token_hex(128)}
    secret = base64.b64encode(json.dumps(content).encode()).decode()
    now = services.clock()
    session = {
        "$id": unique_id(now),
        "userId": user["$id"],
        "provider": provider,
        "providerUid": user["email"] if provider == "email" else "",
        "expire": timestamp(now + LIFE),
        "ip": call.client_ip,
        "clientName": call.headers.get("user-agent", "").partition("/")[0],
        "secretHash": secret_hash(secret),
    }
    with services.database.write() as tx:
        return SESSIONS.create(tx, session), secret


def _find(tx: Transaction, user_id: str, session_id: str) -> Document:
    session = SESSIONS.get(tx, session_id, userId=user_id)
    if session is None:
        raise NOT_FOUND
    return session


def _delete(services: Services, user_id: str, session_id: str) -> None:
    with services.database.write() as tx:
        SESSIONS.delete(tx, {"$id": _find(tx, user_id, session_id)["$id"]})


def _list(services: Services, user_id: str, current: str) -> dict[str, Any]:
    with services.database.read() as tx:
        found = SESSIONS.find(tx, {"userId": user_id})
    return {"total": len(found), "sessions": [_model(session, current=session["$id"] == current) for session in found]}


def _with_cookies(response: Response, project: str, secret: str) -> Response:
    name = f"a_session_{project}"
    age = int(LIFE.total_seconds())
    response.set_cookie(f"{name}_legacy", quote(secret), max_age=age, httponly=True, samesite=None)
    response.set_cookie(name, quote(secret), max_age=age, httponly=True, samesite="none")
    response.headers["X-Fallback-Cookies"] = json.dumps({name: secret})
    return response


def _signed_out(project: str, *, is_current: bool) -> Response:
    """No content, and the browser is to forget what it kept."""
    response = Response(status_code=204, media_type="text/html")
    response.headers["X-Fallback-Cookies"] = "[]"
    name = f"a_session_{project}"
    if is_current:
        response.delete_cookie(f"{name}_legacy", httponly=True, samesite=None)
        response.delete_cookie(name, httponly=True, samesite="none")
    return response


def _model(session: Document, *, current: bool, secret: str = "") -> dict[str, Any]:
    shown = ("$id", "$createdAt", "$updatedAt", "userId", "expire", "provider", "providerUid", "ip", "clientName")
    return {
        **{key: session[key] for key in shown},
        **dict.fromkeys(_BLANK, ""),
        "countryCode": "--",
        "countryName": "Unknown",
        "current": current,
        "factors": ["password" if session["provider"] == "email" else session["provider"]],
        "secret": secret,
    }
