"""A locked Chromium, over the DevTools protocol. Imported only by its own process, after `use_bundled_fonts`.

Three locks, each enough by itself: pages have no scripts, every request they make is failed, and the only proxy they
know is a closed port. https://chromedevtools.github.io/devtools-protocol/
"""

import asyncio
import base64
import ctypes
import os
import resource
import signal
import subprocess
from pathlib import Path
from typing import Any

from pyppeteer.connection import Connection
from pyppeteer.errors import PyppeteerError

_DEAD_PROXY = "http://127.0.0.1:9"
_FLAGS = (
    "--headless",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-crash-reporter",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-sync",
    "--hide-scrollbars",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--password-store=basic",
    f"--proxy-server={_DEAD_PROXY}",
    "--proxy-bypass-list=<-loopback>",
    "--remote-debugging-port=0",
)
#: Inches; A4 landscape, as Chromium itself rounds it, unless the page has a size of its own.
_PAPER = {"paperWidth": 841.92 / 72, "paperHeight": 594.96 / 72, "preferCSSPageSize": True}
_MARGINS = dict.fromkeys(("marginTop", "marginBottom", "marginLeft", "marginRight"), 0)
_LOADED = (
    "Promise.all([document.fonts.ready, ...[...document.images].map(i => i.decode().catch(() => 0))]).then(() => 0)"
)
_KILL_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_STEP_SECONDS = 0.02
_MEMORY_MB = 1024


def launch(program: str, profile: Path) -> subprocess.Popen[bytes]:
    """Start it; it dies with this process. Raises OSError."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    libc = ctypes.CDLL(None)

    def bound() -> None:
        libc.prctl(_KILL_WITH_PARENT, signal.SIGKILL)
        # Of each of its processes. The address space itself can't be limited: it reserves far more than it uses.
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY_MB << 20, _MEMORY_MB << 20))

    return subprocess.Popen(
        [program, *_FLAGS, *root, f"--user-data-dir={profile}", "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(profile)},
        preexec_fn=bound,  # noqa: PLW1509 - no thread runs yet
    )


async def endpoint(program: subprocess.Popen[bytes], profile: Path) -> str:
    """Where it listens, once it does; the parent ends a wait that is too long. Raises OSError if it ended."""
    told = profile / "DevToolsActivePort"
    while program.poll() is None:
        lines = told.read_text().split("\n") if told.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        await asyncio.sleep(_STEP_SECONDS)
    raise OSError("the browser ended")


async def connect(address: str) -> "Tabs":
    """Raises OSError."""
    connection = Connection(address, asyncio.get_running_loop())
    opened = asyncio.ensure_future(connection.send("Browser.getVersion", {}))
    await asyncio.wait({opened, connection._recv_fut}, return_when=asyncio.FIRST_COMPLETED)  # noqa: SLF001 - says why it can't be reached
    if not opened.done():
        raise OSError("the browser can't be reached")
    return Tabs(connection)


class Tabs:
    """A browser's pages, each in a context of its own that nothing of another gets into."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def print(self, page: str) -> bytes:
        """The first page as PDF. Raises OSError if the browser does not do it; takes time and memory without bound."""
        try:
            return await self._print(page)
        except PyppeteerError as error:
            raise OSError("the browser failed") from error

    async def _print(self, page: str) -> bytes:
        proxy = {"proxyServer": _DEAD_PROXY, "proxyBypassList": "<-loopback>"}
        context = await self._connection.send("Target.createBrowserContext", {**proxy, "disposeOnDetach": True})
        target = await self._connection.send("Target.createTarget", {"url": "about:blank", **context})
        session = await self._connection.createSession({**target, "type": "page"})
        try:
            await _lock(session)
            await _load(session, page)
            return await _print(session)
        finally:
            await self._connection.send("Target.disposeBrowserContext", context)


async def _lock(session: Any) -> None:
    def refuse(event: dict[str, Any]) -> None:
        session.send("Fetch.failRequest", {"requestId": event["requestId"], "errorReason": "AccessDenied"})

    session.on("Fetch.requestPaused", refuse)
    await session.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})
    await session.send("Emulation.setScriptExecutionDisabled", {"value": True})


async def _load(session: Any, page: str) -> None:
    await session.send("Page.enable", {})
    tree = await session.send("Page.getFrameTree", {})
    frame = tree["frameTree"]["frame"]["id"]
    await session.send("Page.setDocumentContent", {"frameId": frame, "html": page})
    await session.send("Runtime.evaluate", {"expression": _LOADED, "awaitPromise": True})


async def _print(session: Any) -> bytes:
    options = {**_PAPER, **_MARGINS, "printBackground": True, "pageRanges": "1", "generateTaggedPDF": False}
    printed = await session.send("Page.printToPDF", options)
    return base64.b64decode(printed["data"])
