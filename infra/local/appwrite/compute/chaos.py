"""Executions that go wrong on purpose, as they may on Appwrite, so that tests see whether callers bear it."""

import threading
from random import Random

from infra.local.appwrite.services import Settings

LONGEST_LIFE = 0.5  # seconds that a process to be killed has at most, its start included


class Chaos:
    """Decides what goes wrong; the same seed gives the same decisions in the same order."""

    def __init__(self, settings: Settings) -> None:
        self._lose, self._kill = settings.lose_executions, settings.kill_functions
        self._losing, self._killing = Random(settings.seed), Random(settings.seed)  # noqa: S311 - no secrets
        self._lock = threading.Lock()

    def loses(self) -> bool:
        """Whether the next queued execution is never run."""
        with self._lock:
            return self._losing.random() < self._lose

    def life(self) -> float | None:
        """How many seconds the next execution has before its process is killed; None if it isn't."""
        with self._lock:
            is_killed, life = self._killing.random() < self._kill, self._killing.uniform(0, LONGEST_LIFE)
        return life if is_killed else None
