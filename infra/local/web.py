"""Serving an ASGI application: in the foreground for the command line, on a thread for tests."""

import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from infra.local import listening


class _Server(uvicorn.Server):
    """Calls `on_ready` with the address once it answers."""

    def __init__(self, app: Starlette, listener: socket.socket, on_ready: Callable[[str], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app, access_log=False, log_level="warning", lifespan="on", timeout_graceful_shutdown=5, ws="none"
            )
        )
        self._listener = listener
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready(f"http://{listening.HOST}:{listening.port_of(self._listener)}")


def serve(app: Starlette, listener: socket.socket, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM, which end the process with status 0."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))  # uvicorn raises the signal again once it has shut down
    _Server(app, listener, on_ready).run(sockets=[listener])


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """Serve on a thread while the block runs; the address, on a port that the system chose."""
    ready = threading.Event()
    listener = listening.listen(0)
    server = _Server(app, listener, lambda _: ready.set())
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not ready.wait(0.05):
            if not thread.is_alive():
                raise RuntimeError("The server did not start; its log says why")
        yield f"http://{listening.HOST}:{listening.port_of(listener)}"
    finally:
        server.should_exit = True
        thread.join()
