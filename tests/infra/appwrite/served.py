"""A stand-in of one's own: a process with its data in one folder, driven by the official SDK and by plain HTTP."""

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import requests
from appwrite.client import Client
from appwrite.services.users import Users

from tests.conformance.server import Server

PROJECT = "local"


class Served:
    """A running server; the session keeps connections open."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data, self.options = data, options
        self.session = requests.Session()
        self.start()

    def start(self) -> None:
        """Start, perhaps again, on a port that the system chooses."""
        command = [sys.executable, "-m", "infra.local.appwrite", "--data", str(self.data), "--project", PROJECT]
        self.process = subprocess.Popen([*command, "--port", "0", *self.options], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.endpoint = self.process.stdout.readline().split()[1]

    @property
    def key(self) -> str:
        """The project's API key."""
        return (self.data / "api-key").read_text()

    @property
    def remote(self) -> Server:
        """It as the conformance suite sees any server, until it is started again."""
        return Server(self.endpoint, PROJECT, self.key, self.session)

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it by a signal; its exit status."""
        self.process.send_signal(number)
        assert self.process.stdout
        self.process.stdout.close()
        self.session.close()
        return self.process.wait()

    def http(self, method: str, path: str, headers: dict[str, str] | None = None, **given: Any) -> requests.Response:
        """A plain request with the project's key."""
        return self.guest(method, path, {"X-Appwrite-Key": self.key, **(headers or {})}, **given)

    def guest(self, method: str, path: str, headers: dict[str, str] | None = None, **given: Any) -> requests.Response:
        """A plain request that says nothing but the project."""
        mine = {"X-Appwrite-Project": PROJECT, **(headers or {})}
        return self.session.request(method, self.endpoint + path, headers=mine, timeout=30, **given)

    def client(self, jwt: str | None = None) -> Client:
        """The SDK's client: with a user's JWT, else with the project's key."""
        client = Client().set_endpoint(self.endpoint).set_project(PROJECT)
        return client.set_jwt(jwt) if jwt else client.set_key(self.key)

    def jwt_of(self, user_id: str) -> str:
        """A JWT of the user, without a session."""
        return str(Users(self.client()).create_jwt(user_id).jwt)

    def signed(self, claims: dict[str, Any], seconds: float = 60) -> str:
        """A JWT of any content with the server's own signature."""
        secret = (self.data / "signing-secret").read_text()
        expires = datetime.now(UTC) + timedelta(seconds=seconds)
        return jwt.encode({**claims, "exp": expires}, secret, algorithm="HS256")

    def key_with(self, *scopes: str, seconds: float = 60) -> str:
        """A key that may do only this, as each execution of a function gets one."""
        return "ephemeral_" + self.signed({"projectId": PROJECT, "scopes": scopes}, seconds)


def refusal(answer: requests.Response) -> tuple[int, str, str]:
    """Status, type and message of an error, which always comes with these four fields."""
    error = answer.json()
    assert set(error) == {"message", "code", "type", "version"}
    assert (error["code"], error["version"]) == (answer.status_code, "1.9.6")
    return error["code"], error["type"], error["message"]
