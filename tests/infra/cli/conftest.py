"""The official CLI from npm, a stand-in to push to, and a small project to push."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from infra.deploy import definitions, functions, settings
from infra.deploy.cli_config import cli_config
from infra.deploy.definitions import Schema
from infra.deploy.functions import Function
from infra.deploy.server import Server, connect
from infra.deploy.settings import Target
from infra.local.stack import ROOT
from tests.infra.appwrite.served import PROJECT, Served
from tests.infra.deploy.conftest import Project

VERSION = "12.0.1"
WAYS = ("read", "write")
#: What CLI_SETUP.md tells people to give their key.
SCOPES = [
    *(f"{kind}.{way}" for kind in ("databases", "tables", "collections", "buckets", "functions") for way in WAYS),
    "rules.read",
]
INSTALLED = ROOT / ".cache" / f"appwrite-cli-{VERSION}"


@dataclass
class Cli:
    """The installed program, run in the project's folder with a home of its own; what it said last."""

    program: Path
    project: Project
    home: Path
    said: str = field(default="", init=False)

    def run(self, *arguments: str) -> None:
        """Run one command. Its exit status says little: look at the server for what was done."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home)}
        command = [str(self.program), *arguments]
        ended = subprocess.run(
            command,
            check=False,
            cwd=self.project.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        self.said = ended.stdout

    def configure(self, target: Target, schema: Schema, functions: tuple[Function, ...]) -> None:
        """Write the file that it reads."""
        config = cli_config(target, schema, functions, int(VERSION.partition(".")[0]))
        self.project.write("appwrite.config.json", json.dumps(config))

    def push(self, kind: str) -> None:
        """Push everything of a kind without being asked anything."""
        self.run("push", kind, "--all", "--force")


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The CLI, installed once and kept until `make clean`."""
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        pytest.skip("node and npm are not installed")
    if not INSTALLED.is_dir():
        _install(npm, tmp_path_factory.mktemp("npm"))
    return INSTALLED / "node_modules" / ".bin" / "appwrite"


def _install(npm: str, folder: Path) -> None:
    options = ["--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries", "0"]
    try:
        subprocess.run(
            [npm, "install", *options, f"appwrite-cli@{VERSION}"], check=True, capture_output=True, timeout=30
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"npm can't install appwrite-cli {VERSION}: {error}")
    INSTALLED.parent.mkdir(exist_ok=True)
    shutil.move(folder, INSTALLED)


@pytest.fixture(scope="module")
def appwrite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    # The CLI looks every two seconds whether columns are there.
    served = Served(tmp_path_factory.mktemp("appwrite"), "--schema-delay", "0")
    yield served
    served.end()


@pytest.fixture
def target(appwrite: Served) -> Target:
    access = {"APPWRITE_ENDPOINT": appwrite.endpoint, "APPWRITE_PROJECT": PROJECT, "APPWRITE_API_KEY": appwrite.key}
    return settings.target({**access, "GREETING": "hello", "TOKEN": "s3cret-1"}, "this test")


@pytest.fixture
def server(target: Target) -> Iterator[Server]:
    with connect(target) as connected:
        yield connected


@pytest.fixture
def schema() -> Schema:
    """The product's own."""
    return definitions.load(ROOT / "infra" / "appwrite_collections.json")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


@pytest.fixture
def cli(program: Path, appwrite: Served, target: Target, schema: Schema, project: Project, tmp_path: Path) -> Cli:
    """The CLI in the folder of the project, whose functions stand in its file with the product's tables."""
    home = tmp_path / "home"
    home.mkdir()
    made = Cli(program, project, home)
    made.configure(target, schema, project.functions())
    key = appwrite.key_with(*SCOPES, seconds=600)
    made.run("client", "--endpoint", target.endpoint, "--project-id", target.project, "--key", key)
    return made


@pytest.fixture
def product() -> tuple[Function, ...]:
    """The product's own functions."""
    return functions.load(ROOT / "infra" / "appwrite_functions.json")
