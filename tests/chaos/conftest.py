"""A stand-in that can be stopped and started again, with the backend of the functions' tests on it."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from infra.deploy import definitions, schema, settings
from infra.deploy.server import connect
from infra.local.services import service
from infra.local.stack import ROOT
from tests.conftest import StandIn
from tests.functions.conftest import backend, sendgrid
from tests.ports import three_free_ports

__all__ = ["backend", "sendgrid"]


@dataclass
class Mortal:
    """The stand-in's process, always with the same data at the same address."""

    options: list[str]
    log: Path
    running: ExitStack = field(default_factory=ExitStack)

    def start(self) -> str:
        return self.running.enter_context(service("appwrite", self.options, {}, self.log))

    def restart(self) -> None:
        self.running.close()
        self.start()


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    data = tmp_path_factory.mktemp("appwrite")
    port = three_free_ports()
    mortal = Mortal(["--data", str(data), "--port", str(port), "--project", "p"], data / "log")
    with mortal.running:
        yield mortal


@pytest.fixture(scope="module")
def stand_in(mortal: Mortal) -> Iterator[StandIn]:
    endpoint = mortal.start()
    key = (mortal.log.parent / "api-key").read_text().strip()
    target = settings.target({"APPWRITE_ENDPOINT": endpoint, "APPWRITE_PROJECT": "p", "APPWRITE_API_KEY": key}, "")
    with connect(target) as server:
        schema.apply(server, definitions.load(ROOT / "infra" / "appwrite_collections.json"), lambda _: None)
        yield StandIn(endpoint, "p", key, server)
