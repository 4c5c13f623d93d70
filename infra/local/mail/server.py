"""Running the SMTP server: in the foreground for the command line, on a thread for tests."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from infra.local import listening
from infra.local.mail.catcher import Catcher


async def _serve(catcher: Catcher, listener: socket.socket, started: Callable[[Callable[[], None]], None]) -> None:
    """Answer on `listener` until what `started` is handed gets called, on this event loop."""
    stopping = asyncio.Event()
    server = await asyncio.get_running_loop().create_server(catcher.protocol, sock=listener)
    started(stopping.set)
    await stopping.wait()
    server.close()


def serve(catcher: Catcher, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Serve until SIGINT or SIGTERM."""

    def started(stop: Callable[[], None]) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        on_ready()

    asyncio.run(_serve(catcher, listener, started))


@contextmanager
def serving(catcher: Catcher) -> Iterator[int]:
    """Serve on a thread while the block runs; the port, which the system chose."""
    listener = listening.listen(0)
    stops: list[Callable[[], object]] = []
    ready = threading.Event()

    def started(stop: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        stops.append(lambda: loop.call_soon_threadsafe(stop))
        ready.set()

    thread = threading.Thread(target=lambda: asyncio.run(_serve(catcher, listener, started)), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield listening.port_of(listener)
    finally:
        stops.pop()()
        thread.join()
