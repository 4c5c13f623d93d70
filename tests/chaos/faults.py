"""Servers that fail now and then: each behind a proxy that loses calls and answers."""

import hashlib
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

from tests.proxies import Call, Reply, proxy

#: Seconds; longer than a worker of these tests waits.
HANG = 1.2
#: Random in each run, so that it must not count.
_ID = re.compile("[0-9a-f]{32}")
#: Of a thousand calls: refused before they are done; done, but answered with 500; done without an answer; left hanging.
APPWRITE = ("refuse",) * 8 + ("lose",) * 6 + ("drop",) * 6 + ("hang",) * 3


@dataclass
class Faults:
    """Decides which calls fail: by the seed, what the call is, and how often it came."""

    seed: int
    #: Of a thousand calls of each sort.
    kinds: tuple[str, ...] = APPWRITE
    on: bool = True
    made: Counter[str] = field(default_factory=Counter)
    over: Event = field(default_factory=Event)
    _came: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _calls: int = 0
    _busy: int = 0
    _moved: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def under_way(self) -> Iterator[None]:
        with self._moved:
            self._calls += 1
            self._busy += 1
            self._moved.notify_all()
        try:
            yield
        finally:
            with self._moved:
                self._busy -= 1
                self._moved.notify_all()

    def wait_until_idle(self) -> None:
        """Until no call is on its way any more, the calls of the dead included."""
        with self._moved:
            assert self._moved.wait_for(lambda: not self._busy, timeout=60)

    def wait_for_calls(self, count: int, timeout: float) -> None:
        """Until `count` more have begun, or nothing comes any more."""
        with self._moved:
            enough = self._calls + count
            self._moved.wait_for(lambda: self._calls >= enough, timeout)

    def of(self, sort: str) -> str | None:
        if not self.on:
            return None
        with self._lock:
            self._came[sort] += 1
            digest = hashlib.sha256(f"{self.seed} {sort} {self._came[sort]}".encode()).digest()
            place = int.from_bytes(digest[:4]) % 1000
            kind = self.kinds[place] if place < len(self.kinds) else None
            self.made.update([kind] if kind else [])
        return kind


def sort_of(call: Call) -> str:
    return f"{call.method} {_ID.sub('*', call.path.partition('?')[0])}"


@contextmanager
def faulty(endpoint: str, faults: Faults, undone: Callable[[Call], None] = lambda _: None) -> Iterator[str]:
    """The address of the proxy before `endpoint`; `undone` is told of calls that may have had no effect."""

    def treat(call: Call) -> Reply | None:
        with faults.under_way():
            fault = faults.of(sort_of(call))
            if fault == "refuse":
                undone(call)
                return Reply(500)
            if fault == "hang":
                faults.over.wait(HANG)
            reply = call.forward()
        if reply is None:
            undone(call)
        if reply is None or fault in {"drop", "hang"}:
            return None
        return Reply(500) if fault == "lose" else reply

    with proxy(endpoint, treat) as address:
        try:
            yield address
        finally:
            faults.over.set()
