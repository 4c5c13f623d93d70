from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.infra.appwrite.served import Served


@pytest.fixture(scope="session")
def appwrite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all tests that don't end it."""
    served = Served(tmp_path_factory.mktemp("appwrite"))
    yield served
    served.end()


@pytest.fixture
def own_appwrite(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Starts servers for one test: `own_appwrite("--schema-delay", "0")`; all of them on the same data."""
    started: list[Served] = []

    def start(*options: str) -> Served:
        started.append(Served(tmp_path, *options))
        return started[-1]

    yield start
    for served in started:
        if served.process.poll() is None:
            served.end()
