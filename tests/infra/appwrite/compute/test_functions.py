"""Functions and their variables over REST."""

from typing import Any

import pytest

from tests.infra.appwrite.compute.served import Server
from tests.infra.appwrite.served import refusal


def refused(server: Server, method: str, path: str, **body: Any) -> tuple[int, str, str]:
    """Status, type and message of an error."""
    return refusal(server.http(method, path, json=body))


def create(server: Server, function_id: str, **settings: Any) -> dict[str, Any]:
    body = {"functionId": function_id, "name": "F", "runtime": "python-3.12", **settings}
    answer = server.http("POST", "/functions", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_new_function_has_the_defaults_of_the_real_server(server: Server) -> None:
    made = create(server, "defaults")
    times = made.pop("$createdAt"), made.pop("$updatedAt")
    assert times[0] == times[1]
    assert made == {
        "$id": "defaults",
        "execute": [],
        "name": "F",
        "description": "",
        "enabled": True,
        "live": True,
        "logging": True,
        "runtime": "python-3.12",
        "deploymentRetention": 0,
        "deploymentId": "",
        "deploymentCreatedAt": "",
        "latestDeploymentId": "",
        "latestDeploymentCreatedAt": "",
        "latestDeploymentStatus": "",
        "scopes": [],
        "vars": [],
        "events": [],
        "schedule": "",
        "timeout": 15,
        "entrypoint": "",
        "commands": "",
        "version": "v5",
        "installationId": "",
        "providerRepositoryId": "",
        "providerBranch": "",
        "providerRootDirectory": "",
        "providerSilentMode": False,
        "providerBranches": [],
        "providerPaths": [],
        "buildSpecification": "s-8vcpu-8gb",
        "runtimeSpecification": "s-8vcpu-8gb",
    }


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"runtime": "ruby-3.3"}, (404, "function_runtime_unsupported", 'Runtime "ruby-3.3" is not supported')),
        (
            {"schedule": "61 * * * *"},
            (400, "general_argument_invalid", "Invalid `schedule` param: String must be a valid cron expression"),
        ),
        (
            {"schedule": "* * * * * *"},
            (400, "general_argument_invalid", "Invalid `schedule` param: String must be a valid cron expression"),
        ),
        (
            {"timeout": 901},
            (400, "general_argument_invalid", "Invalid `timeout` param: Value must be a valid range between 1 and 900"),
        ),
        (
            {"events": ["users.*.create"]},
            (501, "local_not_emulated", "The local Appwrite does not emulate functions with `events`"),
        ),
    ],
)
def test_wrong_settings_are_refused(server: Server, settings: dict[str, Any], expected: tuple[int, str, str]) -> None:
    body = {"functionId": "wrong", "name": "F", "runtime": "python-3.12", **settings}
    assert refused(server, "POST", "/functions", **body) == expected


def test_a_route_that_is_not_emulated_says_so(server: Server) -> None:
    expected = (
        501,
        "local_not_emulated",
        "The local Appwrite does not emulate GET /v1/functions/f/deployments/d/download",
    )
    assert refused(server, "GET", "/functions/f/deployments/d/download") == expected


def test_deleting_a_function_takes_everything_of_its(server: Server) -> None:
    server.deploy("gone", "def main(context):\n    return context.res.empty()")
    server.functions.create_variable("gone", "gone-v", "K", "v")
    rule = server.http(
        "POST", "/proxy/rules/function", json={"domain": "gone.functions.localhost", "functionId": "gone"}
    )
    server.functions.delete("gone")
    create(server, "gone")
    assert server.http("GET", "/functions/gone/deployments").json()["total"] == 0
    assert server.http("GET", "/functions/gone/variables").json()["total"] == 0
    assert server.http("GET", f"/proxy/rules/{rule.json()['$id']}").status_code == 404
