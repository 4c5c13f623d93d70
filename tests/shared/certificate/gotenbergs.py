"""A Gotenberg as far as its API goes: real multipart over HTTP, a canned PDF, and the ways in which it refuses.

https://gotenberg.dev/docs/convert-with-chromium/convert-html-to-pdf
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Service:
    """What it was sent, and what it is to say next."""

    def __init__(self, pdf: bytes) -> None:
        self.address = ""
        self.pdf = pdf
        self.status = 200
        #: Of each form: its fields, and its files by name.
        self.forms: list[tuple[dict[str, str], dict[str, str]]] = []
        self.headers: dict[str, str] = {}
        #: Holds every answer back until it is set.
        self.go = threading.Event()
        self.go.set()


@contextmanager
def gotenberg(pdf: bytes) -> Iterator[Service]:
    service = Service(pdf)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.path != "/forms/chromium/convert/html":
                self.send_error(404)
                return
            service.forms.append(_form(self.headers["content-type"], body))
            service.go.wait(20)
            self._answer()

        def _answer(self) -> None:
            body = service.pdf if service.status == 200 else b"no"
            self.send_response(service.status)
            self.send_header("content-type", "application/pdf" if service.status == 200 else "text/plain")
            for name, value in service.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield service
    finally:
        service.go.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _form(kind: str, body: bytes) -> tuple[dict[str, str], dict[str, str]]:
    message = message_from_bytes(b"content-type: " + kind.encode() + b"\r\n\r\n" + body, policy=policy.HTTP)
    fields: dict[str, str] = {}
    files: dict[str, str] = {}
    for part in message.iter_parts():
        name = part.get_filename()
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        content = payload.decode()
        if name:
            assert part.get_param("name", header="content-disposition") == "files"
            files[name] = content
        else:
            fields[str(part.get_param("name", header="content-disposition"))] = content
    return fields, files
