"""Waiting for something without sleeping for a fixed time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(look: Callable[[], T], is_good: Callable[[T], bool], seconds: float = 15) -> T:
    """What `look` returned once it was good. Fails after `seconds` with what it returned last."""
    deadline = time.monotonic() + seconds
    while not is_good(seen := look()):
        assert time.monotonic() < deadline, seen
        time.sleep(0.01)
    return seen
