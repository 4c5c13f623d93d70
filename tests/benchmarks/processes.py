"""Memory of processes and of all that they started, from Linux's /proc; nothing is found where there is none."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
#: Seconds between two looks.
_PAUSE = 0.25


@dataclass
class Peak:
    """The most megabytes seen at one time, and in how many processes."""

    megabytes: float = 0
    processes: int = 0

    def see(self, pids: set[int]) -> None:
        megabytes = resident(pids)
        if megabytes > self.megabytes:
            self.megabytes, self.processes = megabytes, len(pids)


def resident(pids: set[int]) -> float:
    """Resident megabytes of these processes together; what they share is counted for each."""
    return sum(_resident_kilobytes(pid) for pid in pids) / 1024


def tree(roots: set[int]) -> set[int]:
    """These processes and their descendants."""
    children = defaultdict(list)
    for pid in _every():
        children[_parent(pid)].append(pid)
    found, waiting = set(roots), list(roots)
    while waiting:
        begun = [pid for pid in children[waiting.pop()] if pid not in found]
        found.update(begun)
        waiting += begun
    return found


def with_variable(name: str, value: str, among: set[int]) -> set[int]:
    """Those `among` processes that have this environment variable."""
    wanted = f"{name}={value}".encode()
    return {pid for pid in among if wanted in _read(pid, "environ").split(b"\0")}


@contextmanager
def watched(root: int, name: str, value: str) -> Iterator[Peak]:
    """The peak, while the block runs, of the trees of those below `root` who have this environment variable."""
    peak, done = Peak(), threading.Event()

    def watch() -> None:
        while not done.wait(_PAUSE):
            peak.see(tree(with_variable(name, value, tree({root}))))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def _every() -> list[int]:
    return [int(entry.name) for entry in _PROC.glob("[0-9]*")] if _PROC.is_dir() else []


def _parent(pid: int) -> int:
    # The program's name stands in brackets before it and may hold anything.
    fields = _read(pid, "stat").rpartition(b")")[2].split()
    return int(fields[1]) if len(fields) > 1 else 0


def _resident_kilobytes(pid: int) -> int:
    for line in _read(pid, "status").splitlines():
        if line.startswith(b"VmRSS:"):
            return int(line.split()[1])
    return 0


def _read(pid: int, name: str) -> bytes:
    """Nothing if the process is gone or somebody else's."""
    try:
        return (_PROC / str(pid) / name).read_bytes()
    except OSError:
        return b""
