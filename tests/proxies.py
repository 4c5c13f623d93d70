"""An HTTP server between a caller and the real one, which treats each call as a test wants."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import requests

from infra.local import loopback

_NOT_FORWARDED = {"host", "content-length", "connection", "accept-encoding"}
#: Seconds for the server behind.
_TIMEOUT = 30


@dataclass(frozen=True)
class Reply:
    """What a caller hears."""

    status: int
    content: bytes = b"{}"
    kind: str = "application/json"


@dataclass(frozen=True)
class Call:
    """What somebody asks of the server behind."""

    method: str
    #: With its query.
    path: str
    body: bytes
    #: Does it, and answers what the server said; None if it said nothing.
    forward: Callable[[], Reply | None]


#: Answers what the caller is to hear; None ends its connection without a word.
Treat = Callable[[Call], Reply | None]


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    #: An answer in two parts would take 40 ms: Nagle's algorithm waits for what the other end acknowledges late.
    wbufsize = -1
    root: str
    session: requests.Session
    treat: Treat

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        reply = self.treat(Call(self.command, self.path, body, partial(self.forward, body)))
        if reply is None:
            self.close_connection = True
        else:
            self.send(reply)

    def forward(self, body: bytes) -> Reply | None:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _NOT_FORWARDED}
        try:
            answer = self.session.request(
                self.command, self.root + self.path, data=body, headers=headers, timeout=_TIMEOUT
            )
        except requests.RequestException:
            return None
        return Reply(answer.status_code, answer.content, answer.headers.get("content-type", "text/plain"))

    def send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("content-type", reply.kind)
        if reply.status != 204:
            self.send_header("content-length", str(len(reply.content)))
        self.end_headers()
        self.wfile.write(reply.content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """Silence."""

    def handle(self) -> None:
        """Until the caller closes the connection, or is killed."""
        with suppress(OSError):
            super().handle()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()


@contextmanager
def proxy(endpoint: str, treat: Treat) -> Iterator[str]:
    """The address, with the same path, of a proxy before `endpoint`."""
    scheme, _, rest = endpoint.partition("://")
    host, slash, path = rest.partition("/")
    session = loopback.session()
    session.cookies.set_policy(loopback.NO_COOKIES)
    members = {"root": f"{scheme}://{host}", "session": session, "treat": staticmethod(treat)}
    with session, ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), members)) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}{slash}{path}"
        finally:
            server.shutdown()
            thread.join()
