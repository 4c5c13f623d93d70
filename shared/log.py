"""One JSON object a line, with the request's id. A line says ids and counts, never a body, a name or a secret."""

import json
import re
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

#: What an Appwrite keeps of an execution's log is its last million characters.
ROOM = 900_000
#: Mail servers like to quote them.
_ADDRESS = re.compile(r"[^\s\"<>@]{1,64}@[^\s\"<>@]{1,255}")


@dataclass(eq=False)
class Log:
    """Writes events of one request to the platform's log."""

    out: Callable[[str], None]
    err: Callable[[str], None]
    request_id: str
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    #: Of the line that ends the request.
    noted: dict[str, Any] = field(default_factory=dict)
    _written: int = 0

    def note(self, **facts: Any) -> None:
        """Say these in the request's last line."""
        self.noted |= facts

    @property
    def is_full(self) -> bool:
        """Whether the platform will forget the first lines if there are many more."""
        return self._written > ROOM

    def info(self, event: str, **facts: Any) -> None:
        self._write(self.out, "info", event, facts)

    def warning(self, event: str, **facts: Any) -> None:
        self._write(self.err, "warning", event, facts)

    def failure(self, event: str, error: BaseException, **facts: Any) -> None:
        """A failure of ours: its type and where it arose, without its message, which may quote what a user sent."""
        frames = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        causes = [type(cause).__name__ for cause in (error.__cause__, error.__context__) if cause]
        told = {**facts, "error": type(error).__name__, "causes": causes, "at": frames[-6:]}
        self._write(self.err, "error", event, told)

    def _write(self, write: Callable[[str], None], level: str, event: str, facts: dict[str, Any]) -> None:
        at = self.now().isoformat(timespec="milliseconds")
        line = {"level": level, "event": event, "request_id": self.request_id, "time": at, **facts}
        text = _ADDRESS.sub("(address)", json.dumps(line, default=str))
        self._written += len(text)
        write(text)


def ms_since(start: float) -> float:
    """Milliseconds since `time.perf_counter` said `start`."""
    return round((time.perf_counter() - start) * 1000, 1)
