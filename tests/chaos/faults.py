"""An Appwrite that fails now and then: the stand-in behind a proxy that loses calls and answers."""

import hashlib
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import requests
from requests.adapters import HTTPAdapter

_NOT_FORWARDED = {"host", "content-length", "connection", "accept-encoding"}
#: Longer than a worker of these tests waits.
HANG = 2.5
#: Random in each run, so that it must not count.
_ID = re.compile("[0-9a-f]{32}")
#: Of a hundred calls: refused before they are done; done, but answered with 500; done without an answer; left hanging.
KINDS = ("refuse",) * 3 + ("lose",) * 2 + ("drop",) * 2 + ("hang",) * 1


@dataclass
class Faults:
    """Decides which calls fail: by the seed, what the call is, and how often it came."""

    seed: int
    on: bool = True
    made: Counter[str] = field(default_factory=Counter)
    over: Event = field(default_factory=Event)
    _came: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _busy: int = 0
    _idle: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def under_way(self) -> Iterator[None]:
        with self._idle:
            self._busy += 1
        try:
            yield
        finally:
            with self._idle:
                self._busy -= 1
                self._idle.notify_all()

    def wait_until_idle(self) -> None:
        """Until no call is on its way any more, the calls of the dead included."""
        with self._idle:
            assert self._idle.wait_for(lambda: not self._busy, timeout=60)

    def of(self, method: str, path: str) -> str | None:
        if not self.on:
            return None
        call = f"{method} {_ID.sub('*', path.partition('?')[0])}"
        with self._lock:
            self._came[call] += 1
            digest = hashlib.sha256(f"{self.seed} {call} {self._came[call]}".encode()).digest()
            place = int.from_bytes(digest[:4]) % 100
            kind = KINDS[place] if place < len(KINDS) else None
            self.made.update([kind] if kind else [])
        return kind


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    root: str
    faults: Faults
    session: requests.Session

    def answer(self) -> None:
        with self.faults.under_way():
            self.treat()

    def treat(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        fault = self.faults.of(self.command, self.path)
        if fault == "refuse":
            self.send(500, b"{}")
            return
        if fault == "hang":
            self.faults.over.wait(HANG)
        answer = self.forward(body)
        if answer is None or fault in {"drop", "hang"}:
            self.close_connection = True
        elif fault == "lose":
            self.send(500, b"{}")
        else:
            self.send(answer.status_code, answer.content, answer.headers.get("content-type", "text/plain"))

    def forward(self, body: bytes) -> requests.Response | None:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _NOT_FORWARDED}
        with suppress(requests.RequestException):
            return self.session.request(self.command, self.root + self.path, data=body, headers=headers, timeout=30)
        return None

    def send(self, status: int, content: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        if status != 204:
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Silence."""

    def handle(self) -> None:
        """Until the worker closes the connection, or is killed."""
        with suppress(OSError):
            super().handle()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()


@contextmanager
def faulty(endpoint: str, faults: Faults) -> Iterator[str]:
    """The address of the proxy before `endpoint`."""
    root, _, path = endpoint.rpartition("/")
    session = requests.Session()
    session.mount("http://", HTTPAdapter(pool_maxsize=64))
    handler = type("Handler", (_Handler,), {"root": root, "faults": faults, "session": session})
    with session, ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/{path}"
        finally:
            faults.over.set()
            server.shutdown()
            thread.join()
