"""Functions and their variables."""

from collections.abc import Callable

import pytest
from appwrite.query import Query

from tests.conformance.functions.deployed import SIZE, Function
from tests.conformance.server import Server, refusal

Make = Callable[..., Function]
INVALID = "general_argument_invalid"


def test_sdk_creates_lists_gets_and_deletes(function: Make) -> None:
    made = function(name="By SDK", execute=["any", "label:admin"], scopes=["rows.read"])
    found = made.api.list([Query.equal("$id", made.id)]).functions
    assert [(one.id, one.name, one.execute, one.scopes) for one in found] == [
        (made.id, "By SDK", ["any", "label:admin"], ["rows.read"])
    ]
    made.api.delete(made.id)
    missing = (404, "function_not_found", "Function with the requested ID could not be found.")
    assert refusal(made.server.http("GET", made.path)) == missing


def test_same_id_twice_answers_409(function: Make) -> None:
    made = function()
    body = {"functionId": made.id, "name": "F", "runtime": "python-3.12"}
    assert refusal(made.server.http("POST", "/functions", json=body))[:2] == (409, "function_already_exists")


def test_new_function_is_enabled_logs_and_has_15_seconds(function: Make) -> None:
    shown = function().show()
    expected = {"enabled": True, "logging": True, "timeout": 15, "schedule": "", "scopes": [], "vars": [], "events": []}
    assert {key: shown[key] for key in expected} == expected
    assert (shown["deploymentId"], shown["latestDeploymentStatus"], shown["version"]) == ("", "", "v5")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"schedule": "61 * * * *"}, "Invalid `schedule` param: String must be a valid cron expression"),
        ({"timeout": 901}, "Invalid `timeout` param: Value must be a valid range between 1 and 900"),
    ],
)
def test_wrong_settings_are_refused(
    server: Server, new_id: Callable[[], str], settings: dict[str, object], message: str
) -> None:
    body = {"functionId": new_id(), "name": "F", "runtime": "python-3.12", **settings}
    assert refusal(server.http("POST", "/functions", json=body)) == (400, INVALID, message)


@pytest.mark.parametrize("settings", [{"execute": ["everybody"]}, {"scopes": ["root"]}, {"runtime": "python-4.0"}])
def test_unknown_roles_scopes_and_runtimes_are_refused(
    server: Server, new_id: Callable[[], str], settings: dict[str, object]
) -> None:
    body = {"functionId": new_id(), "name": "F", "runtime": "python-3.12", **settings}
    assert refusal(server.http("POST", "/functions", json=body))[:2] == (400, INVALID)


def test_update_resets_what_it_leaves_out_but_keeps_runtime_and_entry_point(function: Make) -> None:
    made = function(schedule="0 0 1 1 *", timeout=60, enabled=False, commands="true", scopes=["rows.read"])
    sizes = {"buildSpecification": SIZE, "runtimeSpecification": SIZE}
    updated = made.server.http("PUT", made.path, json={"name": "New", **sizes}).json()
    expected = {
        "name": "New",
        "runtime": "python-3.12",
        "entrypoint": "main.py",
        "execute": [],
        "schedule": "",
        "timeout": 15,
        "enabled": True,
        "commands": "",
        "scopes": [],
    }
    assert {key: updated[key] for key in expected} == expected


def test_variables_are_created_read_updated_and_deleted(function: Make) -> None:
    made = function()
    variable = made.api.create_variable(made.id, "v1", "NAME", "value", secret=False)
    assert (variable.id, variable.key, variable.value, variable.resourceid) == ("v1", "NAME", "value", made.id)
    assert made.show()["live"] is False, "a change needs a deployment to apply"
    made.api.update_variable(made.id, "v1", "RENAMED", "other")
    assert [(one.key, one.value) for one in made.api.list_variables(made.id).variables] == [("RENAMED", "other")]
    made.api.delete_variable(made.id, "v1")
    missing = (404, "variable_not_found", "Variable with the requested ID could not be found.")
    assert refusal(made.server.http("GET", f"{made.path}/variables/v1")) == missing


def test_variable_is_secret_unless_said_and_never_shows_its_value_again(function: Make) -> None:
    made = function()
    body = {"variableId": "v", "key": "S", "value": "s3cret"}
    shown = made.server.http("POST", f"{made.path}/variables", json=body).json()
    assert (shown["secret"], shown["value"]) == (True, "")
    assert "s3cret" not in made.server.http("GET", made.path).text
    assert "s3cret" not in made.server.http("GET", f"{made.path}/variables").text
    opened = made.server.http("PUT", f"{made.path}/variables/v", json={"key": "S", "secret": False})
    assert refusal(opened)[:2] == (400, "variable_cannot_unset_secret")


def test_variable_key_is_unique_within_its_function(function: Make) -> None:
    one, other = function(), function()
    for made in (one, other):
        body = {"variableId": "unique()", "key": "K", "value": "1"}
        assert made.server.http("POST", f"{made.path}/variables", json=body).status_code == 201
        assert refusal(made.server.http("POST", f"{made.path}/variables", json=body))[:2] == (
            409,
            "variable_already_exists",
        )


def test_guests_do_not_see_functions(server: Server) -> None:
    assert refusal(server.guest("GET", "/functions"))[:2] == (401, "general_unauthorized_scope")
