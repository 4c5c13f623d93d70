"""Figures are kept for a while, so that those who look often cost little."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

#: What took long is kept that many times as long: measuring never takes more than a twentieth of the time.
_TIMES = 20


class Kept(Generic[T]):
    """What was made last, by what it is about. One makes it at a time, the others wait. `clock` in seconds."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._made: dict[str, tuple[float, T]] = {}

    def get(self, key: str, make: Callable[[], T]) -> T:
        """What is kept; made anew once that is too old."""
        with self._lock:
            start = self._clock()
            until, value = self._made.get(key, (start, None))
            if value is None or start >= until:
                value, now = make(), self._clock()
                self._made[key] = (now + max(self._seconds, _TIMES * (now - start)) if self._seconds else now, value)
            return value
