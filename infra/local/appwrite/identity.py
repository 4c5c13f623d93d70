"""Who sent a request: an API key, a user by JWT or session, or a guest."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import jwt

from infra.local.appwrite import scopes
from infra.local.appwrite.call import Caller
from infra.local.appwrite.collection import Collection, Document
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import NO_PROJECT, PROJECT_NOT_FOUND, UNAUTHORIZED, Fault
from infra.local.appwrite.services import Services

USERS = Collection(
    "users",
    {
        "name": "string",
        "email": "string",
        "phone": "string",
        "password": "string",
        "status": "boolean",
        "labels": "string[]",
        "prefs": "json",
        "registration": "datetime",
        "passwordUpdate": "datetime",
        "accessedAt": "datetime",
        "emailVerification": "boolean",
        "phoneVerification": "boolean",
    },
    unique=(("email",), ("phone",)),
)
SESSIONS = Collection(
    "sessions",
    {
        "userId": "string",
        "provider": "string",
        "providerUid": "string",
        "expire": "datetime",
        "ip": "string",
        "clientName": "string",
        "secretHash": "string",
    },
)
MEMBERSHIPS = Collection(
    "memberships",
    {"teamId": "string", "userId": "string", "roles": "string[]", "invited": "datetime", "joined": "datetime"},
    unique=(("teamId", "userId"),),
)

JWT_INVALID = Fault.of("user_jwt_invalid", 401, "Failed to verify JWT. {}")
BLOCKED = Fault.of("user_blocked", 403, "The current user has been blocked.")
JWT_AND_COOKIE = Fault.of(
    "user_jwt_and_cookie_set",
    403,
    "API requests authenticated with both a session cookie and a JWT are not allowed. Use only one of them.",
)


def identify(services: Services, headers: Mapping[str, str], query: Mapping[str, Any], host: str) -> Caller:
    """Tell who calls; 401, 403 or 404 for a wrong project, a wrong key, a bad JWT, a blocked user."""
    _check_project(services.settings.project, headers.get("x-appwrite-project") or query.get("project"))
    key = headers.get("x-appwrite-key", "")
    if key:
        return _by_key(services, key, host)
    token, secret = headers.get("x-appwrite-jwt", ""), _session_secret(headers, services.settings.project)
    with services.database.read() as tx:
        if token:
            if "cookie" in headers and secret:
                raise JWT_AND_COOKIE
            return _by_jwt(tx, token, services.settings.signing_secret)
        return _by_session(tx, secret) if secret else _guest()


def secret_hash(secret: str) -> str:
    """What is stored of a session's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def user_jwt(services: Services, user_id: str, session_id: str, seconds: float) -> str:
    """Sign a JWT for the user; with a session it ends when that does."""
    expires = services.clock() + timedelta(seconds=seconds)
    claims = {"userId": user_id, "sessionId": session_id, "exp": int(expires.timestamp())}
    return jwt.encode(claims, services.settings.signing_secret, algorithm="HS256")


def _check_project(known: str, given: str | None) -> None:
    if not given:
        raise NO_PROJECT
    if given != known:
        raise PROJECT_NOT_FOUND


def _by_key(services: Services, key: str, host: str) -> Caller:
    granted = services.keys.scopes_of(key)
    if granted is None:
        raise UNAUTHORIZED
    name = f"app.{services.settings.project}@service.{host.partition(':')[0]} (role: applications)"
    return Caller("key", name, granted)


def _by_jwt(tx: Transaction, token: str, secret: str) -> Caller:
    if token.count(".") < 2:
        raise JWT_INVALID("Invalid token: Incomplete segments")
    try:
        claims = jwt.decode(token, secret, algorithms=["HS256"])
    except jwt.ExpiredSignatureError:
        raise JWT_INVALID("Invalid token: Expired") from None
    except jwt.InvalidSignatureError:
        raise JWT_INVALID("Invalid token: Signature failed") from None
    except jwt.InvalidTokenError:
        raise JWT_INVALID("JSON failed: Syntax error") from None
    session_id = claims.get("sessionId", "")
    if session_id and not SESSIONS.get(tx, session_id):
        return _guest()
    return _as_user(tx, claims.get("userId", ""), session_id, by_jwt=True)


def _by_session(tx: Transaction, secret: str) -> Caller:
    sessions = SESSIONS.find(tx, {"secretHash": secret_hash(secret)})
    if not sessions or sessions[0]["expire"] < tx.now:
        return _guest()
    return _as_user(tx, sessions[0]["userId"], sessions[0]["$id"], by_jwt=False)


def _session_secret(headers: Mapping[str, str], project: str) -> str:
    name = f"a_session_{project}"
    cookies = dict(part.strip().partition("=")[::2] for part in headers.get("cookie", "").split(";"))
    found = headers.get("x-appwrite-session") or cookies.get(name) or cookies.get(f"{name}_legacy")
    return unquote(found or _fallback_cookies(headers).get(name, ""))


def _fallback_cookies(headers: Mapping[str, str]) -> dict[str, str]:
    try:
        cookies = json.loads(headers.get("x-fallback-cookies", "{}"))
    except ValueError:
        return {}
    return {name: str(value) for name, value in cookies.items()} if isinstance(cookies, dict) else {}


def _guest() -> Caller:
    return Caller("guest", "User (role: guests)", scopes.GUEST, ("any", "guests"))


def _as_user(tx: Transaction, user_id: str, session_id: str, *, by_jwt: bool) -> Caller:
    user = USERS.get(tx, user_id)
    if user is None:
        return _guest()
    if not user["status"]:
        raise BLOCKED
    name = f"{user['email'] or user['$id']} (role: users)"
    return Caller("user", name, scopes.USER, _roles(tx, user), user, session_id, by_jwt)


def _roles(tx: Transaction, user: Document) -> tuple[str, ...]:
    me = f"user:{user['$id']}"
    verified = "verified" if user["emailVerification"] or user["phoneVerification"] else "unverified"
    roles = ["any", "users", me, f"{me}/{verified}", f"users/{verified}"]
    for membership in MEMBERSHIPS.find(tx, {"userId": user["$id"]}):
        team = f"team:{membership['teamId']}"
        roles += [team, f"member:{membership['$id']}", *(f"{team}/{role}" for role in membership["roles"])]
    return (*roles, *(f"label:{label}" for label in user["labels"]))
