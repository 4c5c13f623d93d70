"""What an execution is handed: headers, environment, key."""

import json
from datetime import datetime

import jwt
import pytest

from tests.infra.appwrite.compute.samples import ECHO, seen
from tests.infra.appwrite.compute.served import Server
from tests.infra.appwrite.served import PROJECT


def test_function_sees_the_headers_of_the_real_server_in_their_order(echo: Server) -> None:
    headers = seen(echo.execute("echo", body="12345", headers={"x-mine": "v"}))["headers"]
    assert list(headers) == [
        *("host", "x-mine", "x-appwrite-execution-id", "x-appwrite-key", "x-appwrite-trigger", "x-appwrite-user-id"),
        *("x-appwrite-user-jwt", "x-appwrite-country-code", "x-appwrite-continent-code", "x-appwrite-continent-eu"),
        *("x-appwrite-client-ip", "authorization", "accept", "accept-encoding", "content-length", "content-type"),
    ]
    assert (headers["x-appwrite-trigger"], headers["x-appwrite-user-id"]) == ("http", "")
    assert (headers["content-length"], headers["content-type"]) == ("5", "application/octet-stream")
    assert headers["authorization"].startswith("Basic ")


def test_environment_is_the_functions_own_and_nothing_else(server: Server) -> None:
    server.functions.create("env", "Env", "python-ml-3.12", entrypoint="main.py", runtime_specification="s-1vcpu-1gb")
    server.functions.create_variable("env", "env-v", "MINE", "m")
    deployment = server.deploy("env", ECHO)
    environment = seen(server.execute("env"))["environment"]
    vcs = {name: environment.pop(name) for name in list(environment) if name.startswith("APPWRITE_VCS_")}
    assert len(vcs) == 12
    assert set(vcs.values()) == {""}
    assert environment.pop("PATH").split(":")[0].endswith("/function/runtime-env/bin")
    assert environment.pop("OPEN_RUNTIMES_SECRET")
    environment.pop("LC_CTYPE", None)  # the interpreter's own doing: https://peps.python.org/pep-0538/
    assert environment == {
        "MINE": "m",
        "APPWRITE_FUNCTION_API_ENDPOINT": server.endpoint,
        "APPWRITE_FUNCTION_ID": "env",
        "APPWRITE_FUNCTION_NAME": "Env",
        "APPWRITE_FUNCTION_DEPLOYMENT": deployment,
        "APPWRITE_FUNCTION_PROJECT_ID": PROJECT,
        "APPWRITE_FUNCTION_RUNTIME_NAME": "Python (ML)",
        "APPWRITE_FUNCTION_RUNTIME_VERSION": "3.12",
        "APPWRITE_FUNCTION_CPUS": "1",
        "APPWRITE_FUNCTION_MEMORY": "1024",
        "APPWRITE_VERSION": "1.9.6",
        "APPWRITE_REGION": "default",
        "APPWRITE_DEPLOYMENT_TYPE": "manual",
        "OPEN_RUNTIMES_ENTRYPOINT": "main.py",
        "OPEN_RUNTIMES_HOSTNAME": "127.0.0.1",
        "OPEN_RUNTIMES_CPUS": "1",
        "OPEN_RUNTIMES_MEMORY": "1024",
        "CI": "true",
    }


def test_warm_process_keeps_its_variables_until_the_next_deployment(server: Server) -> None:
    server.deploy("warm", ECHO)
    variable = server.functions.create_variable("warm", "warm-v", "MINE", "old")
    assert seen(server.execute("warm"))["environment"]["MINE"] == "old", "it was not running yet"
    server.functions.update_variable("warm", variable.id, "MINE", "new")
    assert seen(server.execute("warm"))["environment"]["MINE"] == "old"
    server.upload("warm", ECHO)
    assert seen(server.execute("warm"))["environment"]["MINE"] == "new"


def test_execution_key_has_the_functions_scopes_and_a_minute_more_than_its_timeout(echo: Server) -> None:
    key = seen(echo.execute("echo"))["headers"]["x-appwrite-key"]
    claims = jwt.decode(key.removeprefix("ephemeral_"), options={"verify_signature": False})
    execution = echo.http("GET", "/functions/echo/executions").json()["executions"][-1]
    started = datetime.fromisoformat(execution["$createdAt"]).timestamp()
    assert claims["scopes"] == ["functions.read"]
    assert abs(claims["exp"] - started - 80) < 10


def test_function_calls_back_with_its_own_scopes_only(ways: Server) -> None:
    assert ways.execute("ways", "/call-back?path=/functions/ways")["responseBody"] == "200"
    refused = ways.execute("ways", "/call-back?path=/users")["responseBody"]
    assert json.loads(refused) == [401, "general_unauthorized_scope"]


def test_spelling_of_a_header_decides_whether_the_platforms_value_wins(echo: Server) -> None:
    forged = {"X-Appwrite-User-Id": "forged", "X-Appwrite-Trigger": "event", "authorization": "Bearer mine"}
    headers = seen(echo.execute("echo", headers=forged))["headers"]
    assert (headers["x-appwrite-user-id"], headers["x-appwrite-trigger"]) == ("forged", "event")
    assert headers["authorization"] == "Bearer mine"
    overwritten = seen(echo.execute("echo", headers={"Authorization": "Bearer mine"}))["headers"]
    assert overwritten["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    "headers",
    [{"x-appwrite-user-id": "u"}, {"a b": "c"}, {"-a": "b"}, {f"h{n}": "" for n in range(101)}, {"a": "b" * 16384}],
)
def test_headers_that_a_client_may_not_send_are_refused(echo: Server, headers: dict[str, str]) -> None:
    error = echo.execute("echo", headers=headers)
    expected = (
        'Invalid headers: Alphanumeric characters or hyphens only, cannot start with "x-appwrite", maximum 100 keys, '
    )
    assert error["message"] == expected + "and total size 16384."
    assert error["code"] == 400
