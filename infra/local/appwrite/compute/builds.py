"""Builds: an upload unpacked, given an environment of its own, and its commands run.

A finished build is the folder `<builds>/<sha256 of the upload, the commands and the interpreter>` with

    function/               the code as the runtime imports it: `function.<entry point>`
    function/runtime-env/   the virtual environment, where the runtime puts it too
    build.log

Builds are made under another name and renamed when done, so a half-made one is never taken for ready.
"""

import asyncio
import contextlib
import gzip
import hashlib
import os
import shutil
import signal
import sys
import tarfile
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from infra.local.appwrite.compute import environments

VENV = "runtime-env"
LOG = "build.log"
LONGEST = 2700  # seconds, the default of a self-hosted server
LOG_LENGTH = 1_000_000  # characters kept of a log
UNFINISHED = ".building-"
UNREADABLE = (tarfile.TarError, zlib.error, EOFError, OSError)
# What pip needs to reach its index through this machine's network.
INHERITED = ("HOME", "LANG", "PATH")
INHERITED_PREFIXES = ("PIP_", "SSL_CERT", "REQUESTS_CA")
INHERITED_SUFFIXES = ("_PROXY", "_proxy")


class BuildError(Exception):
    """The upload could not be unpacked or a command failed; the text is the log."""


@dataclass(frozen=True)
class Build:
    """What became of a build."""

    #: None if it failed.
    folder: Path | None
    logs: str
    #: Bytes.
    size: int
    seconds: float


class Builder:
    """Makes builds in one folder, which several servers may share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        folder.mkdir(parents=True, exist_ok=True)

    async def build(self, upload: Path, commands: str, environment: Mapping[str, str]) -> Build:
        """Build the tar.gz, or find it built already."""
        started = time.monotonic()
        try:
            folder = self._folder / await asyncio.to_thread(_digest, upload, commands)
            if not folder.exists():
                await self._make(folder, upload, commands, environment)
        except BuildError as error:
            return Build(None, str(error), 0, time.monotonic() - started)
        logs = (folder / LOG).read_text(encoding="utf-8", errors="replace")[-LOG_LENGTH:]
        return Build(folder, logs, await asyncio.to_thread(_size, folder), time.monotonic() - started)

    def clean(self) -> None:
        """Remove what builders that are gone left unfinished."""
        for unfinished in self._folder.glob(UNFINISHED + "*"):
            process = unfinished.name.removeprefix(UNFINISHED).partition("-")[0]
            if not _is_alive(int(process)):
                shutil.rmtree(unfinished, ignore_errors=True)

    async def _make(self, folder: Path, upload: Path, commands: str, environment: Mapping[str, str]) -> None:
        made = self._folder / f"{UNFINISHED}{os.getpid()}-{os.urandom(4).hex()}"
        try:
            await asyncio.to_thread(_prepare, made / "function", upload, with_pip="pip" in commands)
            await _run(commands, made, environment)
            _publish(made, folder)
        finally:
            await asyncio.to_thread(shutil.rmtree, made, ignore_errors=True)


def inherited(parent: Mapping[str, str]) -> dict[str, str]:
    """The part of the server's environment that a build sees."""
    return {
        name: value
        for name, value in parent.items()
        if name in INHERITED or name.startswith(INHERITED_PREFIXES) or name.endswith(INHERITED_SUFFIXES)
    }


def _digest(upload: Path, commands: str) -> str:
    """The name of the build; the time that gzip notes in its header doesn't count."""
    try:
        with gzip.open(upload) as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
    except UNREADABLE as error:
        raise BuildError(f"Cannot unpack the upload: {error}\n") from error
    return hashlib.sha256(f"{content}\n{commands}\n{sys.base_prefix}\n{sys.version}".encode()).hexdigest()


def _prepare(code: Path, upload: Path, *, with_pip: bool) -> None:
    """Unpack the upload and make its environment; with pip, a thousand files, only where a command names it."""
    code.mkdir(parents=True)
    try:
        with tarfile.open(upload, "r:gz") as archive:
            archive.extractall(code, filter="data")
    except UNREADABLE as error:
        raise BuildError(f"Cannot unpack the upload: {error}\n") from error
    environments.create(code / VENV, with_pip=with_pip)


async def _run(commands: str, made: Path, environment: Mapping[str, str]) -> None:
    code = made / "function"
    path = f"{code / VENV / 'bin'}:{environment['PATH']}"
    with (made / LOG).open("w+b") as log:
        process = await asyncio.create_subprocess_exec(
            "bash",
            "-c",
            commands,
            cwd=code,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**environment, "PATH": path, "VIRTUAL_ENV": str(code / VENV)},
            start_new_session=True,
        )
        try:
            status = await asyncio.wait_for(process.wait(), LONGEST)
        except TimeoutError:
            raise BuildError(f"{_text(log)}Build timed out after {LONGEST} seconds.\n") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        if status:
            raise BuildError(f"{_text(log)}Build command exited with status {status}.\n")


def _publish(made: Path, folder: Path) -> None:
    try:
        made.rename(folder)
    except OSError:
        if not folder.exists():  # else another one was faster
            raise


def _text(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read().decode(errors="replace")[-LOG_LENGTH:]


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*"))


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
