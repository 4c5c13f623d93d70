"""The file for the CLI; what newer versions take: https://github.com/appwrite/sdk-for-cli/blob/master/lib/config.ts."""

import json
import subprocess
import sys
from typing import Any

import pytest

from infra.deploy.cli_config import STRICT, cli_config
from infra.deploy.definitions import Schema
from infra.deploy.functions import Function
from infra.deploy.settings import target as make_target
from infra.local.stack import ROOT
from tests.infra.deploy.conftest import Project

ACCESS = {
    "APPWRITE_ENDPOINT": "https://appwrite.example/v1",
    "APPWRITE_PROJECT": "p1",
    "APPWRITE_API_KEY": "k3y-of-the-project",
    "TOKEN": "s3cret-1",
}
KEYS = {
    "functions": {
        *("path", "$id", "execute", "name", "enabled", "logging", "runtime", "buildSpecification"),
        *("runtimeSpecification", "scopes", "events", "schedule", "timeout", "entrypoint", "commands", "ignore"),
    },
    "tablesDB": {"$id", "name", "enabled"},
    "tables": {"$id", "$permissions", "databaseId", "name", "enabled", "rowSecurity", "columns", "indexes"},
    "buckets": {
        *("$id", "$permissions", "fileSecurity", "name", "enabled", "maximumFileSize"),
        *("allowedFileExtensions", "compression", "encryption", "antivirus"),
    },
}
COLUMN_KEYS = {
    "string": {"key", "type", "required", "array", "default", "size", "format", "encrypt"},
    "enum": {"key", "type", "required", "array", "default", "size", "format", "encrypt", "elements"},
    "integer": {"key", "type", "required", "array", "default", "min", "max"},
    "double": {"key", "type", "required", "array", "default", "min", "max"},
    "datetime": {"key", "type", "required", "array", "default"},
    "boolean": {"key", "type", "required", "array", "default"},
}


@pytest.fixture
def written(schema: Schema, product: tuple[Function, ...]) -> dict[str, Any]:
    """The product's own file for newer versions, as it is read."""
    read: dict[str, Any] = json.loads(json.dumps(cli_config(make_target(ACCESS, ""), schema, product, STRICT)))
    return read


def test_every_key_that_the_cli_knows_is_spelled_out_and_no_other(written: dict[str, Any]) -> None:
    assert set(written) == {"projectId", "endpoint", *KEYS}
    for kind, keys in KEYS.items():
        assert [set(item) for item in written[kind]] == [keys] * len(written[kind])


def test_every_column_spells_out_what_its_type_has(written: dict[str, Any]) -> None:
    columns = [column for table in written["tables"] for column in table["columns"]]
    assert columns
    for column in columns:
        assert set(column) == COLUMN_KEYS[column.get("format") or column["type"]]
    assert [column["default"] for column in columns if column["required"] and column["default"] is not None] == []


def test_everything_in_both_files_is_written(
    written: dict[str, Any], schema: Schema, product: tuple[Function, ...]
) -> None:
    assert [table["$id"] for table in written["tables"]] == [table.id for table in schema.tables]
    assert [len(table["columns"]) for table in written["tables"]] == [len(table.columns) for table in schema.tables]
    assert [len(table["indexes"]) for table in written["tables"]] == [len(table.indexes) for table in schema.tables]
    assert [function["$id"] for function in written["functions"]] == [function.id for function in product]
    assert {table["databaseId"] for table in written["tables"]} == {written["tablesDB"][0]["$id"]}


def test_older_versions_get_the_one_specification_that_they_know(schema: Schema, product: tuple[Function, ...]) -> None:
    older = cli_config(make_target(ACCESS, ""), schema, product, STRICT - 1)
    assert [function["specification"] for function in older["functions"]] == [
        function.runtimeSpecification for function in product
    ]


def test_the_script_writes_the_file_for_an_environment_without_its_secrets(project: Project) -> None:
    (project.root / "infra").mkdir()
    for name in ("appwrite_collections.json", "appwrite_functions.json"):
        project.write(f"infra/{name}", (ROOT / "infra" / name).read_text())
    project.write("env.test", "".join(f"{name}={value}\n" for name, value in ACCESS.items()))
    ended = _script(project, "test", "--cli", "12")
    assert (ended.returncode, ended.stderr) == (0, "")
    text = (project.root / "appwrite.config.json").read_text()
    assert (json.loads(text)["projectId"], json.loads(text)["endpoint"]) == ("p1", ACCESS["APPWRITE_ENDPOINT"])
    assert "specification" in json.loads(text)["functions"][0]
    assert not any(secret in text for secret in ("k3y-of-the-project", "s3cret-1"))


def test_an_unknown_environment_is_told_in_one_line(project: Project) -> None:
    ended = _script(project, "nowhere")
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert ended.stderr.startswith("There is no env.nowhere in ")


def _script(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "scripts.appwrite_config", *arguments]
    environment = {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, check=False, cwd=project.root, env=environment, capture_output=True, text=True)
