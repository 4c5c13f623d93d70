from collections.abc import Callable

import pytest

from tests.conformance.functions.deployed import Function
from tests.conformance.functions.samples import FILES
from tests.conformance.server import Cleanup, Server

NewId = Callable[[], str]


@pytest.fixture(scope="session")
def echo(server: Server, new_id: NewId, session_cleanup: Cleanup) -> Function:
    """The sample, open to any, with the scope to read functions; nobody changes it."""
    made = Function(server, new_id(), scopes=["functions.read"], timeout=20)
    session_cleanup(made.path)
    assert made.deploy(FILES)["status"] == "ready"
    return made


@pytest.fixture(scope="session")
def shaped(server: Server, new_id: NewId, session_cleanup: Cleanup) -> Function:
    """The sample again, for tests that `configure` it as they need it."""
    made = Function(server, new_id())
    session_cleanup(made.path)
    assert made.deploy(FILES)["status"] == "ready"
    return made


@pytest.fixture
def function(server: Server, new_id: NewId, cleanup: Cleanup) -> Callable[..., Function]:
    """Makes a function without a deployment per call."""

    def make(**settings: object) -> Function:
        made = Function(server, new_id(), **settings)
        cleanup(made.path)
        return made

    return make
