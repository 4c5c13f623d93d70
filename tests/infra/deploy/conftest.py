"""A stand-in to deploy to, and a small project to deploy."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.deploy import functions, settings
from infra.deploy.functions import Function
from infra.deploy.server import Server, connect
from infra.deploy.settings import Target
from tests.infra.appwrite.served import PROJECT, Served


@pytest.fixture
def appwrite(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path / "appwrite", "--schema-delay", "0.05")
    yield served
    served.end()


@pytest.fixture
def target(appwrite: Served) -> Target:
    return make_target(appwrite)


def make_target(appwrite: Served, **variables: str) -> Target:
    access = {"APPWRITE_ENDPOINT": appwrite.endpoint, "APPWRITE_PROJECT": PROJECT, "APPWRITE_API_KEY": appwrite.key}
    return settings.target({**access, "GREETING": "hello", "TOKEN": "s3cret-1", **variables}, "this test")


@pytest.fixture
def server(target: Target) -> Iterator[Server]:
    with connect(target) as connected:
        yield connected


MAIN = """
import os


async def main(context):
    path = context.req.path
    if path == "/":
        parts = {"database": True, "mail": os.environ.get("GREETING") != "silence"}
        return context.res.json({"ok": True, "status": 200, "data": {"healthy": all(parts.values()), "parts": parts}})
    return context.res.json({"version": VERSION, **{name: os.environ.get(name) for name in ("GREETING", "TOKEN")}})


VERSION = 1
"""


class Project:
    """A folder laid out as the repository is, with functions `one` and `two`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("one", "two"):
            self.write(f"functions/{name}/main.py", MAIN)
        for name in ("pyproject.toml", "README.md", "LICENSE", "shared/__init__.py"):
            self.write(name, "")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def describe(self, name: str, **changes: Any) -> dict[str, Any]:
        return {
            "$id": name,
            "name": f"Function {name}",
            "runtime": "python-3.12",
            "entrypoint": f"functions/{name}/main.py",
            "commands": "",
            "execute": ["any"],
            "events": [],
            "schedule": "",
            "timeout": 15,
            "enabled": True,
            "logging": True,
            "scopes": ["rows.read"],
            "buildSpecification": "s-0.5vcpu-512mb",
            "runtimeSpecification": "s-0.5vcpu-512mb",
            "variables": ["GREETING"],
            "secrets": ["TOKEN"],
            "exclude": [],
            "domain": f"the-{name}",
            **changes,
        }

    def functions(self, *described: dict[str, Any]) -> tuple[Function, ...]:
        """Both functions, or those described, by way of the file."""
        chosen = list(described) or [self.describe("one"), self.describe("two")]
        self.write("infra/appwrite_functions.json", json.dumps({"functions": chosen}))
        return functions.load(self.root / "infra" / "appwrite_functions.json")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")
