"""What the rooms of users and of the account share: a user's details, made, checked and shown."""

import re
from datetime import datetime
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from infra.local.appwrite.collection import Document, clash
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.identity import USERS
from infra.local.appwrite.params import REQUIRED, Params
from infra.local.appwrite.values import is_email, timestamp, unique_id

NOT_FOUND = Fault.of("user_not_found", 404, "User with the requested ID could not be found.")
EXISTS = Fault.of(
    "user_already_exists", 409, "A user with the same id, email, or phone already exists in this project."
)
_PHONE = re.compile(r"\+\d{1,15}")
# Appwrite spends 64 MB and four passes; a local password protects nothing, and tests log in often.
_HASHER = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
_HASH_SHOWN = {"type": "argon2", "memory_cost": 65536, "time_cost": 4, "threads": 3}


def email(params: Params, default: Any = REQUIRED) -> str | None:
    """The address in lower case."""
    rule = "Value must be a valid email address" + ("" if default is REQUIRED else " or null")
    found = params.read("email", default, is_email, rule)
    return found and str(found).lower()


def phone(params: Params, name: str = "phone", default: Any = REQUIRED) -> str | None:
    """The number."""
    rule = "Phone number must start with a '+' can have a maximum of fifteen digits."
    rule += "" if default is REQUIRED else " or null"
    found: str | None = params.read(name, default, lambda v: isinstance(v, str) and bool(_PHONE.fullmatch(v)), rule)
    return found


def password(params: Params, now: datetime, default: Any = REQUIRED) -> dict[str, Any]:
    """The hash of the new password and when it was set."""
    rule = "Password must be between 8 and 256 characters long."
    found = params.read("password", default, lambda v: isinstance(v, str) and 8 <= len(v) <= 256, rule)
    return {"password": _HASHER.hash(found), "passwordUpdate": timestamp(now)} if found else {}


def hashed(params: Params, now: datetime) -> dict[str, Any]:
    """A hash that is taken over as it is, and when."""
    return {"password": params.text("password", longest=256, shortest=8), "passwordUpdate": timestamp(now)}


def is_password(user: Document, given: str) -> bool:
    """Whether `given` is the user's password."""
    try:
        return bool(user["password"]) and _HASHER.verify(user["password"], given)
    except VerifyMismatchError:
        return False


def details(params: Params, now: datetime, *, with_login: bool = False) -> dict[str, Any]:
    """What a new user comes with; `with_login` asks for address and password."""
    default = REQUIRED if with_login else None
    return {
        "email": email(params, default),
        "phone": phone(params, default=None),
        "name": params.text("name", "", shortest=0),
        **password(params, now, default),
    }


def create(tx: Transaction, user_id: str, given: dict[str, Any]) -> Document:
    """Store a new user; 409 if the id, email or phone is taken."""
    plain = {"labels": [], "prefs": {}, "status": True, "emailVerification": False, "phoneVerification": False}
    with clash(EXISTS()):
        return USERS.create(tx, {"$id": user_id, **plain, "registration": tx.now, **given})


def create_by_email(tx: Transaction, now: datetime, address: str, name: str) -> Document:
    """The user of that address, made if there is none."""
    found = USERS.find(tx, {"email": address})
    return found[0] if found else create(tx, unique_id(now), {"email": address, "name": name})


def update(tx: Transaction, user: Document, changes: dict[str, Any]) -> Document:
    """Change a user; 409 if the email or phone is taken."""
    with clash(EXISTS()):
        return USERS.update(tx, user, changes)


def find_user(tx: Transaction, user_id: str) -> Document:
    """The user of that id; 404."""
    user = USERS.get(tx, user_id)
    if user is None:
        raise NOT_FOUND
    return user


def account_model(user: Document) -> dict[str, Any]:
    """A user as shown to themselves."""
    texts = ("name", "passwordUpdate", "email", "phone", "accessedAt")
    same = (
        "$id",
        "$createdAt",
        "$updatedAt",
        "registration",
        "status",
        "labels",
        "prefs",
        "emailVerification",
        "phoneVerification",
    )
    return {
        **{key: user[key] for key in same},
        **{key: user[key] or "" for key in texts},
        "mfa": False,
        "targets": [],
        "impersonator": False,
        "impersonatorUserId": None,
    }


def user_model(user: Document) -> dict[str, Any]:
    """A user as shown to API keys."""
    return {**account_model(user), "password": user["password"], "hash": "argon2", "hashOptions": _HASH_SHOWN}
