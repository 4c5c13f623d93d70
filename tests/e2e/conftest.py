"""The bundle deployed, once for all tests that need it: on the local services, or on any Appwrite.

With CONFORMANCE_ENDPOINT, CONFORMANCE_PROJECT and CONFORMANCE_KEY set, the functions run on that server, which must be
able to reach Graphy and the mail server on this machine; what a test adds there has random names.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.services import Ports
from infra.local.stack import Elsewhere, Stack, running_stack
from tests.ports import three_free_ports

_NAMES = ("CONFORMANCE_ENDPOINT", "CONFORMANCE_PROJECT", "CONFORMANCE_KEY")


@pytest.fixture(scope="session")
def elsewhere() -> Elsewhere | None:
    """The server that the environment names, if it does."""
    values = [os.environ.get(name, "") for name in _NAMES]
    return Elsewhere(*values) if all(values) else None


@pytest.fixture(scope="session")
def stack(elsewhere: Elsewhere | None, build_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """What `make run` starts, on free ports and new data."""
    data, ports = tmp_path_factory.mktemp("stack") / "data", Ports.from_base(three_free_ports())
    with running_stack(data, ports, lambda _: None, elsewhere) as stack:
        yield stack


@pytest.fixture
def local_stack(elsewhere: Elsewhere | None, stack: Stack) -> Stack:
    """The stack, for tests that look at this machine's processes or at its functions' addresses."""
    if elsewhere:
        pytest.skip("the functions run on another server")
    return stack
