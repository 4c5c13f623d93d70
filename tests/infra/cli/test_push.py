"""The official CLI against the stand-in: https://appwrite.io/docs/tooling/command-line/commands."""

import json
from typing import Any

import pytest

from infra.deploy import schema as applied
from infra.deploy.definitions import Schema
from infra.deploy.plan import plan
from infra.deploy.rollout import deploy
from infra.deploy.server import Server
from infra.deploy.settings import Target
from tests.infra.cli.conftest import Cli
from tests.infra.deploy.conftest import Project

pytestmark = pytest.mark.slow

#: A function that answers with the files it came with; those that Python and its environment add are left out.
LISTING = """
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CACHED = sys.implementation.cache_tag


async def main(context):
    files = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file() and CACHED not in path.name]
    return context.res.json([path.as_posix() for path in files if path.parts[0] != "runtime-env"])
"""


def test_tables_and_buckets_pushed_by_the_cli_leave_our_deploy_nothing_to_do(
    cli: Cli, server: Server, schema: Schema
) -> None:
    cli.push("buckets")
    cli.push("tables")
    assert applied.plan(server, schema) == [], cli.said


def test_pushing_tables_that_our_deploy_made_changes_nothing_and_keeps_their_rows(
    cli: Cli, server: Server, schema: Schema
) -> None:
    applied.apply(server, schema, lambda _: None)
    tables = f"/tablesdb/{schema.database.id}/tables"
    before = server.get(f"{tables}/certificates")
    server.post(
        f"{tables}/learners/rows", rowId="l1", data={"email": "a@b.example", "name": "A", "organization_id": "o"}
    )
    cli.push("tables")
    assert "Successfully pushed 0 tables" in cli.said
    assert server.get(f"{tables}/certificates") == before
    assert server.get(f"{tables}/learners/rows/l1")["name"] == "A"


def test_a_function_is_made_by_our_deploy_and_updated_by_the_cli(
    cli: Cli, server: Server, target: Target, project: Project
) -> None:
    functions = project.functions()
    deploy(server, target, functions, project.root, lambda _: None)
    deployed = _active(server, "one")
    project.write("functions/one/main.py", LISTING)
    cli.push("functions")
    assert "Successfully pushed 2 functions" in cli.said
    assert "Error" not in cli.said
    assert not [
        text for one in plan(server, target, functions, project.root) for text in one.texts() if "settings" in text
    ]
    assert _active(server, "one") not in {deployed, ""}
    assert "functions/one/main.py" in _answer(server, "one")


def test_a_new_function_needs_a_second_push(
    cli: Cli, server: Server, target: Target, schema: Schema, project: Project
) -> None:
    described = project.describe("new", entrypoint="functions/one/main.py")
    cli.configure(target, schema, project.functions(described))
    project.write("functions/one/main.py", LISTING)
    cli.push("functions")
    assert _active(server, "new") == ""
    assert "Session not found" in cli.said
    cli.push("functions")
    assert _active(server, "new"), cli.said


def test_the_cli_uploads_what_a_function_is_made_of_and_nothing_else(
    cli: Cli, server: Server, target: Target, schema: Schema, project: Project
) -> None:
    described = project.describe("listed", entrypoint="functions/one/main.py", exclude=["shared/fonts/*"])
    cli.configure(target, schema, project.functions(described))
    project.write("functions/one/main.py", LISTING)
    made_of = {"LICENSE", "README.md", "pyproject.toml", "functions/one/main.py", "functions/two/main.py"}
    others = {".git/config", ".venv/bin/python", ".local/api-key", "env.staging", "tests/test_one.py"}
    debris = {"functions/one/__pycache__/main.pyc", "shared/.cache/x", "shared/build/old.py", "shared/fonts/a/b.ttf"}
    for name in others | debris:
        project.write(name, "")
    cli.push("functions")
    cli.push("functions")
    assert set(_answer(server, "listed")) == made_of | {"shared/__init__.py"}


def _active(server: Server, function_id: str) -> str:
    return str(server.get(f"/functions/{function_id}")["deploymentId"])


def _answer(server: Server, function_id: str) -> Any:
    return json.loads(server.post(f"/functions/{function_id}/executions", path="/")["responseBody"])
