"""An Appwrite that acts as a test wants: the stand-in behind a filter that sees each call before it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import requests

_NOT_FORWARDED = {"host", "content-length", "connection", "accept-encoding"}

#: Is handed method, path and body of a call; answers the body of a 400, or None to let the call through.
Filter = Callable[[str, str, str], bytes | None]


@contextmanager
def filtered(endpoint: str, look: Filter) -> Iterator[str]:
    """The address of the filter before `endpoint`."""
    root, _, path = endpoint.rpartition("/")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            refusal = look(self.command, self.path, body.decode(errors="replace"))
            if refusal is not None:
                self.send(400, refusal)
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _NOT_FORWARDED}
            answer = requests.request(self.command, root + self.path, data=body, headers=headers, timeout=30)
            self.send(answer.status_code, answer.content, answer.headers.get("content-type", "text/plain"))

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

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/{path}"
        finally:
            server.shutdown()
            thread.join()
