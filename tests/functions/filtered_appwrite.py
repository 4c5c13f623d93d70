"""An Appwrite that acts as a test wants: the stand-in behind a filter that sees each call before it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.proxies import Call, Reply, proxy

#: Is handed method, path and body of a call; answers the body of a 400, or None to let the call through.
Filter = Callable[[str, str, str], bytes | None]


@contextmanager
def filtered(endpoint: str, look: Filter) -> Iterator[str]:
    """The address of the filter before `endpoint`."""

    def treat(call: Call) -> Reply | None:
        refusal = look(call.method, call.path, call.body.decode(errors="replace"))
        return call.forward() if refusal is None else Reply(400, refusal)

    with proxy(endpoint, treat) as address:
        yield address
