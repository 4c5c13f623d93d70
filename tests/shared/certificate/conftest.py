import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from shared.certificate import press as press_module
from shared.certificate.document import VARIABLES
from shared.certificate.press import Metadata, Press
from shared.certificate.qr import qr_code

SAMPLE = Path(press_module.__file__).parent / "templates" / "classic.html"


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press() as press:
        yield press


@pytest.fixture(scope="session")
def classic() -> str:
    return SAMPLE.read_text()


@pytest.fixture(scope="session")
def metadata() -> Metadata:
    issued_at = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    return Metadata("First Aid – Anaïs Müller", "Nordwind Academy", "First Aid", "2026-7F3K-22QX-91PA", issued_at)


@pytest.fixture(scope="session")
def values() -> dict[str, str]:
    texts = ("Anaïs Müller", "First Aid", "21 November 2026", "Nordwind", "anais@example.org", "2026-7F3K-22QX-91PA")
    link = "https://verify.example/verify/2026-7F3K-22QX-91PA?c=0123456789ABCDEFGHJKMNPQRS"
    printed = (qr_code(link), link, "22 November 2026", "", "", "", "", "")
    return dict(zip(VARIABLES, [*texts, *printed], strict=True))


@pytest.fixture
def typeset(press: Press, values: dict[str, str], metadata: Metadata) -> Callable[..., bytes]:
    """Print a template with a value changed here and there."""
    return lambda template, **changed: press.print(template, values | changed, metadata)


class Web:
    """A web server that remembers what it was asked for."""

    def __init__(self, server: ThreadingHTTPServer, asked: list[str]) -> None:
        self.address = f"http://127.0.0.1:{server.server_port}"
        self.asked = asked


@pytest.fixture
def web() -> Iterator[Web]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield Web(server, asked)
    server.shutdown()
    thread.join()
    server.server_close()
