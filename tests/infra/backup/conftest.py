"""A project that is used, and empty ones to restore into."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from infra.deploy import settings
from infra.deploy.server import connect
from tests import stand_ins
from tests.conftest import StandIn
from tests.infra.backup.world import Place, fill

#: Certificates of the project that most tests use.
FEW = 30


@contextmanager
def running(data: Path) -> Iterator[Place]:
    """A stand-in on what `data` holds."""
    data.mkdir(exist_ok=True)
    with stand_ins.running(data, ["--project", "p", "--schema-delay", "0"]) as endpoint:
        key = (data / "api-key").read_text().strip()
        target = settings.target({"APPWRITE_ENDPOINT": endpoint, "APPWRITE_PROJECT": "p", "APPWRITE_API_KEY": key}, "")
        with connect(target) as server:
            yield Place(endpoint, key, server)


@pytest.fixture(scope="module")
def used(stand_in: StandIn) -> Place:
    """A project with `FEW` certificates."""
    place = Place(stand_in.endpoint, stand_in.key, stand_in.server)
    fill(place, FEW)
    return place


@pytest.fixture(scope="module")
def saved(used: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it; copy it before changing it."""
    folder = tmp_path_factory.mktemp("saved") / "backup"
    used.save(folder)
    return folder


@pytest.fixture
def copied(saved: Path, tmp_path: Path) -> Path:
    """A backup that a test may spoil."""
    return shutil.copytree(saved, tmp_path / "copied")


@pytest.fixture
def new_place(tmp_path: Path, data_with_schema: Path) -> Iterator[Callable[..., Place]]:
    """Starts stand-ins: with our schema and no rows, or, with `bare=True`, without even that."""
    with ExitStack() as stack:
        started: list[Place] = []

        def start(*, bare: bool = False) -> Place:
            data = tmp_path / f"appwrite{len(started)}"
            if not bare:
                shutil.copytree(data_with_schema, data)
            started.append(stack.enter_context(running(data)))
            return started[-1]

        yield start
