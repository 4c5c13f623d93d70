"""One JSON object a line, with the request's id. A line says ids and counts, never a body, a name or a secret."""

import json
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Log:
    """Writes events of one request to the platform's log."""

    out: Callable[[str], None]
    err: Callable[[str], None]
    request_id: str

    def info(self, event: str, **facts: Any) -> None:
        self.out(self._line("info", event, facts))

    def warning(self, event: str, **facts: Any) -> None:
        self.err(self._line("warning", event, facts))

    def failure(self, event: str, error: BaseException, **facts: Any) -> None:
        """A failure of ours: its type and where it arose, without its message, which may quote what a user sent."""
        frames = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        causes = [type(cause).__name__ for cause in (error.__cause__, error.__context__) if cause]
        self.err(
            self._line("error", event, {**facts, "error": type(error).__name__, "causes": causes, "at": frames[-6:]})
        )

    def _line(self, level: str, event: str, facts: dict[str, Any]) -> str:
        return json.dumps({"level": level, "event": event, "request_id": self.request_id, **facts}, default=str)
