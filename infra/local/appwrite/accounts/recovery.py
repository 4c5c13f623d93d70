"""A forgotten password: a mail with a link, and the new password for the secret in it.

https://appwrite.io/docs/products/auth/email-password#password-recovery
"""

import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from infra.local.appwrite import origins
from infra.local.appwrite.accounts import people
from infra.local.appwrite.accounts.mails import SMTP_DISABLED, send_recovery
from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Collection, Document
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.identity import BLOCKED, USERS, secret_hash
from infra.local.appwrite.params import REQUIRED
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.values import timestamp, unique_id

TOKENS = Collection("recovery_tokens", {"userId": "string", "secretHash": "string", "expire": "datetime"})
INVALID_TOKEN = Fault.of("user_invalid_token", 401, "Invalid token passed in the request.")
LIFE = timedelta(hours=1)
RECOVERY = "/account/recovery"
#: Whoever may open a session may ask for one, guests too.
SCOPES = ("sessions.write",)

routes = Routes()


@routes("POST", RECOVERY, scopes=SCOPES, status=201)
def create_recovery(call: Call, services: Services) -> dict[str, Any]:
    """Mail a link to `url` with `userId`, `secret` and `expire` in its query; only a key is shown the secret."""
    address, url = people.email(call.params), _url(call, services)
    if not services.settings.smtp:
        raise SMTP_DISABLED
    secret, now = secrets.token_hex(128), services.clock()
    token = {"$id": unique_id(now), "secretHash": secret_hash(secret), "expire": timestamp(now + LIFE)}
    with services.database.write() as tx:
        user = _user(tx, address)
        made = TOKENS.create(tx, {**token, "userId": user["$id"]})
    link = _with_query(url, userId=user["$id"], secret=secret, expire=made["expire"])
    send_recovery(services.settings, user, link)
    return _model(made, secret if call.caller.is_key else "")


@routes("PUT", RECOVERY, scopes=SCOPES)
def update_recovery(call: Call, services: Services) -> dict[str, Any]:
    """Set the password for the secret of a mail, which is good for an hour and for once."""
    user_id, secret = call.params.text("userId", longest=36), call.params.text("secret", longest=256)
    changes = {**people.password(call.params, services.clock()), "emailVerification": True}
    with services.database.write() as tx:
        user = people.find_user(tx, user_id)
        found = TOKENS.find(tx, {"userId": user["$id"], "secretHash": secret_hash(secret)})
        if not found or found[0]["expire"] < tx.now:
            raise INVALID_TOKEN
        people.update(tx, user, changes)
        TOKENS.delete(tx, {"$id": found[0]["$id"]})
    return _model(found[0], "")


def _url(call: Call, services: Services) -> str:
    """Where the mail is to lead: a page of a known host, so that nobody makes Appwrite's mails lead to theirs."""
    known = origins.hosts(services, call.headers.get("origin", ""), services.settings.project)
    rule = origins.redirect_rule(call.params.value("url"))
    return str(call.params.read("url", REQUIRED, lambda url: origins.is_redirect(url, known), rule))


def _user(tx: Transaction, address: str | None) -> Document:
    found = USERS.find(tx, {"email": address})
    if not found:
        raise people.NOT_FOUND
    if not found[0]["status"]:
        raise BLOCKED
    return found[0]


def _with_query(url: str, **values: str) -> str:
    parts = urlsplit(url)
    return parts._replace(query=urlencode({**dict(parse_qsl(parts.query)), **values})).geturl()


def _model(token: Document, secret: str) -> dict[str, Any]:
    shown = {key: token[key] for key in ("$id", "$createdAt", "userId", "expire")}
    return {**shown, "secret": secret, "phrase": ""}
