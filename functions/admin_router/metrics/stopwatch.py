"""How long Appwrite takes to answer."""

import time
from dataclasses import dataclass, field
from typing import Any

from shared.transport import AppwriteClient


@dataclass(frozen=True)
class Stopwatch:
    """Hands calls on to `client` and notes how long each took; in the place of a client, for many threads."""

    client: AppwriteClient
    seconds: list[float] = field(default_factory=list)

    def call(self, *arguments: Any, **options: Any) -> Any:
        start = time.perf_counter()
        try:
            return self.client.call(*arguments, **options)
        finally:
            self.seconds.append(time.perf_counter() - start)
