"""The server that the suite judges: the stand-in, or any Appwrite that the environment names.

`CONFORMANCE_ENDPOINT` (with `/v1`), `CONFORMANCE_PROJECT` and `CONFORMANCE_KEY` (with all scopes) name a server; the
suite makes what it needs there under a random prefix and removes it again.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from typing import Any

import pytest
import requests
from appwrite.client import Client
from appwrite.query import Query

from infra.local.services import service
from tests.conformance.server import Cleanup, Server, User
from tests.conformance.table import Table

_LISTS = {
    "/tablesdb": "databases",
    "/users": "users",
    "/teams": "teams",
    "/storage/buckets": "buckets",
    "/functions": "functions",
}
_NAMES = ("CONFORMANCE_ENDPOINT", "CONFORMANCE_PROJECT", "CONFORMANCE_KEY")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "stand_in_only(reason): where the stand-in differs on purpose, or is alone")


def pytest_runtest_setup(item: pytest.Item) -> None:
    marker = item.get_closest_marker("stand_in_only")
    if marker and _named():
        pytest.skip(f"for the stand-in only: {marker.args[0]}")


def _named() -> list[str]:
    """The three values of the environment, or none of them."""
    given = [os.environ[name] for name in _NAMES if os.environ.get(name)]
    if given and len(given) < len(_NAMES):
        raise pytest.UsageError(f"{', '.join(_NAMES)}: set all three, or none for the stand-in")
    return given


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, build_cache: object) -> Iterator[Server]:
    """The server under test; nobody may assume that it is empty."""
    with ExitStack() as stack, requests.Session() as session:
        named = _named()
        if named:
            yield Server(named[0].rstrip("/"), named[1], named[2], session)
            return
        data = tmp_path_factory.mktemp("conformance")
        options = ["--data", str(data), "--port", "0", "--project", "conformance"]
        endpoint = stack.enter_context(service("appwrite", options, {}, data / "log"))
        yield Server(endpoint, "conformance", (data / "api-key").read_text().strip(), session)


@pytest.fixture(scope="session")
def client(server: Server) -> Client:
    """The SDK's client with the key."""
    return server.client()


@pytest.fixture(scope="session")
def prefix() -> str:
    """What every id of this run begins with: letters and digits, so that it may be a label."""
    return f"cf{secrets.token_hex(4)}"


@pytest.fixture(scope="session")
def new_id(prefix: str) -> Callable[[], str]:
    """Ids that no other test has, of at most 16 characters."""
    numbers = count(1)
    return lambda: f"{prefix}x{next(numbers)}"


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left(server: Server, prefix: str) -> Iterator[None]:
    """Fails the run if anything of ours is still there at its end."""
    yield
    everything = {"queries[0]": Query.limit(5000)}
    answers = {path: server.http("GET", path, params=everything).json() for path in _LISTS}
    documents = [document for path, key in _LISTS.items() for document in answers[path][key]]
    assert [document["$id"] for document in documents if document["$id"].startswith(prefix)] == []


@pytest.fixture(scope="session")
def session_cleanup(server: Server) -> Iterator[Cleanup]:
    """`session_cleanup("/tablesdb/x")` deletes that at the end of the run, the last made first."""
    yield from _cleanup(server)


@pytest.fixture
def cleanup(server: Server) -> Iterator[Cleanup]:
    """The same at the end of the test."""
    yield from _cleanup(server)


def _cleanup(server: Server) -> Iterator[Cleanup]:
    paths: list[str] = []
    yield paths.append
    left = [path for path in reversed(paths) if server.http("DELETE", path).status_code not in (204, 404)]
    assert left == []


@pytest.fixture
def user(server: Server, new_id: Callable[[], str], cleanup: Cleanup) -> Callable[..., User]:
    """Makes a user with a JWT per call: `user("admin")` has that label."""

    def make(*labels: str) -> User:
        user_id = new_id()
        email = f"{user_id}@example.org"
        server.http("POST", "/users", json={"userId": user_id, "email": email}).raise_for_status()
        cleanup(f"/users/{user_id}")
        if labels:
            server.http("PUT", f"/users/{user_id}/labels", json={"labels": labels}).raise_for_status()
        return User(server, user_id, email, server.jwt_of(user_id))

    return make


@pytest.fixture
def team_id(server: Server, new_id: Callable[[], str], cleanup: Cleanup) -> str:
    """An empty team."""
    made = new_id()
    server.http("POST", "/teams", json={"teamId": made, "name": "Team"}).raise_for_status()
    cleanup(f"/teams/{made}")
    return made


@pytest.fixture(scope="session")
def database_id(server: Server, new_id: Callable[[], str], session_cleanup: Cleanup) -> str:
    """The database of all tables of the run."""
    made = new_id()
    server.http("POST", "/tablesdb", json={"databaseId": made, "name": "Conformance"}).raise_for_status()
    session_cleanup(f"/tablesdb/{made}")
    return made


@pytest.fixture
def table(server: Server, database_id: str, new_id: Callable[[], str]) -> Callable[..., Table]:
    """Makes a table per call: `table(columns=[…], indexes=[…], permissions=[…], rowSecurity=True)`."""

    def make(**settings: Any) -> Table:
        return Table(server, database_id, new_id(), **settings)

    return make
