"""Print certificates with the first engine that can: the way in for whoever has settings.

    template + values --press--> sanitised page --+--> plutoprint (in the press)
                                                  +--> chromium   (a process of its own)      --press--> described PDF
                                                  +--> http       (a Gotenberg)               --press--> described PDF

Every engine gets the same page, which is sanitised.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import Protocol, Self

from shared.certificate.chromium import Chromium, find_browser
from shared.certificate.document import Metadata, Printed, Problem, RendererUnavailable, TemplateRejected
from shared.certificate.gotenberg import Gotenberg
from shared.certificate.press import Limits, Press
from shared.config import Settings

__all__ = ["PLUTOPRINT", "Metadata", "Printed", "Printer", "RendererUnavailable", "TemplateRejected", "engines_of"]

PLUTOPRINT = "plutoprint"
#: Seconds after which no further engine is begun with a document: leases count on an end.
FALL_THROUGH_SECONDS = 15
#: Seconds that an engine which was not there goes behind the others.
PAUSE_SECONDS = 60


class Engine(Protocol):
    """Prints pages that are already sanitised. For one document at a time; threads take turns."""

    def render(self, page: str, metadata: Metadata) -> bytes:
        """The first page as PDF, A4 landscape without margins unless its @page says otherwise, with this metadata.

        Raises TemplateRejected if it fails for this page, RendererUnavailable if it is not there for any.
        """

    def close(self) -> None:
        """End what it runs; the next page starts it again."""


def engines_of(text: str) -> tuple[str, ...]:
    """The names in a `PDF_ENGINES`, in order, each once."""
    return tuple(dict.fromkeys(filter(None, (name.strip().lower() for name in text.split(",")))))


class Printer:
    """The engines that are set up here, each started at its first document. Close it, or use it in a `with`."""

    def __init__(self, settings: Settings, limits: Limits | None = None) -> None:
        self._preferred = engines_of(settings.pdf_engines)
        self._press = Press(limits)
        self._engines = _engines(settings, self._press, limits or Limits())
        self._paused: dict[str, float] = {}
        self._unsupported = lru_cache(maxsize=64)(self._press.unsupported)

    def print(
        self, template: str, values: Mapping[str, str], metadata: Metadata, engines: Sequence[str] = ()
    ) -> Printed:
        """Fill the template and print it with the first of `engines` (or of the settings') that can.

        Raises TemplateRejected, RendererUnavailable: the last reason of those that were tried.
        """
        page = self._press.page(template, values)
        failures: list[TemplateRejected | RendererUnavailable] = []
        notes: list[str] = []
        begun = time.monotonic()
        for name in self._order(template, engines or self._preferred):
            if failures and time.monotonic() - begun > FALL_THROUGH_SECONDS:
                break
            try:
                pdf = self._engines[name].render(page, metadata)
            except (TemplateRejected, RendererUnavailable) as failure:
                failures.append(failure)
                notes.append(f"{name}: {failure}")
                self._pause(name, failure)
            else:
                self._paused.pop(name, None)
                notes += [str(problem) for problem in self._left_out(template)] if name == PLUTOPRINT else []
                return Printed(pdf, name, tuple(notes))
        raise _verdict(failures)

    def picture(self, pdf: bytes) -> bytes | None:
        """The first page of a PDF as PNG; None if it can't be drawn, which is no fault of the PDF."""
        try:
            return self._press.draw(pdf)
        except (RendererUnavailable, TemplateRejected):
            return None

    def ready(self) -> bool:
        """Print something small; say whether any engine could."""
        try:
            return bool(self.print("ready", {}, Metadata("", "", "", "", datetime.fromtimestamp(0, UTC))).pdf)
        except (RendererUnavailable, TemplateRejected):
            return False

    def close(self) -> None:
        """End all processes; the next document starts new ones."""
        for engine in self._engines.values():
            engine.close()
        self._press.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _order(self, template: str, engines: Sequence[str]) -> list[str]:
        """Those that are set up; plutoprint behind the others if it can't draw all, those that were away at the end."""
        wanted = [name for name in engines if name in self._engines]
        if PLUTOPRINT in wanted[:-1] and self._left_out(template):
            wanted.append(wanted.pop(wanted.index(PLUTOPRINT)))
        return sorted(wanted, key=lambda name: self._paused.get(name, 0) > time.monotonic())

    def _left_out(self, template: str) -> Sequence[Problem]:
        return self._unsupported(template)

    def _pause(self, name: str, failure: Exception) -> None:
        if isinstance(failure, RendererUnavailable):
            self._paused[name] = time.monotonic() + PAUSE_SECONDS


def _engines(settings: Settings, press: Press, limits: Limits) -> dict[str, Engine]:
    engines: dict[str, Engine] = {PLUTOPRINT: press}
    endpoint = settings.chromium_ws_endpoint.get_secret_value()
    program = "" if endpoint else find_browser(settings.chromium_path)
    if endpoint or program:
        engines["chromium"] = Chromium(press.describe, limits, program=program, endpoint=endpoint)
    if settings.html_to_pdf_api_url:
        engines["http"] = Gotenberg(press.describe, limits, settings.html_to_pdf_api_url)
    return engines


def _verdict(failures: Sequence[TemplateRejected | RendererUnavailable]) -> TemplateRejected | RendererUnavailable:
    """What all failures come to: a document that one engine refused is not helped by another that is away."""
    rejections = [failure for failure in failures if isinstance(failure, TemplateRejected)]
    if rejections:
        return TemplateRejected(rejections[-1].problems, killed=any(each.killed for each in rejections))
    return failures[-1] if failures else RendererUnavailable("none of the engines that may be used is set up here")
