"""Waiting for work that Appwrite does in the background."""

import time
from collections.abc import Callable
from typing import TypeVar

from infra.deploy.errors import DeployError

T = TypeVar("T")


def wait_for(what: str, look: Callable[[], T], is_settled: Callable[[T], bool], seconds: float) -> T:
    """What `look` returned once it was settled. Raises DeployError about `what` after so many seconds."""
    deadline = time.monotonic() + seconds
    pause = 0.05
    while not is_settled(seen := look()):
        if time.monotonic() > deadline:
            raise DeployError(f"{what}: not done after {seconds:.0f} s.")
        time.sleep(pause)
        pause = min(pause * 1.5, 2.0)
    return seen
