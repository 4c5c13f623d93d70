"""A renderer's process that is kept warm from one job to the next, and replaced when it dies, hangs or grows old."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.certificate import frames
from shared.certificate.document import Problem, RendererUnavailable, TemplateRejected
from shared.certificate.process import AnswerTooLong, NoAnswer, Overdue, Process


@dataclass(frozen=True)
class Limits:
    """What one job and one process may take."""

    print_seconds: float = 10
    check_seconds: float = 5
    start_seconds: float = 20
    memory_mb: int = 400
    pdf_mb: int = 10
    #: A process is replaced after so many jobs, whatever it may have leaked.
    jobs: int = 500


class Warm:
    """One process, started at the first job; threads take turns.

    A job whose process dies or hangs is tried once more on a fresh process, because the first may have been killed
    from outside or hurt by an earlier job. If that fails too it is the template's fault. So the longest that a job
    can take is twice its seconds, and `start_seconds` in between.
    """

    def __init__(self, start: Callable[[], Process], limits: Limits, crash: str) -> None:
        """`crash` is what to tell the author of a template that the process died of."""
        self._start = start
        self._limits = limits
        self._crash = crash
        self._lock = threading.Lock()
        self._process: Process | None = None

    def ask(self, kind: bytes, job: Mapping[str, Any], seconds: float) -> tuple[bytes, bytes]:
        """The kind and body of the answer. Raises TemplateRejected, RendererUnavailable if it can't be started."""
        request = frames.pack_json(kind, {**job, "seconds": seconds})
        with self._lock:
            while True:
                process = self._ready_process()
                try:
                    return process.ask(request, seconds)
                except NoAnswer as error:
                    self._discard()
                    if isinstance(error, AnswerTooLong):
                        raise TemplateRejected([Problem(None, self._reason(error, seconds))]) from error
                    if process.jobs == 1:
                        raise TemplateRejected([Problem(None, self._reason(error, seconds))], killed=True) from error

    def close(self) -> None:
        """End the process; the next job starts another."""
        with self._lock:
            self._discard()

    def _ready_process(self) -> Process:
        if self._process and self._process.jobs >= self._limits.jobs:
            self._discard()
        if self._process is None:
            self._process = self._started()
        return self._process

    def _started(self) -> Process:
        try:
            process = self._start()
        except OSError as error:
            raise RendererUnavailable("the renderer's process can't be started") from error
        try:
            kind, _ = process.answer(self._limits.start_seconds)
        except NoAnswer as error:
            process.kill()
            raise RendererUnavailable("the renderer's process does not start") from error
        if kind != frames.READY:
            process.kill()
            raise RendererUnavailable("the renderer is not installed, or can't be reached")
        return process

    def _discard(self) -> None:
        if self._process:
            self._process.kill()
            self._process = None

    def _reason(self, error: NoAnswer, seconds: float) -> str:
        if isinstance(error, Overdue):
            return f"took longer than {seconds:g} s"
        if isinstance(error, AnswerTooLong):
            return f"its PDF has more than {self._limits.pdf_mb} MB"
        return self._crash
