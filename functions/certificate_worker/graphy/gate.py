"""The way to Graphy during one pass: not too fast, not while it asks for a pause, not any more once it is down."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from shared.graphy import GraphyBusy, GraphyError, GraphyUnavailable

T = TypeVar("T")

#: Graphy is down once so many calls in a row got no proper answer.
DOWN_AFTER = 5
#: Seconds to pause if Graphy asks for it without saying how long.
PAUSE = 60
#: The longest pause, in seconds, that a pass with nothing else to do waits out.
PATIENCE = 5


class Closed(Exception):
    """The call was not made; it may succeed later."""

    def __init__(self) -> None:
        super().__init__("Waiting for Graphy, which is busy or can't be reached.")


class Gate:
    """What all threads of a pass go through for each call. `clock` and `sleep` count seconds."""

    def __init__(
        self,
        calls_per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval = 1 / calls_per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = clock()
        self._paused_until = clock()
        self._failures = 0

    @property
    def pause(self) -> float:
        """Seconds until calls are welcome again, 0 if they are now."""
        left = max(0.0, self._paused_until - self._clock())
        return max(left, PAUSE) if self._is_down else left

    def call(self, make: Callable[[], T]) -> T:
        """Make one call when it is its turn. Raises `Closed` instead of making it; its own errors pass through."""
        self._await_turn()
        try:
            result = make()
        except GraphyError as error:
            self._note(error)
            raise
        self._note(None)
        return result

    def wait_out(self) -> bool:
        """Sleep until a short pause is over; False, at once, if there is none or it is not short."""
        pause = self.pause
        if not 0 < pause <= PATIENCE:
            return False
        self._sleep(pause + 0.05)
        return True

    @property
    def _is_down(self) -> bool:
        return self._failures >= DOWN_AFTER

    def _await_turn(self) -> None:
        with self._lock:
            turn = max(self._clock(), self._next)
            self._next = turn + self._interval
        wait = turn - self._clock()
        if wait > 0 and not self.pause:
            self._sleep(wait)
        if self.pause:
            raise Closed

    def _note(self, error: GraphyError | None) -> None:
        """Who is busy or refuses has answered, so is not down."""
        with self._lock:
            if isinstance(error, GraphyBusy):
                pause = PAUSE if error.retry_after is None else max(error.retry_after, 1)
                self._paused_until = max(self._paused_until, self._clock() + pause)
            elif isinstance(error, GraphyUnavailable):
                self._failures += 1
            else:
                self._failures = 0
