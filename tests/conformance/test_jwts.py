"""JWTs of users: who they are, and what is said to those that are none."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from appwrite.services.users import Users

from tests.conformance.answers import GUEST, missing_scopes
from tests.conformance.server import Refusal, Server, User, refusal, until
from tests.conformance.table import Table

MakeUser = Callable[..., User]
FAILED = "Failed to verify JWT."


def account(server: Server, token: str) -> Refusal | str:
    """What `GET /account` says to this JWT: the user's id, or the refusal."""
    answer = server.guest("GET", "/account", {"X-Appwrite-JWT": token})
    return str(answer.json()["$id"]) if answer.ok else refusal(answer)


def test_a_jwt_is_its_user_for_15_minutes(server: Server, user: MakeUser) -> None:
    someone = user()
    assert account(server, someone.jwt) == someone.id
    claims = jwt.decode(someone.jwt, options={"verify_signature": False})
    assert (claims["userId"], claims["sessionId"]) == (someone.id, "")
    lifetime = claims["exp"] - datetime.now(UTC).timestamp()
    assert timedelta(minutes=14).total_seconds() < lifetime <= timedelta(minutes=15, seconds=5).total_seconds()


def test_a_jwt_shows_its_users_labels(user: MakeUser) -> None:
    assert user("admin", "vip")("GET", "/account").json()["labels"] == ["admin", "vip"]


def test_a_label_given_later_counts_for_a_jwt_made_before(server: Server, user: MakeUser) -> None:
    someone = user()
    Users(server.client()).update_labels(someone.id, ["admin"])
    assert someone("GET", "/account").json()["labels"] == ["admin"]


def test_a_user_without_scope_is_told_by_address(user: MakeUser) -> None:
    someone = user()
    assert refusal(someone("GET", "/users")) == missing_scopes(f"{someone.email} (role: users)", '["users.read"]')


@pytest.mark.parametrize(
    ("token", "reason"),
    [("garbage", "Invalid token: Incomplete segments"), ("a.b.c", "JSON failed: Syntax error")],
)
def test_garbage_is_no_jwt_even_where_guests_may_go(
    server: Server, table: Callable[..., Table], token: str, reason: str
) -> None:
    expected = (401, "user_jwt_invalid", f"{FAILED} {reason}")
    assert account(server, token) == expected
    public = table(permissions=['read("any")'])
    assert server.guest("GET", f"{public.path}/rows").status_code == 200
    assert refusal(server.guest("GET", f"{public.path}/rows", {"X-Appwrite-JWT": token})) == expected


def test_a_jwt_signed_by_another_is_refused(server: Server, user: MakeUser) -> None:
    someone = user()
    forged = jwt.encode({"userId": someone.id}, "x" * 64, algorithm="HS256")
    unsigned = jwt.encode({"userId": someone.id}, "", algorithm="none")
    assert account(server, forged) == (401, "user_jwt_invalid", f"{FAILED} Invalid token: Signature failed")
    assert account(server, unsigned)[:2] == (401, "user_jwt_invalid")


def test_an_expired_jwt_is_refused_even_where_guests_may_go(
    server: Server, user: MakeUser, table: Callable[..., Table]
) -> None:
    public = table(permissions=['read("any")'])
    token = str(Users(server.client()).create_jwt(user().id, duration=1).jwt)
    until(lambda: not server.guest("GET", "/account", {"X-Appwrite-JWT": token}).ok)
    expired = (401, "user_jwt_invalid", f"{FAILED} Invalid token: Expired")
    assert account(server, token) == expired
    assert refusal(server.guest("GET", f"{public.path}/rows", {"X-Appwrite-JWT": token})) == expired


def test_a_deleted_users_jwt_is_a_guest(server: Server, user: MakeUser) -> None:
    someone = user()
    Users(server.client()).delete(someone.id)
    assert account(server, someone.jwt) == GUEST


def test_a_deleted_sessions_jwt_is_a_guest(server: Server, user: MakeUser) -> None:
    someone, users = user(), Users(server.client())
    session = users.create_session(someone.id)
    token = str(users.create_jwt(someone.id, session.id).jwt)
    assert account(server, token) == someone.id
    users.delete_session(someone.id, session.id)
    assert account(server, token) == GUEST


def test_a_blocked_users_jwt_is_refused_until_the_block_ends(server: Server, user: MakeUser) -> None:
    someone, users = user(), Users(server.client())
    users.update_status(someone.id, False)
    assert account(server, someone.jwt) == (403, "user_blocked", "The current user has been blocked.")
    users.update_status(someone.id, True)
    assert account(server, someone.jwt) == someone.id
