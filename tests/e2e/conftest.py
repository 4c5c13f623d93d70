"""The bundle deployed on the local services, once for all tests that need it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.services import Ports
from infra.local.stack import Stack, running_stack
from tests.ports import three_free_ports


@pytest.fixture(scope="session")
def stack(build_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """What `make run` starts, on free ports and new data."""
    with running_stack(
        tmp_path_factory.mktemp("stack") / "data", Ports.from_base(three_free_ports()), lambda _: None
    ) as stack:
        yield stack
