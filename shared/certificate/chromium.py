"""The engine `chromium`: a browser that stays open, driven by a process that can be killed with it."""

import shutil
import tempfile
from collections.abc import Callable

from shared.certificate import frames, profiles
from shared.certificate.document import Metadata
from shared.certificate.process import Process
from shared.certificate.warm import Limits, Warm

_CHILD = "shared.certificate.chromium_child"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser(path: str) -> str:
    """The program at `path`, or by one of its usual names; empty if there is none."""
    return next(filter(None, map(shutil.which, [path] if path else _NAMES)), "")


class Chromium:
    """An `Engine`: `program` here, or a browser elsewhere at the WebSocket `endpoint`."""

    def __init__(
        self,
        describe: Callable[[bytes, Metadata], bytes],
        limits: Limits,
        *,
        program: str = "",
        endpoint: str = "",
    ) -> None:
        self._describe = describe
        self._limits = limits
        self._browser = {"program": program, "endpoint": endpoint}
        self._warm = Warm(self._start, limits, "crashed the browser")

    def render(self, page: str, metadata: Metadata) -> bytes:
        """Raises TemplateRejected, RendererUnavailable."""
        _, pdf = self._warm.ask(frames.PRINT, {"page": page}, self._limits.print_seconds)
        return self._describe(pdf, metadata)

    def close(self) -> None:
        self._warm.close()

    def _start(self) -> Process:
        return _ChromiumProcess(self._browser, self._limits)


class _ChromiumProcess(Process):
    """Its browser's profile is thrown away with it."""

    def __init__(self, browser: dict[str, str], limits: Limits) -> None:
        self._profile = tempfile.mkdtemp(prefix="certificate-browser-")
        try:
            super().__init__((_CHILD, self._profile), limits.pdf_mb << 20)
        except OSError:
            self._clear()
            raise
        # Not an argument: an endpoint may hold a token, and arguments are seen by everybody.
        self._greeting = frames.pack_json(frames.OPEN, browser)

    def answer(self, seconds: float) -> tuple[bytes, bytes]:
        self.send(self._greeting, seconds)
        return super().answer(seconds)

    def kill(self) -> None:
        super().kill()
        self._clear()

    def _clear(self) -> None:
        profiles.remove(self._profile)
