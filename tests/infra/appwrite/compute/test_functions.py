"""Functions and their variables over REST."""

from typing import Any

import pytest
from appwrite.exception import AppwriteException
from appwrite.query import Query

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


def test_sdk_creates_lists_gets_and_deletes(server: Server) -> None:
    functions = server.functions
    made = functions.create("by-sdk", "By SDK", "python-ml-3.12", execute=["any", "label:admin"], scopes=["rows.read"])
    assert (made.id, made.execute, made.scopes) == ("by-sdk", ["any", "label:admin"], ["rows.read"])
    assert functions.get("by-sdk").name == "By SDK"
    found = functions.list([Query.equal("name", "By SDK")]).functions
    assert [function.id for function in found] == ["by-sdk"]
    functions.delete("by-sdk")
    with pytest.raises(AppwriteException) as error:
        functions.get("by-sdk")
    assert (error.value.code, error.value.type) == (404, "function_not_found")


def test_same_id_twice_answers_409(server: Server) -> None:
    create(server, "twice")
    message = (
        "Function with the requested ID already exists. Try again with a different ID or use ID.unique() to generate "
        "a unique ID."
    )
    body = {"functionId": "twice", "name": "F", "runtime": "python-3.12"}
    assert refused(server, "POST", "/functions", **body) == (409, "function_already_exists", message)


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


@pytest.mark.parametrize("settings", [{"execute": ["everybody"]}, {"scopes": ["root"]}, {"runtime": "python-4.0"}])
def test_unknown_roles_scopes_and_runtimes_are_refused(server: Server, settings: dict[str, Any]) -> None:
    body = {"functionId": "wrong", "name": "F", "runtime": "python-3.12", **settings}
    assert refused(server, "POST", "/functions", **body)[:2] == (400, "general_argument_invalid")


def test_update_resets_what_it_leaves_out_but_keeps_runtime_and_entry_point(server: Server) -> None:
    given = {
        "execute": ["any"],
        "schedule": "* * * * *",
        "timeout": 60,
        "enabled": False,
        "logging": False,
        "entrypoint": "main.py",
        "commands": "true",
        "scopes": ["rows.read"],
        "buildSpecification": "s-1vcpu-512mb",
        "runtimeSpecification": "s-1vcpu-512mb",
    }
    create(server, "reset", **given, runtime="python-3.13")
    updated = server.http("PUT", "/functions/reset", json={"name": "New"}).json()
    expected = {
        "name": "New",
        "runtime": "python-3.13",
        "entrypoint": "main.py",
        "execute": [],
        "schedule": "",
        "timeout": 15,
        "enabled": True,
        "logging": True,
        "commands": "",
        "scopes": [],
        "buildSpecification": "s-8vcpu-8gb",
        "runtimeSpecification": "s-8vcpu-8gb",
    }
    assert {key: updated[key] for key in expected} == expected


def test_a_route_that_is_not_emulated_says_so(server: Server) -> None:
    expected = (
        501,
        "local_not_emulated",
        "The local Appwrite does not emulate GET /v1/functions/f/deployments/d/download",
    )
    assert refused(server, "GET", "/functions/f/deployments/d/download") == expected


def test_variables_are_created_read_updated_and_deleted(server: Server) -> None:
    create(server, "vars")
    made = server.functions.create_variable("vars", "v1", "NAME", "value", secret=False)
    assert (made.id, made.key, made.value, made.resourceid) == ("v1", "NAME", "value", "vars")
    assert server.functions.get("vars").live is False, "a change needs a deployment to apply"
    server.functions.update_variable("vars", "v1", "RENAMED", "other")
    assert [(v.key, v.value) for v in server.functions.list_variables("vars").variables] == [("RENAMED", "other")]
    assert [v.key for v in server.functions.get("vars").vars] == ["RENAMED"]
    server.functions.delete_variable("vars", "v1")
    expected = (404, "variable_not_found", "Variable with the requested ID could not be found.")
    assert refused(server, "GET", "/functions/vars/variables/v1") == expected


def test_secret_variable_never_shows_its_value_and_stays_secret(server: Server) -> None:
    create(server, "secrets")
    made = server.http("POST", "/functions/secrets/variables", json={"variableId": "v", "key": "S", "value": "s3cret"})
    assert (made.json()["secret"], made.json()["value"]) == (True, "")
    assert "s3cret" not in server.http("GET", "/functions/secrets").text
    assert "s3cret" not in server.http("GET", "/functions/secrets/variables").text
    message = (
        "Secret variables cannot be marked as non-secret. Please re-create the variable if this is your intention."
    )
    expected = (400, "variable_cannot_unset_secret", message)
    assert refused(server, "PUT", "/functions/secrets/variables/v", key="S", secret=False) == expected


def test_variable_key_is_unique_within_its_function(server: Server) -> None:
    create(server, "unique-a")
    create(server, "unique-b")
    message = "Variable with the same ID already exists in this project. Try again with a different ID."
    for function in ("unique-a", "unique-b"):
        path = f"/functions/{function}/variables"
        assert server.http("POST", path, json={"key": "K", "value": "1"}).status_code == 201
        assert refused(server, "POST", path, key="K", value="2") == (409, "variable_already_exists", message)


def test_keys_without_the_scope_are_refused(server: Server) -> None:
    answer = server.guest("GET", "/functions")
    assert (answer.status_code, answer.json()["type"]) == (401, "general_unauthorized_scope")


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
