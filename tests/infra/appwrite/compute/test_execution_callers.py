"""Who may execute, and what the function learns of them."""

import json
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
import requests

from tests.infra.appwrite.compute.samples import ECHO, seen
from tests.infra.appwrite.compute.served import Server
from tests.infra.appwrite.served import PROJECT


class User:
    """Somebody signed up on the server."""

    def __init__(self, server: Server, user_id: str) -> None:
        self._server, self.id = server, user_id
        login = {"email": f"{user_id}@example.org", "password": "correct horse"}
        server.http("POST", "/users", json={"userId": user_id, **login})
        self.jwt = server.jwt_of(user_id)
        # Not through the server's own session, which would keep the cookie for everybody.
        headers = {"X-Appwrite-Project": PROJECT}
        answer = requests.post(f"{server.endpoint}/account/sessions/email", json=login, headers=headers, timeout=30)
        self.session = answer.cookies[f"a_session_{PROJECT}"]

    def execute(self, function_id: str, *, by: str = "session", **params: Any) -> dict[str, Any]:
        answer = self.http("POST", f"/functions/{function_id}/executions", by=by, json=params)
        found: dict[str, Any] = answer.json()
        return found

    def http(self, method: str, path: str, *, by: str = "session", **options: Any) -> requests.Response:
        headers = {"X-Appwrite-JWT": self.jwt} if by == "jwt" else {"X-Appwrite-Session": self.session}
        return self._server.guest(method, path, headers=headers, **options)


@pytest.fixture(scope="module")
def user(server: Server) -> Iterator[User]:
    yield User(server, "ann")
    server.http("DELETE", "/users/ann")


def test_guest_may_execute_what_is_open_to_any_but_sees_no_logs(echo: Server) -> None:
    answer = echo.guest("POST", "/functions/echo/executions", json={})
    assert (answer.status_code, answer.json()["logs"], answer.json()["errors"]) == (201, "", "")


@pytest.mark.parametrize("execute", [[], ["users"], ["label:admin"], ["user:somebody"]])
def test_guest_may_not_execute_what_is_not_open(server: Server, execute: list[str]) -> None:
    name = f"closed-{len(execute)}-{''.join(execute).replace(':', '-')}"
    server.deploy(name, ECHO, execute=execute)
    answer = server.guest("POST", f"/functions/{name}/executions", json={})
    assert (answer.status_code, answer.json()["type"]) == (401, "user_unauthorized")
    assert server.execute(name)["status"] == "completed", "a key passes every role"


def test_refusal_is_worded_as_the_real_servers(server: Server) -> None:
    server.deploy("closed", ECHO, execute=[])
    error = server.guest("POST", "/functions/closed/executions", json={}).json()
    assert error["message"] == "No permissions provided for action 'execute'"


def test_disabled_function_runs_for_keys_only(server: Server) -> None:
    server.deploy("disabled", ECHO, enabled=False)
    assert server.execute("disabled")["status"] == "completed"
    answer = server.guest("POST", "/functions/disabled/executions", json={})
    assert (answer.status_code, answer.json()["type"]) == (404, "function_not_found")


def test_session_gives_the_function_the_user_and_a_jwt(echo: Server, user: User) -> None:
    headers = seen(user.execute("echo"))["headers"]
    assert headers["x-appwrite-user-id"] == "ann"
    forwarded = echo.guest("GET", "/account", headers={"X-Appwrite-JWT": headers["x-appwrite-user-jwt"]})
    assert forwarded.json()["$id"] == "ann"
    claims = jwt.decode(headers["x-appwrite-user-jwt"], options={"verify_signature": False})
    assert set(claims) == {"userId", "sessionId", "exp"}


def test_jwt_gives_the_function_the_user_but_no_jwt(echo: Server, user: User) -> None:
    headers = seen(user.execute("echo", by="jwt"))["headers"]
    assert (headers["x-appwrite-user-id"], headers["x-appwrite-user-jwt"]) == ("ann", "")


def test_queued_execution_of_a_jwt_gets_a_jwt_without_a_session(server: Server, user: User) -> None:
    code = "def main(context):\n    context.log(context.req.headers)\n    return context.res.empty()"
    server.deploy("logs-headers", code)
    execution = user.execute("logs-headers", by="jwt", **{"async": True})
    headers = json.loads(server.ended("logs-headers", execution["$id"])["logs"])
    claims = jwt.decode(headers["x-appwrite-user-jwt"], options={"verify_signature": False})
    assert (claims["userId"], claims["sessionId"]) == ("ann", "")
    assert headers["x-appwrite-event"] == ""


def test_user_sees_own_executions_and_no_others(echo: Server, user: User) -> None:
    other = echo.execute("echo")["$id"]
    mine = user.execute("echo")
    assert mine["$permissions"] == ['read("user:ann")']
    listed = user.http("GET", "/functions/echo/executions").json()["executions"]
    assert mine["$id"] in [execution["$id"] for execution in listed]
    assert {tuple(execution["$permissions"]) for execution in listed} == {('read("user:ann")',)}
    assert user.http("GET", f"/functions/echo/executions/{mine['$id']}").json()["logs"] == ""
    assert user.http("GET", f"/functions/echo/executions/{other}").json()["type"] == "execution_not_found"


def test_role_of_a_user_decides(server: Server, user: User) -> None:
    server.deploy("for-ann", ECHO, execute=["user:ann"])
    server.deploy("for-admins", ECHO, execute=["label:admin"])
    assert user.execute("for-ann")["status"] == "completed"
    assert user.execute("for-admins")["type"] == "user_unauthorized"
    server.http("PUT", "/users/ann/labels", json={"labels": ["admin"]})
    assert user.execute("for-admins")["status"] == "completed"
