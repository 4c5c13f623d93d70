"""The stand-in for Appwrite with our schema, for every test that needs tables and files."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis
from xdist.scheduler import LoadScopeScheduling

from infra.deploy import definitions, schema, settings
from infra.deploy.server import Server, connect
from infra.local.stack import ROOT
from tests import stand_ins
from tests.scheduling import ByModule

# Property tests look for new cases wherever people work; what decides whether something lands gives the same each time.
# None is timed: a slow machine is no bug.
hypothesis.register_profile("anywhere", deadline=None)
hypothesis.register_profile("ci", derandomize=True, database=None, deadline=None)
hypothesis.load_profile("ci" if os.environ.get("CI") else "anywhere")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return ByModule(config, log)


@dataclass(frozen=True)
class StandIn:
    """A running stand-in, its project `p`, its key, and the deploy's way to it."""

    endpoint: str
    project: str
    key: str
    server: Server


@pytest.fixture(scope="session")
def build_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where all stand-ins of this run keep their builds, those of its other processes too: the bundle is built once."""
    base = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as environ:
        folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "builds"
        folder.mkdir(exist_ok=True)
        environ.setenv("LOCAL_BUILD_CACHE", str(folder))
        # pip reads it as `--no-compile`. What a function imports is compiled when it first does.
        environ.setenv("PIP_NO_COMPILE", "0")
        yield folder


@pytest.fixture(scope="session")
def data_with_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a stand-in that has our schema and has ended; to copy it is quicker than to apply the schema."""
    data = tmp_path_factory.mktemp("schema")
    with _running(data) as made:
        schema.apply(made.server, definitions.load(ROOT / "infra" / "appwrite_collections.json"), lambda _: None)
    return data


@pytest.fixture(scope="module")
def stand_in(data_with_schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """One for each module of tests, as a process of its own."""
    data = tmp_path_factory.mktemp("appwrite")
    shutil.copytree(data_with_schema, data, dirs_exist_ok=True)
    with _running(data) as running:
        yield running


@contextmanager
def _running(data: Path) -> Iterator[StandIn]:
    with stand_ins.running(data, ["--project", "p"]) as endpoint:
        key = (data / "api-key").read_text().strip()
        target = settings.target({"APPWRITE_ENDPOINT": endpoint, "APPWRITE_PROJECT": "p", "APPWRITE_API_KEY": key}, "")
        with connect(target) as server:
            yield StandIn(endpoint, "p", key, server)
