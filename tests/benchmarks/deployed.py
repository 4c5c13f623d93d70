"""The whole system on this machine as `make run` starts it: services and functions as processes of their own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.deploy import settings
from infra.deploy.server import Server, connect
from infra.local.services import Ports
from infra.local.stack import ROOT, Stack, running_stack
from shared.store import Store
from shared.transport import AppwriteClient, pooled_session
from tests.ports import three_free_ports


@dataclass(frozen=True)
class Deployed:
    """The running system, and ways to it."""

    stack: Stack
    store: Store
    server: Server
    webhook_secret: str

    @property
    def webhook(self) -> str:
        return self.stack.addresses["graphy_webhook"]

    def kick(self) -> None:
        """Start the worker as the webhook does."""
        self.server.post("/functions/certificate_worker/executions", **{"async": True})


@contextmanager
def deployed() -> Iterator[Deployed]:
    """On new data; what was built once is kept."""
    os.environ.setdefault("LOCAL_BUILD_CACHE", str(ROOT / ".local" / "bench-builds"))
    with tempfile.TemporaryDirectory() as folder:
        ports = Ports.from_base(three_free_ports())
        with running_stack(Path(folder) / "data", ports, lambda _: None) as stack:
            variables = settings.parse(stack.env_file)
            with connect(settings.target(variables, stack.env_file.name)) as server:
                store = store_of(stack.services.appwrite, stack.project, variables["APPWRITE_API_KEY"])
                yield Deployed(stack, store, server, variables["GRAPHY_WEBHOOK_SECRET"])


def store_of(endpoint: str, project: str, key: str) -> Store:
    """The rows, with the rights of `key`."""
    client = AppwriteClient(endpoint, project, pooled_session())
    client.set_key(key)
    return Store(client)
