import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.appwrite.served import PROJECT, Served
from tests.infra.deploy.conftest import Project

REPOSITORY = Path(__file__).resolve().parents[3]
SCHEMA = """{"database": {"$id": "main", "name": "Main"}, "buckets": [], "tables": [
  {"$id": "t", "name": "T", "permissions": [], "rowSecurity": false, "indexes": [],
   "columns": [{"key": "n", "type": "integer", "required": true}]}]}"""


class Shell:
    """Runs the scripts in the project's folder, as their shells do in the repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
        command = [sys.executable, "-P", "-m", f"scripts.{script}", *arguments]
        return subprocess.run(command, check=False, cwd=self.folder, env=environment, capture_output=True, text=True)


@pytest.fixture
def shell(appwrite: Served, project: Project) -> Shell:
    project.functions()
    project.write("infra/appwrite_collections.json", SCHEMA)
    access = f"APPWRITE_ENDPOINT={appwrite.endpoint}\nAPPWRITE_PROJECT={PROJECT}\nAPPWRITE_API_KEY={appwrite.key}\n"
    project.write("env.test", access + "GREETING=hello\nTOKEN=s3cret\n")
    return Shell(project.root)


def test_collections_are_set_up_and_a_second_run_says_no_changes(shell: Shell) -> None:
    first, second = shell.run("setup_collections", "test"), shell.run("setup_collections", "test")
    assert (first.returncode, first.stderr, second.returncode) == (0, "", 0)
    assert first.stdout.splitlines()[:2] == ["create database main", "create table t"]
    assert first.stdout.endswith("2 changes\n")
    assert second.stdout.endswith(": no changes\n")
    assert len(second.stdout.splitlines()) == 1


def test_a_dry_run_says_the_plan_and_deploying_carries_it_out(shell: Shell) -> None:
    dry, wet = shell.run("deploy", "test", "--dry-run"), shell.run("deploy", "test")
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


@pytest.mark.parametrize("script", ["deploy", "setup_collections"])
def test_an_unknown_environment_is_told_in_one_line(shell: Shell, script: str) -> None:
    ended = shell.run(script, "nowhere")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("There is no env.nowhere in ")
    assert ended.stderr.count("\n") == 1
