"""Who may execute, what the function learns of them, and what they can forge."""

import json
from collections.abc import Callable

import jwt
import pytest
import requests

from tests.conformance.functions.deployed import Function
from tests.conformance.server import User, refusal

FORBIDDEN = (401, "user_unauthorized", "No permissions provided for action 'execute'")
Users = Callable[..., User]


def execute_as(user: User, function: Function, path: str) -> requests.Response:
    headers = {"X-Appwrite-JWT": user.jwt}
    return user.server.guest("POST", f"{function.path}/executions", headers, json={"path": path})


def test_guest_may_execute_what_is_open_to_any_but_sees_no_logs(echo: Function) -> None:
    answer = echo.server.guest("POST", f"{echo.path}/executions", json={"path": "/logs"})
    assert (answer.status_code, answer.json()["logs"], answer.json()["errors"]) == (201, "", "")


@pytest.mark.parametrize("execute", [[], ["users"], ["label:admin"], ["user:somebody"]])
def test_guest_may_not_execute_what_is_not_open_but_a_key_may(shaped: Function, execute: list[str]) -> None:
    shaped.configure(execute=execute)
    answer = shaped.server.guest("POST", f"{shaped.path}/executions", json={"path": "/count"})
    assert refusal(answer)[:2] == FORBIDDEN[:2]
    assert shaped.execute("/count")["status"] == "completed"


def test_role_of_a_user_decides(shaped: Function, user: Users) -> None:
    ann, admin = user(), user("admin")
    shaped.configure(execute=[])
    assert refusal(execute_as(ann, shaped, "/count")) == FORBIDDEN
    shaped.configure(execute=["label:admin"])
    assert refusal(execute_as(ann, shaped, "/count"))[:2] == FORBIDDEN[:2]
    assert execute_as(admin, shaped, "/count").json()["status"] == "completed"
    shaped.configure(execute=[f"user:{ann.id}"])
    assert execute_as(ann, shaped, "/count").json()["status"] == "completed"


def test_disabled_function_runs_for_keys_only(shaped: Function) -> None:
    shaped.configure(enabled=False)
    assert shaped.execute("/count")["status"] == "completed"
    answer = shaped.server.guest("POST", f"{shaped.path}/executions", json={"path": "/count"})
    missing = (404, "function_not_found", "Function with the requested ID could not be found.")
    assert refusal(answer) == missing


def test_jwt_gives_the_function_the_user_but_no_jwt(echo: Function, user: Users) -> None:
    ann = user()
    made = execute_as(ann, echo, "/echo").json()
    assert f'"x-appwrite-user-id":"{ann.id}"' in made["responseBody"]
    assert '"x-appwrite-user-jwt":""' in made["responseBody"]


def test_user_sees_own_executions_and_no_others(echo: Function, user: Users) -> None:
    ann = user()
    other = echo.execute("/count")["$id"]
    mine = execute_as(ann, echo, "/logs").json()
    assert mine["$permissions"] == [f'read("user:{ann.id}")']
    listed = ann("GET", f"{echo.path}/executions").json()["executions"]
    assert [execution["$id"] for execution in listed] == [mine["$id"]]
    assert (listed[0]["logs"], listed[0]["errors"]) == ("", "")
    assert refusal(ann("GET", f"{echo.path}/executions/{other}"))[:2] == (404, "execution_not_found")


def test_function_sees_the_platforms_headers_for_a_key(echo: Function) -> None:
    headers = echo.echo(body="12345")["headers"]
    assert (headers["x-appwrite-trigger"], headers["x-appwrite-user-id"], headers["x-appwrite-user-jwt"]) == (
        "http",
        "",
        "",
    )
    assert "x-appwrite-event" not in headers
    assert headers["x-appwrite-key"].startswith("ephemeral_")
    assert headers["authorization"].startswith("Basic "), "the executor's own, which says nothing of the caller"
    assert (headers["content-length"], headers["content-type"]) == ("5", "application/octet-stream")


def test_callers_can_forge_the_platforms_headers_by_another_spelling(echo: Function) -> None:
    forged = {"X-Appwrite-User-Id": "forged", "X-Appwrite-Trigger": "event"}
    headers = echo.echo(headers=forged)["headers"]
    assert (headers["x-appwrite-user-id"], headers["x-appwrite-trigger"]) == ("forged", "event")


def test_lower_case_authorization_reaches_the_function_and_the_capital_one_does_not(echo: Function) -> None:
    assert echo.echo(headers={"authorization": "Bearer mine"})["headers"]["authorization"] == "Bearer mine"
    assert echo.echo(headers={"Authorization": "Bearer mine"})["headers"]["authorization"].startswith("Basic ")


def test_session_gives_the_function_a_jwt_of_that_session(echo: Function, user: Users) -> None:
    ann = user()
    echo.server.http("PATCH", f"/users/{ann.id}/password", json={"password": "correct horse"}).raise_for_status()
    login = {"email": ann.email, "password": "correct horse"}
    answer = echo.server.guest("POST", "/account/sessions/email", json=login)
    session = answer.cookies[f"a_session_{echo.server.project}"]
    made = echo.server.guest(
        "POST", f"{echo.path}/executions", {"X-Appwrite-Session": session}, json={"path": "/echo"}
    ).json()
    token = made["responseBody"].partition('"x-appwrite-user-jwt":"')[2].partition('"')[0]
    assert jwt.decode(token, options={"verify_signature": False})["sessionId"] == answer.json()["$id"]
    assert echo.server.guest("GET", "/account", {"X-Appwrite-JWT": token}).json()["$id"] == ann.id


def test_queued_execution_of_a_jwt_gets_a_jwt_without_a_session(echo: Function, user: Users) -> None:
    ann = user()
    body = {"path": "/log-headers", "async": True}
    queued = echo.server.guest("POST", f"{echo.path}/executions", {"X-Appwrite-JWT": ann.jwt}, json=body).json()
    headers = json.loads(echo.ended(queued["$id"])["logs"])
    claims = jwt.decode(headers["x-appwrite-user-jwt"], options={"verify_signature": False})
    assert (claims["userId"], claims["sessionId"]) == (ann.id, "")
    assert headers["x-appwrite-event"] == ""
