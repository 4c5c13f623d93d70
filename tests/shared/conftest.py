"""A store on the stand-in."""

import pytest

from shared.store import Store
from shared.transport import AppwriteClient, pooled_session
from tests.conftest import StandIn


@pytest.fixture
def store(stand_in: StandIn) -> Store:
    client = AppwriteClient(stand_in.endpoint, stand_in.project, pooled_session())
    client.set_key(stand_in.key)
    return Store(client)
