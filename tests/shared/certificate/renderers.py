"""The renderer processes of this machine as the kernel sees them, for tests that hurt them."""

import os
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 20


def renderers(parent: int | None = None) -> set[int]:
    """The process ids of the renderers that `parent` (by default this process) has started."""
    parent = parent or os.getpid()
    found = {int(child) for task in Path(f"/proc/{parent}/task").iterdir() for child in _children(task)}
    return {pid for pid in found if b"shared.certificate.child" in _command(pid)}


def processor_seconds(pid: int) -> float:
    """What the process has used so far; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(fields[11]) / os.sysconf("SC_CLK_TCK")


def is_gone(pid: int) -> bool:
    """Ended, even if nobody has collected it: an orphan's exit is init's affair."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _children(task: Path) -> list[str]:
    return (task / "children").read_text().split()
