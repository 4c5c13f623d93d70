"""Check, preview and print templates in a warm process of its own that may be killed at any time.

Nothing here imports the template engine or the renderer: a router that never prints starts as fast as without them.
"""

import base64
import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from shared.certificate import frames
from shared.certificate.document import Metadata, Preview, Problem, RendererUnavailable, TemplateRejected
from shared.certificate.process import Process
from shared.certificate.warm import Limits, Warm

__all__ = ["Limits", "Metadata", "Press", "Preview", "Problem", "RendererUnavailable", "TemplateRejected"]

_CHILD = "shared.certificate.child"


class Press:
    """One `Warm` process for all that templates need, and plutoprint in it. Close it, or use it in a `with`.

    Only `render` and `print` need the engine; they and `describe` need pikepdf, `draw` pypdfium2. All raise
    RendererUnavailable if the process can't run here.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        memory, answer = self._limits.memory_mb, self._limits.pdf_mb << 20
        crash = f"crashed the renderer, or needed more memory than {memory} MB"
        self._warm = Warm(lambda: Process((_CHILD, str(memory)), answer), self._limits, crash)

    def check(self, template: str) -> list[Problem]:
        """Return everything that is wrong with a template; nothing if certificates can be printed with it."""
        try:
            _, body = self._warm.ask(frames.CHECK, {"template": template}, self._limits.check_seconds)
        except TemplateRejected as rejected:
            return list(rejected.problems)
        return _problems(body)

    def unsupported(self, template: str) -> tuple[Problem, ...]:
        """What of a template plutoprint leaves out. Raises TemplateRejected if it can't be read."""
        _, body = self._warm.ask(frames.LINT, {"template": template}, self._limits.check_seconds)
        return tuple(_problems(body))

    def preview(self, template: str, values: Mapping[str, str]) -> Preview:
        """Fill and sanitise the template, and say what of it is lost on the way to paper. Raises TemplateRejected."""
        job = {"template": template, "values": dict(values)}
        page = json.loads(self._done(frames.PREVIEW, job, self._limits.check_seconds))
        return Preview(page["html"], tuple(_listed(page["removed"])), tuple(_listed(page["unsupported"])))

    def page(self, template: str, values: Mapping[str, str]) -> str:
        """Fill and sanitise the template: the whole HTML document that any engine prints. Raises TemplateRejected.

        `values` has a text for each of `document.VARIABLES`.
        """
        job = {"template": template, "values": dict(values)}
        return self._done(frames.FILL, job, self._limits.print_seconds).decode()

    def render(self, page: str, metadata: Metadata) -> bytes:
        """Print what `page` returned. Raises TemplateRejected, also for what the engine dies of."""
        return self._done(frames.PRINT, {"page": page, "metadata": asdict(metadata)}, self._limits.print_seconds)

    def describe(self, pdf: bytes, metadata: Metadata) -> bytes:
        """The first page of another engine's PDF, with this metadata and no other; equal input gives equal bytes.

        Raises TemplateRejected if it is no PDF.
        """
        job = {"pdf": base64.b64encode(pdf).decode(), "metadata": asdict(metadata)}
        return self._done(frames.DESCRIBE, job, self._limits.check_seconds)

    def draw(self, pdf: bytes) -> bytes:
        """The first page of a PDF as PNG. Raises TemplateRejected if it can't be drawn."""
        return self._done(frames.DRAW, {"pdf": base64.b64encode(pdf).decode()}, self._limits.check_seconds)

    def print(self, template: str, values: Mapping[str, str], metadata: Metadata) -> bytes:
        """Fill the template and return the PDF. Raises TemplateRejected."""
        return self.render(self.page(template, values), metadata)

    def ready(self) -> bool:
        """Print something small; say whether it worked."""
        metadata = Metadata("", "", "", "", datetime.fromtimestamp(0, UTC))
        with contextlib.suppress(RendererUnavailable, TemplateRejected):
            return bool(self.print("ready", {}, metadata))
        return False

    def close(self) -> None:
        self._warm.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _done(self, kind: bytes, job: Mapping[str, Any], seconds: float) -> bytes:
        answer, body = self._warm.ask(kind, job, seconds)
        if answer == frames.UNAVAILABLE:
            raise RendererUnavailable(json.loads(body))
        if answer == frames.PROBLEMS:
            raise TemplateRejected(_problems(body))
        return body


def _problems(body: bytes) -> list[Problem]:
    return _listed(json.loads(body))


def _listed(problems: list[tuple[int | None, str]]) -> list[Problem]:
    return [Problem(line, reason) for line, reason in problems]
