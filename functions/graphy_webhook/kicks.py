"""Kicks of the worker, a few a second at most: a pass does all that is due, so one kick serves a whole burst."""

import threading
import time
from collections.abc import Callable

#: Seconds between two kicks of this process. Graphy delivers in bursts, and a kick takes longer than all the rest.
PAUSE = 0.3


class Kicks:
    """The first of a burst is made at once, and one more for all that came in the `pause` seconds after it.

    The later one is lost if the process ends before it; the worker's schedule comes by each minute, as after any kick
    that is lost.
    """

    def __init__(self, pause: float = PAUSE) -> None:
        self._pause = pause
        self._lock = threading.Lock()
        self._last = float("-inf")
        self._is_pending = False

    def ask(self, kick: Callable[[], None]) -> None:
        """Make one kick, now or soon, that begins after this call did."""
        with self._lock:
            if self._is_pending:
                return
            now = time.monotonic()
            wait = self._last + self._pause - now
            self._is_pending = wait > 0
            if not self._is_pending:
                self._last = now
        if wait > 0:
            later = threading.Timer(wait, self._make_pending, [kick])
            later.daemon = True
            later.start()
        else:
            kick()

    def _make_pending(self, kick: Callable[[], None]) -> None:
        with self._lock:
            self._is_pending = False
            self._last = time.monotonic()
        kick()
