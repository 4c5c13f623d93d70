"""Nobody works on a project while it is being restored: its functions are switched off, and on again afterwards.

A worker would take what is due before its files are there. If the restore breaks off they stay off until it is run
again to its end.
"""

from collections.abc import Sequence

from infra.deploy.functions import Function
from infra.deploy.server import Server


def switch(server: Server, functions: Sequence[Function], *, on: bool) -> list[str]:
    """Which of those that are deployed had to be switched. On means: as the file of functions has it."""
    switched = []
    for function in functions:
        path, wanted = f"/functions/{function.id}", on and function.enabled
        shown = server.find(path)
        if shown is not None and shown["enabled"] != wanted:
            # All of its settings: what an update leaves out goes back to the server's default.
            server.put(path, **{name: shown[name] for name in function.settings if name in shown} | {"enabled": wanted})
            switched.append(function.id)
    return switched
