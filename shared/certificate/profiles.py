"""Throwing away a browser's profile. Standard library only."""

import shutil
import time
from pathlib import Path

_TRIES, _PAUSE_SECONDS = 20, 0.1


def remove(profile: str) -> None:
    """The browser's own processes end a moment after it, and write into the folder until then."""
    for _ in range(_TRIES):
        shutil.rmtree(profile, ignore_errors=True)
        if not Path(profile).exists():
            return
        time.sleep(_PAUSE_SECONDS)
