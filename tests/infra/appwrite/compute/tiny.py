"""Tiny functions for tests: uploads made in memory, and a deployment's process without a server around it."""

import asyncio
import io
import os
import tarfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from infra.local.appwrite.compute.builds import Builder
from infra.local.appwrite.compute.open_runtimes.frames import Reply, Request
from infra.local.appwrite.compute.processes import Launch, Processes

Files = Mapping[str, str | bytes]


def archive(files: Files) -> bytes:
    """A tar.gz with these files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def ask(
    path: str = "/",
    *,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    timeout: float = 15,
    logging: bool = True,
) -> Request:
    """A request with what a test doesn't care about filled in."""
    return Request(method, path, dict(headers or {}), body, timeout, logging)


class Function:
    """A built deployment and its process."""

    def __init__(self, runner: asyncio.Runner, folder: Path, files: Files, entrypoint: str = "main.py") -> None:
        self._runner = runner
        upload = folder / "code.tar.gz"
        upload.write_bytes(archive(files))
        build = self._runner.run(Builder(folder / "builds").build(upload, "", {"PATH": os.environ["PATH"]}))
        assert build.folder, build.logs
        environment = {"OPEN_RUNTIMES_ENTRYPOINT": entrypoint, "PATH": os.environ["PATH"]}
        self.source = build.folder
        self.processes = self._runner.run(_processes(folder / "logs"))
        self._launch = Launch("deployment", build.folder, environment)

    def run(self, *requests: Request) -> list[Reply]:
        """The replies to requests made at once."""

        async def together() -> list[Reply]:
            return await asyncio.gather(*(self.processes.call(self._launch, request) for request in requests))

        return self._runner.run(together())

    def one(self, request: Request) -> Reply:
        """The reply to one request."""
        return self.run(request)[0]

    def close(self) -> None:
        """End the process; once more is no harm."""
        self._runner.run(self.processes.close())


async def _processes(logs: Path) -> Processes:
    return Processes(logs)


def until(done: Callable[[], object], seconds: float = 20) -> None:
    """Wait for a condition; fail if it doesn't come."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def is_alive(process: int) -> bool:
    """Whether a process runs; a zombie doesn't, once its other threads are gone too."""
    state = Path(f"/proc/{process}")
    try:
        return "State:\tZ" not in (state / "status").read_text() or len(list((state / "task").iterdir())) > 1
    except (FileNotFoundError, ProcessLookupError):
        return False
