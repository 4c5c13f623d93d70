"""Ports for services whose addresses must be known before they start."""

from contextlib import ExitStack

from infra.local import listening


def three_free_ports() -> int:
    """The first of three neighbouring ports that nobody listens on now."""
    while True:
        with ExitStack() as stack:
            first = listening.port_of(stack.enter_context(listening.listen(0)))
            try:
                for port in (first + 1, first + 2):
                    stack.enter_context(listening.listen(port))
            except SystemExit:
                continue
            return first
