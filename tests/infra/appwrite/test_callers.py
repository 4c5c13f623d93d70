"""Projects, keys and their scopes, JWTs: who is let in and what the others are told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from tests.infra.appwrite.served import PROJECT, Served, refusal

NewId = Callable[[], str]
WRONG_KEY = (401, "user_unauthorized", "The current user is not authorized to perform the requested action.")


def missing(who: str, scopes: str) -> tuple[int, str, str]:
    return 401, "general_unauthorized_scope", f"{who} missing scopes ({scopes})"


GUEST = missing("User (role: guests)", '["account"]')
KEY = f"app.{PROJECT}@service.127.0.0.1 (role: applications)"


@pytest.fixture
def user_id(appwrite: Served, new_id: NewId) -> str:
    made = new_id()
    appwrite.http("POST", "/users", json={"userId": made, "email": f"{made}@example.org"}).raise_for_status()
    return made


def account(served: Served, token: str, **headers: str) -> tuple[int, str, str] | str:
    """What `GET /account` says to this JWT: the user's id, or the refusal."""
    answer = served.guest("GET", "/account", {"X-Appwrite-JWT": token, **headers})
    return str(answer.json()["$id"]) if answer.ok else refusal(answer)


def test_the_project_must_be_named_and_known(appwrite: Served) -> None:
    url = appwrite.endpoint + "/account"
    message = "No Appwrite project was specified. Please specify your project ID when initializing your Appwrite SDK."
    assert refusal(appwrite.session.get(url)) == (401, "general_access_forbidden", message)
    unknown = appwrite.session.get(url, headers={"X-Appwrite-Project": "other", "X-Appwrite-Key": appwrite.key})
    assert refusal(unknown)[:2] == (404, "project_not_found")
    assert refusal(appwrite.session.get(url + f"?project={PROJECT}")) == GUEST


@pytest.mark.parametrize("key", ["x", "standard_x", "ephemeral_x", "é"])
def test_a_wrong_key_is_no_guest(appwrite: Served, key: str) -> None:
    answer = appwrite.guest("GET", "/account", {"X-Appwrite-Key": key.encode().decode("latin-1")})
    assert refusal(answer) == WRONG_KEY


def test_an_ephemeral_key_may_do_what_its_scopes_say(appwrite: Served) -> None:
    key = {"X-Appwrite-Key": appwrite.key_with("users.read")}
    assert appwrite.guest("GET", "/users", key).status_code == 200
    assert refusal(appwrite.guest("POST", "/users", key, json={})) == missing(KEY, '["users.write"]')
    rows = appwrite.guest("POST", "/tablesdb/db/tables/t/rows", key, json={})
    assert refusal(rows) == missing(KEY, '["rows.write","documents.write"]')


def test_one_of_the_accepted_scopes_is_enough(appwrite: Served) -> None:
    key = {"X-Appwrite-Key": appwrite.key_with("documents.read")}
    answer = appwrite.guest("GET", "/tablesdb/no/tables/t/rows", key)
    assert refusal(answer)[1] == "database_not_found"


def test_an_expired_key_and_one_of_another_project_are_wrong(appwrite: Served) -> None:
    foreign = appwrite.signed({"projectId": "other", "scopes": ["users.read"]})
    for key in (appwrite.key_with("users.read", seconds=-1), f"ephemeral_{foreign}"):
        assert refusal(appwrite.guest("GET", "/users", {"X-Appwrite-Key": key})) == WRONG_KEY


def test_a_key_has_no_account_even_with_a_jwt(appwrite: Served, user_id: str) -> None:
    token = appwrite.jwt_of(user_id)
    refused = missing(KEY, '["account"]')
    assert account(appwrite, token, **{"X-Appwrite-Key": appwrite.key}) == refused


def test_a_jwt_is_its_user(appwrite: Served, user_id: str) -> None:
    assert account(appwrite, appwrite.jwt_of(user_id)) == user_id
    claims = jwt.decode(appwrite.jwt_of(user_id), options={"verify_signature": False})
    assert (claims["userId"], claims["sessionId"]) == (user_id, "")
    lifetime = claims["exp"] - datetime.now(UTC).timestamp()
    assert timedelta(minutes=14).total_seconds() < lifetime <= timedelta(minutes=15).total_seconds()


def test_a_user_without_scope_is_told_by_address(appwrite: Served, user_id: str) -> None:
    answer = appwrite.guest("GET", "/users", {"X-Appwrite-JWT": appwrite.jwt_of(user_id)})
    assert refusal(answer) == missing(f"{user_id}@example.org (role: users)", '["users.read"]')


@pytest.mark.parametrize(
    ("token", "reason"),
    [("garbage", "Invalid token: Incomplete segments"), ("a.b.c", "JSON failed: Syntax error")],
)
def test_garbage_is_no_jwt_even_where_guests_may_go(appwrite: Served, token: str, reason: str) -> None:
    expected = (401, "user_jwt_invalid", f"Failed to verify JWT. {reason}")
    assert account(appwrite, token) == expected
    assert refusal(appwrite.guest("GET", "/ping", {"X-Appwrite-JWT": token})) == expected


def test_a_jwt_signed_by_another_or_expired_is_refused(appwrite: Served, user_id: str) -> None:
    forged = jwt.encode({"userId": user_id}, "x" * 64, algorithm="HS256")
    unsigned = jwt.encode({"userId": user_id}, "", algorithm="none")
    late = appwrite.signed({"userId": user_id, "sessionId": ""}, seconds=-1)
    reason = "Failed to verify JWT. Invalid token:"
    assert account(appwrite, forged) == (401, "user_jwt_invalid", f"{reason} Signature failed")
    assert account(appwrite, unsigned)[:2] == (401, "user_jwt_invalid")
    assert account(appwrite, late) == (401, "user_jwt_invalid", f"{reason} Expired")


def test_a_deleted_users_jwt_is_a_guest(appwrite: Served, user_id: str) -> None:
    token = appwrite.jwt_of(user_id)
    appwrite.http("DELETE", f"/users/{user_id}").raise_for_status()
    assert account(appwrite, token) == GUEST


def test_a_blocked_users_jwt_is_refused(appwrite: Served, user_id: str) -> None:
    token = appwrite.jwt_of(user_id)
    appwrite.http("PATCH", f"/users/{user_id}/status", json={"status": False}).raise_for_status()
    assert account(appwrite, token) == (403, "user_blocked", "The current user has been blocked.")


def test_our_other_tokens_are_no_users(appwrite: Served) -> None:
    key = appwrite.key_with("users.read").removeprefix("ephemeral_")
    assert account(appwrite, key) == GUEST
