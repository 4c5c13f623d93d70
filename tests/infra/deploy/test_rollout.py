import json
import os
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from infra.deploy.errors import DeployError
from infra.deploy.functions import Function
from infra.deploy.plan import plan
from infra.deploy.rollout import Report, carry_out, deploy
from infra.deploy.server import Server, connect
from infra.deploy.settings import Target
from infra.local import loopback
from tests.infra.appwrite.served import PROJECT, Served
from tests.infra.deploy.conftest import Project, make_target


class Deployer:
    """Deploys the project to the stand-in and asks the functions things."""

    def __init__(self, server: Server, target: Target, project: Project) -> None:
        self.server, self.target, self.project = server, target, project
        self.said: list[str] = []

    def deploy(self, *functions: Function, target: Target | None = None) -> Report:
        chosen = functions or self.project.functions()
        return deploy(self.server, target or self.target, chosen, self.project.root, self.said.append)

    def ask(self, name: str) -> dict[str, Any]:
        execution = self.server.post(f"/functions/{name}/executions", path="/variables", **{"async": False})
        return dict(json.loads(execution["responseBody"]))

    def deployments(self, name: str) -> int:
        return int(self.server.get(f"/functions/{name}/deployments")["total"])


@pytest.fixture
def deployer(server: Server, target: Target, project: Project) -> Deployer:
    return Deployer(server, target, project)


def test_functions_are_made_built_activated_and_healthy(deployer: Deployer) -> None:
    report = deployer.deploy()
    for name in ("one", "two"):
        expected = (
            "create",
            "set GREETING, TOKEN",
            "build and activate",
            f"add address the-{name}.functions.localhost",
        )
        assert [text for text in report.changes if text.startswith(name)] == [f"{name}: {text}" for text in expected]
        assert deployer.ask(name) == {"version": 1, "GREETING": "hello", "TOKEN": "s3cret-1"}
    assert [(health.function_id, health.ok, health.detail) for health in report.health] == [
        ("one", True, "database ok, mail ok"),
        ("two", True, "database ok, mail ok"),
    ]
    assert deployer.said[: len(report.changes)] == report.changes


def test_a_function_answers_at_its_address(deployer: Deployer) -> None:
    report = deployer.deploy()
    with loopback.session() as http:
        assert http.post(report.addresses["two"] + "variables", timeout=30).json()["GREETING"] == "hello"


def test_the_second_run_changes_nothing_and_reports_health_and_addresses(deployer: Deployer) -> None:
    first = deployer.deploy()
    second = deployer.deploy()
    assert second.changes == []
    assert (second.addresses, second.health) == (first.addresses, first.health)
    assert deployer.deployments("one") == 1


def test_only_the_function_whose_upload_changed_is_deployed(deployer: Deployer) -> None:
    one = deployer.project.describe("one", exclude=["functions/two/*"])
    two = deployer.project.describe("two", exclude=["functions/one/*"])
    functions = deployer.project.functions(one, two)
    deployer.deploy(*functions)
    main = deployer.project.root / "functions" / "two" / "main.py"
    main.write_text(main.read_text().replace("VERSION = 1", "VERSION = 2"))
    assert deployer.deploy(*functions).changes == ["two: build and activate"]
    assert (deployer.ask("one")["version"], deployer.ask("two")["version"]) == (1, 2)


@pytest.mark.parametrize("changed", ["GREETING", "TOKEN"])
def test_a_changed_variable_reaches_the_running_function(appwrite: Served, deployer: Deployer, changed: str) -> None:
    deployer.deploy()
    report = deployer.deploy(target=make_target(appwrite, **{changed: "new"}))
    assert "one: build and activate" in report.changes
    assert deployer.ask("one")[changed] == "new"
    assert deployer.deploy(target=make_target(appwrite, **{changed: "new"})).changes == []


def test_secrets_are_stored_as_secrets_and_their_values_said_nowhere(deployer: Deployer) -> None:
    report = deployer.deploy()
    variables = deployer.server.get("/functions/one/variables")["variables"]
    assert {
        variable["key"]: variable["secret"] for variable in variables if variable["key"] in {"GREETING", "TOKEN"}
    } == {
        "GREETING": False,
        "TOKEN": True,
    }
    readable = json.dumps(variables) + repr(report) + "".join(deployer.said)
    assert "s3cret-1" not in readable
    assert deployer.target.key not in readable


def test_a_changed_setting_is_updated_without_a_deployment_and_resets_no_other(deployer: Deployer) -> None:
    deployer.deploy(*deployer.project.functions(deployer.project.describe("one", schedule="0 4 * * *")))
    changed = deployer.project.describe("one", schedule="0 4 * * *", timeout=20)
    assert deployer.deploy(*deployer.project.functions(changed)).changes == ["one: update settings"]
    function = deployer.server.get("/functions/one")
    sent = ("timeout", "schedule", "execute", "scopes", "runtimeSpecification", "buildSpecification")
    assert {name: function[name] for name in sent} == {name: changed[name] for name in sent}
    assert deployer.deployments("one") == 1


def test_a_changed_build_command_builds_anew(deployer: Deployer) -> None:
    deployer.deploy(*deployer.project.functions(deployer.project.describe("one")))
    changed = deployer.project.functions(deployer.project.describe("one", commands="true"))
    assert deployer.deploy(*changed).changes == ["one: update settings", "one: build and activate"]


def test_a_deployment_that_someone_else_activated_is_replaced(deployer: Deployer) -> None:
    deployer.deploy()
    first = deployer.server.get("/functions/one")["deploymentId"]
    deployer.project.write("shared/new.py", "")
    deployer.deploy()
    deployer.server.patch("/functions/one/deployment", deploymentId=first)
    assert deployer.deploy().changes == ["one: build and activate"]
    assert deployer.server.get("/functions/one")["deploymentId"] != first


def test_a_failing_build_shows_its_log_and_leaves_every_function_as_it_ran(deployer: Deployer) -> None:
    deployer.deploy()
    main = deployer.project.root / "functions" / "one" / "main.py"
    main.write_text(main.read_text().replace("VERSION = 1", "VERSION = 2"))
    failing = deployer.project.describe("two", commands="echo the reason; exit 3")
    functions = deployer.project.functions(deployer.project.describe("one"), failing)
    with pytest.raises(DeployError, match=r"(?s)two: the build failed\. Its log ends:.*the reason"):
        deployer.deploy(*functions)
    assert (deployer.ask("one")["version"], deployer.ask("two")["version"]) == (1, 1)
    deployer.deploy()
    assert deployer.ask("one")["version"] == 2


def test_a_function_that_is_not_well_is_reported(deployer: Deployer) -> None:
    deployer.project.write("functions/one/main.py", "import nothing_of_this_name")
    broken, well = deployer.deploy().health
    assert (broken.function_id, broken.ok, well.ok) == ("one", False, True)
    assert "nothing_of_this_name" in broken.detail


def test_a_part_that_a_function_cannot_reach_is_named(appwrite: Served, deployer: Deployer) -> None:
    report = deployer.deploy(target=make_target(appwrite, GREETING="silence"))
    assert [(health.ok, health.detail) for health in report.health] == [(False, "database ok, mail NOT REACHED")] * 2


@pytest.mark.parametrize("answer", ["", "[]", "{}", '{"data": null}', '{"data": {"healthy": true}}'])
def test_an_answer_that_is_no_health_answer_is_not_healthy(deployer: Deployer, answer: str) -> None:
    deployer.project.write("functions/one/main.py", f"async def main(context): return context.res.text({answer!r})")
    (health,) = deployer.deploy(*deployer.project.functions()[:1]).health
    assert (health.ok, health.detail) == (False, f"status 200: {answer}")


def test_an_upload_of_several_parts_arrives_whole(deployer: Deployer) -> None:
    (deployer.project.root / "shared" / "large.bin").write_bytes(os.urandom(11_000_000))
    assert [health.ok for health in deployer.deploy(*deployer.project.functions()[:1]).health] == [True]


def test_a_missing_variable_is_named_before_anything_is_changed(deployer: Deployer) -> None:
    functions = deployer.project.functions(deployer.project.describe("one", secrets=["NOWHERE", "TOKEN"]))
    with pytest.raises(DeployError, match="Missing variables: NOWHERE"):
        deployer.deploy(*functions)
    assert deployer.server.find("/functions/one") is None


def test_a_secret_that_should_be_plain_is_refused(deployer: Deployer) -> None:
    deployer.deploy(*deployer.project.functions(deployer.project.describe("one")))
    plain = deployer.project.describe("one", variables=["GREETING", "TOKEN"], secrets=[])
    with pytest.raises(DeployError, match=r"TOKEN is secret on the server\. Delete it in the Console"):
        deployer.deploy(*deployer.project.functions(plain))


def test_a_plan_changes_nothing(deployer: Deployer) -> None:
    (one,) = plan(deployer.server, deployer.target, deployer.project.functions()[:1], deployer.project.root)
    assert one.texts()[0] == "one: create"
    assert deployer.server.find("/functions/one") is None


def test_a_key_that_may_not_give_addresses_deploys_and_says_what_to_do(appwrite: Served, deployer: Deployer) -> None:
    key = appwrite.key_with("functions.read", "functions.write", "executions.write")
    target = Target(deployer.target.endpoint, PROJECT, key, deployer.target.variables)
    with connect(target) as weak:
        report = deploy(weak, target, deployer.project.functions(), deployer.project.root, deployer.said.append)
    assert report.addresses == {}
    assert [health.ok for health in report.health] == [True, True]
    assert any("rules.write" in text and "Console" in text for text in deployer.said)


def test_an_address_that_is_taken_is_said_and_the_rest_goes_on(deployer: Deployer) -> None:
    one, two = deployer.project.describe("one"), deployer.project.describe("two", domain="the-one")
    report = deployer.deploy(*deployer.project.functions(one, two))
    assert list(report.addresses) == ["one"]
    assert [health.ok for health in report.health] == [True, True]
    assert any("Domain is already used" in text for text in deployer.said)


def test_a_function_without_a_domain_gets_no_address(deployer: Deployer) -> None:
    report = deployer.deploy(*deployer.project.functions(deployer.project.describe("one", domain="")))
    assert report.addresses == {}


def test_variables_that_nobody_named_stay_until_they_are_pruned(deployer: Deployer) -> None:
    one = deployer.project.functions(deployer.project.describe("one"))
    deployer.deploy(*one)
    deployer.server.post("/functions/one/variables", variableId="unique()", key="OLD", value="x", secret=False)
    assert deployer.deploy(*one).changes == []
    plans = plan(deployer.server, deployer.target, one, deployer.project.root, prune=True)
    report = carry_out(deployer.server, deployer.target, plans, deployer.said.append)
    assert report.changes == ["one: DELETE variables OLD", "one: build and activate"]
    left = deployer.server.get("/functions/one/variables")["variables"]
    assert {variable["key"] for variable in left} == {"DEPLOYED_FINGERPRINT", "GREETING", "TOKEN"}
    assert deployer.deploy(*one).changes == []


def test_a_variable_that_nobody_set_holds_the_address_of_the_function_it_names(deployer: Deployer) -> None:
    link = {"GREETING": {"function": "one", "domain": "the-one", "path": "verify"}}
    two = deployer.project.describe("two", links=link)
    unset = replace(deployer.target, variables={**deployer.target.variables, "GREETING": ""})
    # Before `one` is there, and then from what is deployed, when only `two` is looked at.
    for described in ([deployer.project.describe("one"), two], [two]):
        (*_, planned) = plan(deployer.server, unset, deployer.project.functions(*described), deployer.project.root)
        port = urlsplit(unset.endpoint).port
        assert planned.plain["GREETING"] == f"http://the-one.functions.localhost:{port}/verify"
    (planned,) = plan(deployer.server, deployer.target, deployer.project.functions(two), deployer.project.root)
    assert planned.plain["GREETING"] == "hello"
