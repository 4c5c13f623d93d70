from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.infra.appwrite.served import Served
from tests.infra.appwrite.tabled import Tabled


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


_numbers = count(1)


@pytest.fixture
def new_id() -> Callable[[], str]:
    """Ids that no other test has."""
    return lambda: f"id{next(_numbers)}"


@pytest.fixture(scope="session")
def database_id(appwrite: Served) -> str:
    appwrite.http("POST", "/tablesdb", json={"databaseId": "db", "name": "DB"}).raise_for_status()
    return "db"


@pytest.fixture
def table(appwrite: Served, database_id: str, new_id: Callable[[], str]) -> Callable[..., Tabled]:
    """Makes a table per call: `table(columns=[…], indexes=[…], permissions=[…], rowSecurity=True)`."""

    def make(**settings: Any) -> Tabled:
        return Tabled(appwrite, database_id, new_id(), **settings)

    return make
