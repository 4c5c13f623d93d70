"""Print certificates, check and preview templates, in a warm process of its own that may be killed at any time.

Nothing here imports the template engine or the renderer: a router that never prints starts as fast as without them.
"""

import contextlib
import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from shared.certificate import frames
from shared.certificate.document import Metadata, Preview, Problem, RendererUnavailable, TemplateRejected
from shared.certificate.process import AnswerTooLong, NoAnswer, Overdue, Process

__all__ = ["Limits", "Metadata", "Press", "Preview", "Problem", "RendererUnavailable", "TemplateRejected"]


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


class Press:
    """One renderer process, started at the first job; threads take turns. Close it, or use it in a `with`.

    A job whose process dies or hangs is tried once more on a fresh process, because the first may have been killed
    from outside or hurt by an earlier job. If that fails too it is the template's fault. So the longest that a job
    can take is twice its seconds, and `start_seconds` in between.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._process: Process | None = None

    def check(self, template: str) -> list[Problem]:
        """Return everything that is wrong with a template; nothing if certificates can be printed with it.

        Works where no engine is installed. Raises RendererUnavailable if not even that can run.
        """
        try:
            _, body = self._ask(frames.CHECK, {"template": template}, self._limits.check_seconds)
        except TemplateRejected as rejected:
            return list(rejected.problems)
        return _problems(body)

    def preview(self, template: str, values: Mapping[str, str]) -> Preview:
        """Fill and sanitise the template, and say what of it is lost on the way to paper.

        Works where no engine is installed. Raises TemplateRejected, RendererUnavailable.
        """
        job = {"template": template, "values": dict(values)}
        kind, body = self._ask(frames.PREVIEW, job, self._limits.check_seconds)
        if kind == frames.PROBLEMS:
            raise TemplateRejected(_problems(body))
        page = json.loads(body)
        return Preview(page["html"], tuple(_listed(page["removed"])), tuple(_listed(page["unsupported"])))

    def print(self, template: str, values: Mapping[str, str], metadata: Metadata) -> bytes:
        """Fill the template and return the PDF.

        `values` has a text for each of `document.VARIABLES`. Raises TemplateRejected, RendererUnavailable.
        """
        job = {"template": template, "values": dict(values), "metadata": asdict(metadata)}
        kind, body = self._ask(frames.PRINT, job, self._limits.print_seconds)
        if kind == frames.UNAVAILABLE:
            raise RendererUnavailable(json.loads(body))
        if kind == frames.PROBLEMS:
            raise TemplateRejected(_problems(body))
        return body

    def ready(self) -> bool:
        """Print something small; say whether it worked."""
        metadata = Metadata("", "", "", "", datetime.fromtimestamp(0, UTC))
        with contextlib.suppress(RendererUnavailable, TemplateRejected):
            return bool(self.print("ready", {}, metadata))
        return False

    def close(self) -> None:
        with self._lock:
            self._discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, kind: bytes, job: Mapping[str, Any], seconds: float) -> tuple[bytes, bytes]:
        request = frames.pack_json(kind, {**job, "seconds": seconds})
        with self._lock:
            while True:
                process = self._ready_process()
                try:
                    return process.ask(request, seconds)
                except NoAnswer as error:
                    self._discard()
                    if process.jobs == 1 or isinstance(error, AnswerTooLong):
                        raise TemplateRejected([Problem(None, self._reason(error, seconds))]) from error

    def _ready_process(self) -> Process:
        if self._process and self._process.jobs >= self._limits.jobs:
            self._discard()
        if self._process is None:
            self._process = self._started()
        return self._process

    def _started(self) -> Process:
        try:
            process = Process(self._limits.memory_mb, self._limits.pdf_mb << 20)
        except OSError as error:
            raise RendererUnavailable("the renderer's process can't be started") from error
        try:
            process.answer(self._limits.start_seconds)
        except NoAnswer as error:
            process.kill()
            raise RendererUnavailable("the renderer's process does not start") from error
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
        return f"crashed the renderer, or needed more memory than {self._limits.memory_mb} MB"


def _problems(body: bytes) -> list[Problem]:
    return _listed(json.loads(body))


def _listed(problems: list[tuple[int | None, str]]) -> list[Problem]:
    return [Problem(line, reason) for line, reason in problems]
