"""Sockets to listen on, on this machine only.

Apart from the requests to them, whose library takes a server longer to load than most of its own code.
"""

import socket
import sys

HOST = "127.0.0.1"


def listen(port: int) -> socket.socket:
    """A socket listening on this machine only; port 0 lets the system choose. Exits with a plain sentence if taken."""
    # With its protocol named, asyncio sets TCP_NODELAY; else an answer's two parts wait 40 ms for each other.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        sys.exit(f"Cannot listen on {HOST}:{port}: {error.strerror}. Is another program using that port?")
    listener.listen(1024)
    return listener


def port_of(listener: socket.socket) -> int:
    """The port that the system chose."""
    return int(listener.getsockname()[1])
