"""Uploads, builds and activation."""

from collections.abc import Callable

from tests.conformance.functions.deployed import Function, archive
from tests.conformance.functions.samples import saying
from tests.conformance.server import refusal

Make = Callable[..., Function]
NOTHING_DEPLOYED = "Deployment not found. Create a deployment before trying to execute a function"


def test_upload_is_built_and_becomes_active(function: Make) -> None:
    made = function()
    deployment = made.deploy(saying("hello"), commands="echo built it")
    assert deployment["status"] == "ready"
    assert "built it" in deployment["buildLogs"]
    assert (deployment["type"], deployment["resourceId"], deployment["activate"]) == ("manual", made.id, True)
    assert deployment["totalSize"] == deployment["sourceSize"] + deployment["buildSize"]
    shown = made.show()
    assert (shown["deploymentId"], shown["live"]) == (deployment["$id"], True)
    assert (shown["latestDeploymentId"], shown["latestDeploymentStatus"]) == (deployment["$id"], "ready")
    assert made.execute()["responseBody"] == "hello"


def test_failing_build_keeps_its_log_and_the_active_deployment(function: Make) -> None:
    made = function()
    first = made.deploy(saying("first"))["$id"]
    second = made.deploy(saying("second"), commands="echo some output; exit 3")
    assert second["status"] == "failed"
    assert "some output" in second["buildLogs"]
    assert (made.show()["deploymentId"], made.show()["latestDeploymentStatus"]) == (first, "failed")
    assert made.execute()["responseBody"] == "first"
    answer = made.server.http("PATCH", f"{made.path}/deployment", json={"deploymentId": second["$id"]})
    assert refusal(answer)[:2] == (400, "build_not_ready")


def test_deployment_can_be_activated_later(function: Make) -> None:
    made = function()
    made.deploy(saying("first"))
    second = made.deploy(saying("second"), activate=False)["$id"]
    assert made.execute()["responseBody"] == "first"
    assert made.api.update_function_deployment(made.id, second).deploymentid == second
    assert made.execute()["responseBody"] == "second"


def test_without_a_deployment_nothing_can_be_executed(function: Make) -> None:
    assert refusal(function().create()) == (404, "deployment_not_found", NOTHING_DEPLOYED)


def test_deleting_the_active_deployment_leaves_nothing_to_execute(function: Make) -> None:
    made = function()
    made.api.delete_deployment(made.id, made.deploy(saying("gone"))["$id"])
    assert refusal(made.create()) == (404, "deployment_not_found", NOTHING_DEPLOYED)


def test_deployment_without_an_entry_point_is_refused(function: Make) -> None:
    made = function(entrypoint="")
    files = {"code": ("code.tar.gz", archive({}))}
    answer = made.server.http("POST", f"{made.path}/deployments", data={"activate": "true"}, files=files)
    assert refusal(answer)[:2] == (404, "function_entrypoint_missing")


def test_warm_process_keeps_its_variables_until_the_next_deployment(function: Make) -> None:
    made = function()
    made.server.http("POST", f"{made.path}/variables", json={"variableId": "v", "key": "MINE", "value": "old"})
    made.deploy(saying(""))
    assert made.execute()["responseBody"] == "old"
    made.server.http("PUT", f"{made.path}/variables/v", json={"key": "MINE", "value": "new"}).raise_for_status()
    assert made.show()["live"] is False
    assert made.execute()["responseBody"] == "old"
    made.deploy(saying("again "))
    assert made.execute()["responseBody"] == "again new"


def test_build_sees_the_variables_and_a_key_that_executions_do_not_get(function: Make) -> None:
    made = function(scopes=["functions.read"])
    body = {"variableId": "unique()", "key": "MINE", "value": "my-value"}
    made.server.http("POST", f"{made.path}/variables", json=body).raise_for_status()
    log = made.deploy(saying(""), commands='echo "$MINE $APPWRITE_FUNCTION_ID ${APPWRITE_FUNCTION_API_KEY:+a-key}"')
    assert f"my-value {made.id} a-key" in log["buildLogs"]
