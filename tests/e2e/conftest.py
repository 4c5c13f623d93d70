"""The bundle deployed on the local services, once for all tests that need it."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from infra.local import loopback
from infra.local.services import Ports
from infra.local.stack import Stack, running_stack


@pytest.fixture(scope="session")
def stack(build_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """What `make run` starts, on free ports and new data."""
    with running_stack(tmp_path_factory.mktemp("stack") / "data", _free_ports(), lambda _: None) as stack:
        yield stack


def _free_ports() -> Ports:
    """Three that nobody listens on now; the services bind them a moment later."""
    with ExitStack() as closing:
        listeners = [closing.enter_context(loopback.listen(0)) for _ in range(3)]
        return Ports(*map(loopback.port_of, listeners))
