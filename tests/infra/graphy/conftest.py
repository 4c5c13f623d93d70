"""A Graphy on a thread, and a webhook receiver that remembers what it got."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from infra.local import loopback
from infra.local.graphy.app import Settings, create_app
from infra.local.graphy.courier import Webhook
from infra.local.web import serving

MID = "merchant"
KEY = "the-api-key"
SECRET = "the-webhook-secret"


@dataclass
class Receiver:
    """Answers 202, or what stands in `answers` first; `barrier` holds requests until so many are there at once."""

    url: str = ""
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    barrier: threading.Barrier | None = None


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    noted = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            noted.received.append((dict(self.headers), body))
            noted.paths.append(self.path)
            if noted.barrier is not None:
                with suppress(threading.BrokenBarrierError):
                    noted.barrier.wait(10)
            self.send_response(noted.answers.pop(0) if noted.answers else 202)
            self.send_header("Content-Length", "0")
            with suppress(ConnectionError):
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the test output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        noted.url = f"http://webhook.functions.localhost:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield noted
        server.shutdown()
        thread.join()


@dataclass(frozen=True)
class Client:
    """Calls one Graphy with the right merchant id and key."""

    address: str
    http: requests.Session

    def post(self, path: str, **fields: str) -> requests.Response:
        return self.http.post(f"{self.address}/public{path}", data={"mid": MID, "key": KEY, **fields}, timeout=10)

    def get(self, path: str, **fields: str) -> requests.Response:
        return self.http.get(f"{self.address}/public{path}", params={"mid": MID, "key": KEY, **fields}, timeout=10)

    def control(self, name: str, command: Any) -> dict[str, Any]:
        answer = self.http.post(f"{self.address}/_control/{name}", json=command, timeout=10)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def deliveries(self) -> dict[str, Any]:
        return dict(self.http.get(f"{self.address}/_control/deliveries", timeout=10).json())

    def enrol(self, emails: Sequence[str], product_id: str = "course-1") -> None:
        self.control("products", {"products": [{"id": product_id, "title": "First Aid"}]})
        for email in emails:
            self.post("/v1/learners", email=email, name="Somebody")
            assert "error" not in self.post("/v1/assign", email=email, productId=product_id).json()


Start = Callable[[], AbstractContextManager[Client]]


@pytest.fixture
def start(tmp_path: Path, receiver: Receiver) -> Start:
    """Starts a Graphy on this test's folder; after it ends, the next one finds what it left."""

    @contextmanager
    def started() -> Iterator[Client]:
        webhook = Webhook(receiver.url, SECRET, retry_delay=0.01)
        app = create_app(Settings(tmp_path, MID, KEY, webhook))
        with serving(app) as address, loopback.session() as http:
            yield Client(address, http)

    return started


@pytest.fixture
def graphy(start: Start) -> Iterator[Client]:
    with start() as client:
        yield client
