"""Signing up, in and out, and one's own account."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import jwt
import pytest
import requests
from appwrite.client import Client
from appwrite.services.account import Account
from appwrite.services.users import Users

from tests.conformance.answers import GUEST
from tests.conformance.server import Cleanup, Server, refusal

NewId = Callable[[], str]
PASSWORD = "correct horse"
BAD_LOGIN = (401, "user_invalid_credentials", "Invalid credentials. Please check the email and password.")


@dataclass(frozen=True)
class Visitor:
    """A browser: it keeps its cookies to itself."""

    server: Server
    user_id: str
    session: requests.Session

    def __call__(
        self, method: str, path: str, headers: dict[str, str] | None = None, **body: object
    ) -> requests.Response:
        mine = {"X-Appwrite-Project": self.server.project, **(headers or {})}
        return self.session.request(method, self.server.endpoint + path, headers=mine, json=body or None)

    def sign_in(self, password: str = PASSWORD) -> requests.Response:
        return self("POST", "/account/sessions/email", email=f"{self.user_id}@example.org", password=password)


@pytest.fixture
def visitor(server: Server, new_id: NewId, cleanup: Cleanup) -> Iterator[Visitor]:
    user_id = new_id()
    with requests.Session() as session:
        one = Visitor(server, user_id, session)
        made = one("POST", "/account", userId=user_id, email=f"{user_id}@example.org", password=PASSWORD, name="A")
        assert made.status_code == 201, made.text
        cleanup(f"/users/{user_id}")
        yield one


def test_signing_up_makes_a_user_without_showing_the_password(visitor: Visitor) -> None:
    again = visitor("POST", "/account", userId="unique()", email=f"{visitor.user_id}@example.org", password=PASSWORD)
    assert refusal(again)[:2] == (409, "user_already_exists")
    assert refusal(visitor("POST", "/account", userId="unique()", email="a@b.co"))[0] == 400
    visitor.sign_in()
    assert not {"password", "hash"} & set(visitor("GET", "/account").json())


def test_signing_in_sets_cookies_that_are_the_user(visitor: Visitor) -> None:
    answer = visitor.sign_in()
    assert answer.status_code == 201
    shown = {key: answer.json()[key] for key in ("userId", "provider", "current", "factors", "secret")}
    assert shown == {
        "userId": visitor.user_id,
        "provider": "email",
        "current": True,
        "factors": ["password"],
        "secret": "",
    }
    assert set(visitor.session.cookies.keys()) == {
        f"a_session_{visitor.server.project}",
        f"a_session_{visitor.server.project}_legacy",
    }
    assert visitor("GET", "/account").json()["$id"] == visitor.user_id


@pytest.mark.parametrize("way", ["X-Fallback-Cookies", "X-Appwrite-Session"])
def test_the_fallback_header_and_the_session_header_are_the_user_as_well(visitor: Visitor, way: str) -> None:
    fallback = visitor.sign_in().headers["X-Fallback-Cookies"]
    visitor.session.cookies.clear()
    secret = fallback.partition(': "')[2].removesuffix('"}')
    value = fallback if way == "X-Fallback-Cookies" else secret
    assert visitor("GET", "/account", {way: value}).json()["$id"] == visitor.user_id


def test_a_key_gets_the_secret_in_the_answer(visitor: Visitor) -> None:
    server = visitor.server
    account = Account(server.client())
    session = account.create_email_password_session(f"{visitor.user_id}@example.org", PASSWORD)
    client = Client().set_endpoint(server.endpoint).set_project(server.project).set_session(session.secret)
    assert Account(client).get().id == visitor.user_id


def test_a_wrong_password_and_an_unknown_address_look_alike(visitor: Visitor) -> None:
    assert refusal(visitor.sign_in("wrong horse")) == BAD_LOGIN
    assert refusal(visitor("POST", "/account/sessions/email", email="no@example.org", password=PASSWORD)) == BAD_LOGIN


def test_a_blocked_user_cannot_sign_in(visitor: Visitor) -> None:
    visitor.server.http("PATCH", f"/users/{visitor.user_id}/status", json={"status": False})
    assert refusal(visitor.sign_in()) == (403, "user_blocked", "The current user has been blocked.")


def test_one_session_at_a_time_in_one_browser(visitor: Visitor) -> None:
    visitor.sign_in()
    message = "Creation of a session is prohibited when a session is active."
    assert refusal(visitor.sign_in()) == (401, "user_session_already_exists", message)


def test_a_garbage_session_is_a_guest(visitor: Visitor) -> None:
    cookie = {"Cookie": f"a_session_{visitor.server.project}=x"}
    for headers in (cookie, {"X-Fallback-Cookies": "{"}, {"X-Appwrite-Session": "x"}):
        assert refusal(visitor("GET", "/account", headers)) == GUEST


def test_signing_out_ends_the_session_and_its_jwts(visitor: Visitor) -> None:
    visitor.sign_in()
    token = visitor("POST", "/account/jwts", duration=60).json()["jwt"]
    by_jwt = {"X-Appwrite-JWT": token, "Cookie": ""}
    assert visitor("GET", "/account", by_jwt).json()["$id"] == visitor.user_id
    assert visitor("DELETE", "/account/sessions/current").status_code == 204
    assert refusal(visitor("GET", "/account")) == GUEST
    assert refusal(visitor("GET", "/account", by_jwt)) == GUEST


def test_signing_out_tells_the_browser_to_forget_the_session(visitor: Visitor) -> None:
    visitor.sign_in()
    answer = visitor("DELETE", "/account/sessions/current")
    assert (answer.status_code, answer.headers["X-Fallback-Cookies"]) == (204, "[]")
    assert visitor.session.cookies.keys() == []


def test_a_browser_without_cookies_signs_out_by_the_fallback_header(visitor: Visitor) -> None:
    kept = {"X-Fallback-Cookies": visitor.sign_in().headers["X-Fallback-Cookies"]}
    visitor.session.cookies.clear()
    assert visitor("POST", "/account/jwts", kept).status_code == 201
    assert visitor("DELETE", "/account/sessions/current", kept).status_code == 204
    assert refusal(visitor("GET", "/account", kept)) == GUEST


def test_a_jwt_names_its_session_and_makes_no_other(visitor: Visitor) -> None:
    session_id = visitor.sign_in().json()["$id"]
    token = visitor("POST", "/account/jwts").json()["jwt"]
    assert jwt.decode(token, options={"verify_signature": False})["sessionId"] == session_id
    by_jwt = {"X-Appwrite-JWT": token, "Cookie": ""}
    assert refusal(visitor("POST", "/account/jwts", by_jwt))[:2] == (403, "user_jwt_creation_denied")
    both = visitor("GET", "/account", {"X-Appwrite-JWT": token})
    assert refusal(both)[:2] == (403, "user_jwt_and_cookie_set")


def test_a_jwt_lives_up_to_an_hour_and_none_at_all_breaks_the_server(visitor: Visitor) -> None:
    visitor.sign_in()
    long = refusal(visitor("POST", "/account/jwts", duration=3601))
    assert long[2] == "Invalid `duration` param: Value must be a valid range between 0 and 3,600"
    assert refusal(visitor("POST", "/account/jwts", duration=0)) == (500, "general_unknown", "Server Error")


def test_sessions_are_listed_and_ended_one_by_one_or_all(visitor: Visitor) -> None:
    visitor.sign_in()
    other = Users(visitor.server.client()).create_session(visitor.user_id)
    listed = visitor("GET", "/account/sessions").json()
    assert [session["current"] for session in listed["sessions"]] == [True, False]
    assert visitor("GET", f"/account/sessions/{other.id}").json()["provider"] == "server"
    assert visitor("DELETE", f"/account/sessions/{other.id}").status_code == 204
    assert refusal(visitor("DELETE", f"/account/sessions/{other.id}"))[:2] == (404, "user_session_not_found")
    assert visitor("DELETE", "/account/sessions").status_code == 204
    assert refusal(visitor("GET", "/account")) == GUEST


def test_keys_end_sessions_too(visitor: Visitor) -> None:
    visitor.sign_in()
    users = Users(visitor.server.client())
    (session,) = users.list_sessions(visitor.user_id).sessions
    users.delete_session(visitor.user_id, session.id)
    assert refusal(visitor("GET", "/account")) == GUEST
    users.create_session(visitor.user_id)
    users.delete_sessions(visitor.user_id)
    assert users.list_sessions(visitor.user_id).total == 0


def test_name_preferences_and_password_are_ones_own_to_change(visitor: Visitor) -> None:
    visitor.sign_in()
    assert visitor("PATCH", "/account/name", name="B").json()["name"] == "B"
    assert visitor("PATCH", "/account/prefs", prefs={"theme": "dark"}).json()["prefs"] == {"theme": "dark"}
    assert visitor("GET", "/account/prefs").json() == {"theme": "dark"}
    wrong = visitor("PATCH", "/account/password", password="another horse", oldPassword="wrong horse")
    assert refusal(wrong) == BAD_LOGIN
    assert visitor("PATCH", "/account/password", password="another horse", oldPassword=PASSWORD).status_code == 200
    visitor("DELETE", "/account/sessions/current")
    assert visitor.sign_in("another horse").status_code == 201
