import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.infra.appwrite.compute.samples import ECHO, WAYS
from tests.infra.appwrite.compute.served import Server
from tests.infra.appwrite.compute.tiny import Files, Function


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.Runner]:
    """One event loop for all that talks to processes without a server."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def function(loop: asyncio.Runner, tmp_path: Path) -> Iterator[Callable[..., Function]]:
    """Makes one function per call: `function({"main.py": "…"}, entrypoint="main.py")`."""
    made: list[Function] = []

    def make(files: Files, entrypoint: str = "main.py") -> Function:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Function(loop, folder, files, entrypoint))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that don't end it."""
    running = Server(tmp_path_factory.mktemp("server"))
    yield running
    running.end()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers for one test: `own_server("--sync-limit", "1")`."""
    started: list[Server] = []

    def start(*options: str) -> Server:
        started.append(Server(tmp_path / str(len(started)), *options))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end()


@pytest.fixture(scope="session")
def echo(server: Server) -> Server:
    server.deploy("echo", ECHO, scopes=["functions.read"], timeout=20, runtime_specification="s-0.5vcpu-512mb")
    return server


@pytest.fixture(scope="session")
def ways(server: Server) -> Server:
    server.deploy("ways", WAYS, scopes=["functions.read"])
    return server
