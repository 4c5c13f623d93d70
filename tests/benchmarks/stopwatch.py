"""Seconds by what they were spent on."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Stopwatch:
    """Seconds by what they were spent on, in all threads together."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _inside: threading.local = field(default_factory=threading.local)

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, its time noted under `name`, but not twice where one calls another of that name."""

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if getattr(self._inside, name, False):
                return function(*args, **kwargs)
            setattr(self._inside, name, True)
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[name] += time.perf_counter() - start
                setattr(self._inside, name, False)

        return wrapper
