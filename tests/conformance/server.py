"""The server under test, whichever Appwrite it is, by the official SDK and by plain HTTP."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
from appwrite.client import Client
from appwrite.services.users import Users

Refusal = tuple[int, str, str]
Cleanup = Callable[[str], None]


@dataclass(frozen=True)
class Server:
    """An Appwrite: its address (with `/v1`), a project, and a key with all scopes."""

    endpoint: str
    project: str
    key: str
    session: requests.Session = field(default_factory=requests.Session, repr=False)

    def http(self, method: str, path: str, headers: dict[str, str] | None = None, **given: Any) -> requests.Response:
        """A plain request with the key."""
        return self.guest(method, path, {"X-Appwrite-Key": self.key, **(headers or {})}, **given)

    def guest(self, method: str, path: str, headers: dict[str, str] | None = None, **given: Any) -> requests.Response:
        """A plain request that says nothing but the project, and these headers."""
        # A session would keep the cookies of whoever signed in with it.
        self.session.cookies.clear()
        mine = {"X-Appwrite-Project": self.project, **(headers or {})}
        return self.session.request(method, self.endpoint + path, headers=mine, timeout=60, **given)

    def client(self, jwt: str | None = None) -> Client:
        """The SDK's client: with a user's JWT, else with the key."""
        client = Client().set_endpoint(self.endpoint).set_project(self.project)
        # Without it the SDK prints the server's warning about their versions at each call.
        client.add_header("X-Appwrite-Response-Format", "1.9.6")
        return client.set_jwt(jwt) if jwt else client.set_key(self.key)

    def jwt_of(self, user_id: str) -> str:
        """A JWT of the user, without a session."""
        return str(Users(self.client()).create_jwt(user_id).jwt)


@dataclass(frozen=True)
class User:
    """Somebody who calls with a JWT."""

    server: Server
    id: str
    email: str
    jwt: str

    def __call__(self, method: str, path: str, /, **body: Any) -> requests.Response:
        """A plain request as this user; keywords are its JSON."""
        return self.server.guest(method, path, {"X-Appwrite-JWT": self.jwt}, json=body or None)

    def client(self) -> Client:
        """The SDK's client as this user."""
        return self.server.client(self.jwt)


def until(holds: Callable[[], object]) -> None:
    """Wait for what a server's workers do after it has answered; 20 seconds at most."""
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def refusal(answer: requests.Response) -> Refusal:
    """Status, type and message of an error, which always comes with these four fields."""
    error = answer.json()
    assert set(error) == {"message", "code", "type", "version"}, error
    assert error["code"] == answer.status_code
    return error["code"], error["type"], error["message"]
