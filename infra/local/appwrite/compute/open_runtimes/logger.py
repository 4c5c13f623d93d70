"""What one execution logs: through its context, and through print() and stderr."""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST = 8_000  # characters of one call; the rest is cut
NATIVE = "Native logs detected. Use context.log() or context.error() for better experience."


class Logger:
    """Collects the logs and the errors of one execution; nothing when logging is off."""

    def __init__(self, enabled: bool) -> None:
        self._enabled = enabled
        self.logs = ""
        self.errors = ""

    def log(self, *messages: object) -> None:
        """Add a line to the logs; dicts, lists and tuples as compact JSON."""
        self.logs += self._line(messages)

    def error(self, *messages: object) -> None:
        """Add a line to the errors."""
        self.errors += self._line(messages)

    @contextmanager
    def native_output(self) -> Iterator[None]:
        """Keep what is printed meanwhile.

        sys.stdout belongs to the whole process, so prints of executions that overlap mix, as in the real runtime.
        """
        printed = io.StringIO()
        sys.stdout = sys.stderr = printed
        try:
            yield
        finally:
            sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
            if self._enabled and printed.getvalue():
                self.logs += NATIVE + _kept(printed.getvalue())

    def _line(self, messages: tuple[object, ...]) -> str:
        return _kept(" ".join(map(_text, messages))) + "\n" if self._enabled else ""


def _kept(text: str) -> str:
    """The beginning, as far as UTF-8 can write it."""
    return text[:LONGEST].encode(errors="replace").decode()


def _text(message: object) -> str:
    if isinstance(message, dict | list | tuple):
        return json.dumps(message, separators=(",", ":"))
    return str(message)
