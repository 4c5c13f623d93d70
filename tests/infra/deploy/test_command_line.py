import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.appwrite.served import PROJECT, Served
from tests.infra.deploy.conftest import Project
from tests.scripts import in_process

REPOSITORY = Path(__file__).resolve().parents[3]
SCHEMA = """{"database": {"$id": "main", "name": "Main"}, "buckets": [], "tables": [
  {"$id": "t", "name": "T", "permissions": [], "rowSecurity": false, "indexes": [],
   "columns": [{"key": "n", "type": "integer", "required": true}]}]}"""


class Shell:
    """Runs the scripts in the project's folder, as their shells do in the repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, script: str, *arguments: str, typed: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        return in_process.run(script, arguments, self.folder, {"YES": "", **variables}, typed)

    def start(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """As a process of its own."""
        command = [sys.executable, "-P", "-m", f"scripts.{script}", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
        return subprocess.run(command, check=False, cwd=self.folder, env=environment, capture_output=True, text=True)


@pytest.fixture
def offline(project: Project) -> Shell:
    """Where there is no environment file yet, and no server."""
    project.functions()
    project.write("infra/appwrite_collections.json", SCHEMA)
    return Shell(project.root)


@pytest.fixture
def shell(appwrite: Served, project: Project, offline: Shell) -> Shell:
    access = f"APPWRITE_ENDPOINT={appwrite.endpoint}\nAPPWRITE_PROJECT={PROJECT}\nAPPWRITE_API_KEY={appwrite.key}\n"
    project.write("env.test", access + "GREETING=hello\nTOKEN=s3cret\n")
    return offline


def test_collections_are_set_up_and_a_second_run_says_no_changes(shell: Shell) -> None:
    first, second = shell.run("setup_collections", "test"), shell.run("setup_collections", "test")
    assert (first.returncode, first.stderr, second.returncode) == (0, "", 0)
    assert first.stdout.splitlines()[:2] == ["create database main", "create table t"]
    assert first.stdout.endswith("2 changes\n")
    assert second.stdout.endswith(": no changes\n")
    assert len(second.stdout.splitlines()) == 1


def test_a_dry_run_says_the_plan_and_deploying_carries_it_out(shell: Shell) -> None:
    dry, wet = shell.run("deploy", "test", "--dry-run"), shell.start("deploy", "test")
    assert (dry.returncode, wet.returncode, wet.stderr) == (0, 0, "")
    assert wet.stdout.startswith(dry.stdout)
    assert "one: healthy" in wet.stdout
    assert "one: http://the-one.functions.localhost:" in wet.stdout
    assert "s3cret" not in wet.stdout
    assert shell.run("deploy", "test", "--dry-run").stdout == "no changes\n"


def test_one_function_can_be_deployed_alone(shell: Shell) -> None:
    assert "one:" not in shell.run("deploy", "test", "--only", "two").stdout
    unknown = shell.run("deploy", "test", "--only", "three")
    assert (unknown.returncode, unknown.stderr) == (1, "There is no function three; known are one, two.\n")


def test_a_function_that_is_not_healthy_makes_the_exit_status_1(shell: Shell) -> None:
    (shell.folder / "functions" / "one" / "main.py").write_text("broken =")
    deployed = shell.run("deploy", "test")
    assert deployed.returncode == 1
    assert "one: NOT HEALTHY" in deployed.stdout


@pytest.mark.parametrize(
    "command",
    [
        ["deploy", "nowhere"],
        ["setup_collections", "nowhere"],
        ["list_functions", "nowhere"],
        ["migrate", "nowhere"],
        ["logs", "nowhere", "one"],
        ["update_env", "nowhere", "one"],
    ],
)
def test_an_unknown_environment_is_told_in_one_line(offline: Shell, command: list[str]) -> None:
    ended = offline.run(*command)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("There is no env.nowhere in ")
    assert ended.stderr.count("\n") == 1


def test_pruning_asks_for_the_name_and_deletes_nothing_without_it(shell: Shell) -> None:
    shell.run("setup_collections", "test")
    shell.folder.joinpath("infra/appwrite_collections.json").write_text(
        SCHEMA.replace('"n"', '"m"', 1).replace("true", "false")
    )
    refused = shell.run("setup_collections", "test", "--prune", typed="yes\n")
    assert (refused.returncode, refused.stderr) == (1, "Not confirmed: nothing has been changed.\n")
    assert "DELETE column t.n" in refused.stdout
    assert (
        shell.run("setup_collections", "test", "--prune", "--dry-run").stdout == "add column t.m\nDELETE column t.n\n"
    )
    assert shell.run("setup_collections", "test", "--prune", typed="test\n").returncode == 0
    assert "no changes" in shell.run("setup_collections", "test", "--prune").stdout


def test_a_deployment_that_asks_goes_on_with_the_name_or_yes(shell: Shell) -> None:
    refused = shell.run("deploy", "test", "--ask")
    assert (refused.returncode, refused.stderr) == (1, "Not confirmed: nothing has been changed.\n")
    assert "one: build and activate" in refused.stdout
    assert "one: create" in shell.run("deploy", "test", "--dry-run").stdout
    assert shell.run("deploy", "test", "--ask", YES="1").returncode == 0


def test_check_says_which_scopes_the_key_has_and_lacks(appwrite: Served, shell: Shell) -> None:
    whole = shell.run("deploy", "test", "--check")
    assert (whole.returncode, "MISSING" in whole.stdout) == (0, False)
    weak = appwrite.key_with("databases.read", "databases.write", "tables.read", "functions.read")
    path = shell.folder / "env.test"
    path.write_text(path.read_text().replace(appwrite.key, weak))
    lacking = shell.run("deploy", "test", "--check")
    assert lacking.returncode == 1
    lines = lacking.stdout.splitlines()
    assert {line.split()[1] for line in lines if line.startswith("MISSING")} == {
        *("tables.write", "columns.write", "indexes.write", "buckets.read", "buckets.write", "functions.write"),
        *("executions.read", "executions.write", "rows.read", "rows.write", "rules.read", "rules.write"),
        *("platforms.read", "platforms.write"),
    }
    stopped = shell.run("deploy", "test")
    assert stopped.stderr.startswith("Nothing has been changed: the key lacks the scopes tables.write, ")
    assert stopped.returncode == 1


def test_a_wrong_key_is_told_in_one_line_without_it(appwrite: Served, shell: Shell) -> None:
    path = shell.folder / "env.test"
    path.write_text(path.read_text().replace(appwrite.key, "the-wrong-key"))
    for arguments in (["--check"], []):
        ended = shell.run("deploy", "test", *arguments)
        assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
        assert "the-wrong-key" not in ended.stdout + ended.stderr


def test_functions_are_listed_and_their_executions_shown(shell: Shell) -> None:
    shell.run("deploy", "test", "--only", "one")
    heads, one = shell.run("list_functions", "test").stdout.splitlines()
    assert heads.split()[0] == "FUNCTION"
    assert one.split()[:2] == ["one", "python-3.12"]
    assert "ready" in one
    assert "http://the-one.functions.localhost:" in one
    logged = shell.run("logs", "test", "one")
    assert "  http  completed  200  " in logged.stdout
    unknown = shell.run("logs", "test", "three")
    assert (unknown.returncode, unknown.stderr.count("\n")) == (1, 1)


def test_update_env_brings_variables_alone_to_what_runs(shell: Shell) -> None:
    shell.run("deploy", "test", "--only", "one")
    assert shell.run("update_env", "test", "one").stdout == "no changes\n"
    path = shell.folder / "env.test"
    path.write_text(path.read_text().replace("s3cret", "s3cret-2"))
    updated = shell.run("update_env", "test", "one")
    assert (updated.returncode, updated.stderr) == (0, "")
    assert "built anew so that they reach it" in updated.stdout
    assert "s3cret" not in updated.stdout
    assert shell.run("deploy", "test", "--only", "one", "--dry-run").stdout == "no changes\n"


def test_update_env_ships_no_other_code(shell: Shell) -> None:
    shell.run("deploy", "test", "--only", "one")
    (shell.folder / "shared" / "new.py").write_text("")
    refused = shell.run("update_env", "test", "one")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "one runs other code" in refused.stderr
