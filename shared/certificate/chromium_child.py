"""The process that drives a browser: pages in on stdin, PDFs out on a pipe of their own, one at a time.

It owns the browser: when the parent is gone (stdin ends, also in the middle of a page) it ends the browser and itself,
and the kernel ends the browser if this process is killed. Whatever goes wrong with the browser ends the process too;
the parent starts another.
"""

import asyncio
import contextlib
import json
import logging
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO

from shared.certificate import frames, profiles
from shared.certificate.fontset import use_bundled_fonts

Request = tuple[bytes, bytes] | None


def main(answers_fd: int, profile: str) -> None:
    """Serve until stdin ends or the browser fails. `profile` is a folder for the browser, deleted at the end."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable()  # the libraries log every broken connection
    try:
        with os.fdopen(answers_fd, "wb") as answers, contextlib.suppress(OSError):
            asyncio.run(_serve(answers, Path(profile)))
    finally:
        profiles.remove(profile)


async def _serve(answers: BinaryIO, profile: Path) -> None:
    requests = await _stdin()
    wanted = await _read(requests)
    if wanted is None:
        return
    with contextlib.ExitStack() as stack:
        try:
            tabs = await _open(json.loads(wanted[1]), profile, stack)
        except (ImportError, OSError) as error:
            _send(answers, frames.pack_json(frames.UNAVAILABLE, type(error).__name__))
            return
        _send(answers, frames.pack(frames.READY, b""))
        await _print_all(requests, answers, tabs)


async def _open(wanted: dict[str, str], profile: Path, stack: contextlib.ExitStack) -> Any:
    """The tabs of the browser that is wanted; one of our own is killed at the end of `stack`."""
    use_bundled_fonts()
    from shared.certificate import browser  # noqa: PLC0415 - pyppeteer may not be installed

    if wanted["endpoint"]:
        return await browser.connect(wanted["endpoint"])
    program = browser.launch(wanted["program"], profile)
    stack.callback(_end, program)
    return await browser.connect(await browser.endpoint(program, profile))


def _end(program: subprocess.Popen[bytes]) -> None:
    program.kill()
    program.wait()


async def _print_all(requests: asyncio.StreamReader, answers: BinaryIO, tabs: Any) -> None:
    """Until stdin ends. The parent waits for each answer, so what comes before it can only be the end."""
    request = await _read(requests)
    while request:
        coming = asyncio.ensure_future(_read(requests))
        printing = asyncio.ensure_future(tabs.print(json.loads(request[1])["page"]))
        await asyncio.wait({coming, printing}, return_when=asyncio.FIRST_COMPLETED)
        if not printing.done():
            return
        _send(answers, frames.pack(frames.PDF, printing.result()))
        request = await coming


async def _stdin() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    return reader


async def _read(requests: asyncio.StreamReader) -> Request:
    """Wait for one frame; None at the end."""
    try:
        kind, length = frames.HEADER.unpack(await requests.readexactly(frames.HEADER.size))
        return kind, await requests.readexactly(length)
    except asyncio.IncompleteReadError:
        return None


def _send(answers: BinaryIO, frame: bytes) -> None:
    answers.write(frame)
    answers.flush()
