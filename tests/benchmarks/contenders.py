"""The ways to print a certificate that are compared. Ours get a template and values; the others get the HTML that came
out of filling it, so they are spared the sanitising that ours do."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from infra.local.stack import ROOT
from shared.certificate import frames
from shared.certificate.document import Metadata, RendererUnavailable
from shared.certificate.fontset import use_bundled_fonts
from shared.certificate.printer import Printer
from shared.certificate.template import fill
from shared.config import Settings

#: Where `make bench` puts WeasyPrint.
WEASYPRINT = ROOT / ".local" / "bench" / "bin" / "python"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_SETTINGS = {"APPWRITE_FUNCTION_API_ENDPOINT": "http://localhost/v1", "APPWRITE_FUNCTION_PROJECT_ID": "p"}
_ISSUED = datetime(2026, 11, 20, tzinfo=UTC)

OURS, OURS_CHROMIUM = "plutoprint, our default", "Chromium through pyppeteer, our second"
WEASY, NAIVE = "WeasyPrint", "a Chromium launched for each"


class Contender(Protocol):
    """Prints one certificate at a time."""

    def __call__(self, template: str, values: Mapping[str, str]) -> bytes: ...


class Absent(Exception):
    """An engine can't run here; the message says why."""


def _metadata(values: Mapping[str, str]) -> Metadata:
    return Metadata(values["learner_name"], "Author", values["course_name"], values["certificate_number"], _ISSUED)


@contextmanager
def ours(engine: str) -> Iterator[Contender]:
    """Our printer with this engine alone, warm. Raises Absent."""
    with Printer(Settings.from_environ(_SETTINGS)) as printer:

        def render(template: str, values: Mapping[str, str]) -> bytes:
            try:
                return printer.print(template, values, _metadata(values), (engine,)).pdf
            except RendererUnavailable as error:
                raise Absent(str(error)) from error

        yield render


@contextmanager
def weasyprint() -> Iterator[Contender]:
    """WeasyPrint, warm. Raises Absent."""
    if not WEASYPRINT.exists():
        raise Absent("not installed: `make bench` does it where a package index can be reached")
    with _serving([str(WEASYPRINT), "-m", "tests.benchmarks.weasy"]) as process:

        def render(template: str, values: Mapping[str, str]) -> bytes:
            assert process.stdin
            assert process.stdout
            process.stdin.write(frames.pack(frames.PRINT, fill(template, values).encode()))
            process.stdin.flush()
            answer = frames.read(cast(BinaryIO, process.stdout))
            assert answer, "WeasyPrint died"
            return answer[1]

        yield render


@contextmanager
def naive() -> Iterator[Contender]:
    """A browser's own command line, started anew for each certificate. Raises Absent."""
    browser = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        raise Absent("no Chromium on this machine")
    with tempfile.TemporaryDirectory() as folder:
        page, pdf = Path(folder) / "page.html", Path(folder) / "page.pdf"
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        command += [f"--user-data-dir={folder}/profile", f"--print-to-pdf={pdf}", page.as_uri()]

        def render(template: str, values: Mapping[str, str]) -> bytes:
            page.write_text(fill(template, values), encoding="utf-8")
            subprocess.run(command, check=True, capture_output=True, timeout=60, env=_environment())
            return pdf.read_bytes()

        yield render


@contextmanager
def _serving(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=_environment(),
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _environment() -> dict[str, str]:
    """The same fonts for all."""
    use_bundled_fonts()
    return dict(os.environ)
