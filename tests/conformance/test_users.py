"""Users as keys manage them."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from appwrite.query import Query
from appwrite.services.users import Users

from tests.conformance.server import Cleanup, Server, refusal, until

NewId = Callable[[], str]
Create = Callable[..., dict[str, Any]]
EXISTS = (409, "user_already_exists", "A user with the same id, email, or phone already exists in this project.")


@pytest.fixture
def create(server: Server, cleanup: Cleanup) -> Create:
    """Makes a user, as JSON."""

    def make(user_id: str, **given: Any) -> dict[str, Any]:
        answer = server.http("POST", "/users", json={"userId": user_id, **given})
        assert answer.status_code == 201, answer.text
        cleanup(f"/users/{user_id}")
        made: dict[str, Any] = answer.json()
        return made

    return make


def test_a_new_user_is_active_and_has_nothing_unless_given(create: Create, new_id: NewId) -> None:
    name = new_id()
    made = create(name)
    shown = {key: made[key] for key in ("$id", "name", "email", "phone", "status", "labels", "prefs", "password")}
    empty = {"name": "", "email": "", "phone": "", "status": True, "labels": [], "prefs": {}, "password": None}
    assert shown == {"$id": name, **empty}
    assert (made["registration"], made["hash"]) == (made["$createdAt"], "argon2")
    create(new_id())


def test_id_email_and_phone_are_unique(create: Create, server: Server, new_id: NewId) -> None:
    one, two = new_id(), new_id()
    phone = f"+49{secrets.randbelow(10**10):010}"
    create(one, email=f"{one}@Example.org", phone=phone)
    for given in ({"userId": one}, {"email": f"{one.upper()}@example.ORG"}, {"phone": phone}):
        assert refusal(server.http("POST", "/users", json={"userId": two, **given})) == EXISTS
    create(two, email=f"{two}@example.org")
    assert refusal(server.http("PATCH", f"/users/{two}/email", json={"email": f"{one}@example.org"})) == EXISTS


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"password": "short"}, "Invalid `password` param: Password must be between 8 and 256 characters long."),
        ({"email": "me"}, "Invalid `email` param: Value must be a valid email address or null"),
        (
            {"phone": "123"},
            ("Invalid `phone` param: Phone number must start with a '+' can have a maximum of fifteen digits. or null"),
        ),
    ],
)
def test_bad_details_are_refused(server: Server, given: dict[str, str], message: str) -> None:
    answer = server.http("POST", "/users", json={"userId": "unique()", **given})
    assert refusal(answer) == (400, "general_argument_invalid", message)


def test_the_password_is_stored_as_a_hash(create: Create, new_id: NewId) -> None:
    made = create(new_id(), password="correct horse")
    assert made["password"].startswith("$argon2id$")
    assert made["passwordUpdate"] > "2026"


def test_a_missing_user_answers_404(server: Server, prefix: str) -> None:
    missing = (404, "user_not_found", "User with the requested ID could not be found.")
    assert refusal(server.http("GET", f"/users/{prefix}")) == missing
    assert refusal(server.http("PATCH", f"/users/{prefix}/name", json={"name": "x"})) == missing
    assert refusal(server.http("POST", f"/users/{prefix}/jwts", json={})) == missing


def test_users_are_listed_filtered_and_searched(create: Create, server: Server, new_id: NewId) -> None:
    one, users = new_id(), Users(server.client())
    create(one, name=f"Jane {one}", email=f"{one}@example.org")
    assert [user.id for user in users.list(search=f"jane {one}").users] == [one]
    assert [user.id for user in users.list([Query.equal("email", f"{one}@example.org")]).users] == [one]
    assert users.list([Query.equal("status", False), Query.equal("$id", one)]).total == 0
    bad = server.http("GET", "/users", params={"queries[0]": Query.equal("nope", "x")})
    message = "Invalid `queries` param: Invalid query: Attribute not found in schema: nope"
    assert refusal(bad) == (400, "general_argument_invalid", message)


def test_labels_are_replaced_and_can_be_queried(create: Create, server: Server, new_id: NewId) -> None:
    one, users = new_id(), Users(server.client())
    create(one)
    users.update_labels(one, ["first"])
    assert users.update_labels(one, ["admin", f"l{one}", "admin"]).labels == ["admin", f"l{one}"]
    assert [user.id for user in users.list([Query.contains("labels", [f"l{one}"])]).users] == [one]
    assert refusal(server.http("PUT", f"/users/{one}/labels", json={"labels": ["not ok"]}))[0] == 400


def test_details_can_be_changed(create: Create, server: Server, new_id: NewId) -> None:
    one = new_id()
    create(one)

    def change(field: str, **body: object) -> Any:
        answer = server.http("PATCH", f"/users/{one}/{field}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert change("name", name="New")["name"] == "New"
    assert change("email", email=f"{one}@Example.org")["email"] == f"{one}@example.org"
    phone = f"+49{secrets.randbelow(10**10):010}"
    assert change("phone", number=phone)["phone"] == phone
    assert change("status", status=False)["status"] is False
    assert change("verification", emailVerification=True)["emailVerification"] is True
    assert change("prefs", prefs={"a": 1, "b": {"c": True}}) == {"a": 1, "b": {"c": True}}
    assert server.http("GET", f"/users/{one}/prefs").json() == {"a": 1, "b": {"c": True}}


def test_a_key_sets_a_password_that_is_the_only_one_from_then_on(create: Create, server: Server, new_id: NewId) -> None:
    one = new_id()
    assert create(one, email=f"{one}@example.org")["passwordUpdate"] == ""
    for password in ("correct horse", "another horse"):
        changed = server.http("PATCH", f"/users/{one}/password", json={"password": password}).json()
        assert changed["passwordUpdate"] >= changed["$createdAt"]
    signing_in = {"email": f"{one}@example.org", "password": "another horse"}
    assert server.guest("POST", "/account/sessions/email", json=signing_in).status_code == 201
    old = server.guest("POST", "/account/sessions/email", json={**signing_in, "password": "correct horse"})
    assert refusal(old)[:2] == (401, "user_invalid_credentials")
    short = server.http("PATCH", f"/users/{one}/password", json={"password": "short"})
    message = "Invalid `password` param: Password must be between 8 and 256 characters long."
    assert refusal(short) == (400, "general_argument_invalid", message)


def test_a_deleted_user_is_gone_with_memberships(create: Create, server: Server, new_id: NewId, team_id: str) -> None:
    one = new_id()
    create(one)
    body = {"userId": one, "roles": []}
    server.http("POST", f"/teams/{team_id}/memberships", json=body).raise_for_status()
    assert server.http("DELETE", f"/users/{one}").status_code == 204
    assert server.http("GET", f"/users/{one}").status_code == 404
    until(lambda: server.http("GET", f"/teams/{team_id}").json()["total"] == 0)
