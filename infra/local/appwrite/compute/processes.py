"""One process per deployment: started at its first execution, kept warm, started anew after it died."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from infra.local.appwrite.compute.builds import VENV
from infra.local.appwrite.compute.open_runtimes import frames

RUNNER = Path(__file__).with_name("runner.py")
BACKLOG = 1024  # executions that may wait while a sync `main` blocks the process


@dataclass(frozen=True)
class Launch:
    """How to start a deployment's process."""

    deployment: str
    #: The folder that holds `function/`, a finished build.
    source: Path
    #: Everything the process finds in its environment.
    environment: Mapping[str, str]


class ProcessDiedError(Exception):
    """The process ended before it answered."""


class NotReachedError(ProcessDiedError):
    """It had ended before it got the request: nothing has run."""


class FunctionProcess:
    """A running process; the code in it answers one request frame per connection to its Unix socket."""

    def __init__(self, process: asyncio.subprocess.Process, address: Path) -> None:
        self._process, self._address = process, address
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @classmethod
    async def start(cls, launch: Launch, log: Path) -> "FunctionProcess":
        """Start the process with a socket that listens already; what its children print goes to `log`."""
        # A socket's path may have some 100 characters only, too few for a folder that the user chose.
        address = Path(tempfile.mkdtemp(prefix="appwrite-")) / "socket"
        with socket.socket(socket.AF_UNIX) as listener, log.open("ab") as output:
            listener.bind(str(address))
            listener.listen(BACKLOG)
            process = await asyncio.create_subprocess_exec(
                str(launch.source / "function" / VENV / "bin" / "python"),
                "-P",
                str(RUNNER),
                str(listener.fileno()),
                str(launch.source),
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=dict(launch.environment),
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )
        return cls(process, address)

    async def call(self, request: frames.Request) -> frames.Reply:
        """Have the code answer; ProcessDiedError if it can't."""
        try:
            reader, writer = await asyncio.open_unix_connection(self._address)
        except (ConnectionError, FileNotFoundError) as error:
            raise NotReachedError from error
        self._running += 1
        self._idle.clear()
        try:
            writer.write(frames.encode(request))
            await writer.drain()
            return await frames.read(reader, frames.Reply)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise ProcessDiedError from error
        finally:
            writer.close()
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def retire(self) -> None:
        """End the process once nothing waits for its answer."""
        await self._idle.wait()
        await self.kill()

    async def kill(self) -> None:
        """End the process and all that it started, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        shutil.rmtree(self._address.parent, ignore_errors=True)


class Processes:
    """The processes of all deployments."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        logs.mkdir(parents=True, exist_ok=True)
        self._loop = asyncio.get_running_loop()
        self._active: dict[str, FunctionProcess] = {}
        self._retiring: dict[asyncio.Task[None], FunctionProcess] = {}
        self._starting: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def call(self, launch: Launch, request: frames.Request) -> frames.Reply:
        """Run one request in the deployment's process; ProcessDiedError if that dies over it."""
        process = await self._process(launch, None)
        try:
            return await process.call(request)
        except NotReachedError:
            return await (await self._process(launch, process)).call(request)

    async def call_and_kill(self, launch: Launch, request: frames.Request, seconds: float) -> NoReturn:
        """Run one request, but kill the process after so many seconds or once it has answered; ProcessDiedError."""
        process = await self._process(launch, None)
        with contextlib.suppress(TimeoutError, ProcessDiedError):
            await asyncio.wait_for(process.call(request), seconds)
        await process.kill()
        raise ProcessDiedError

    def retire(self, deployment: str) -> None:
        """Let the deployment's process finish what it runs, then end it; callable from any thread."""
        self._loop.call_soon_threadsafe(self._retire, deployment)

    async def close(self) -> None:
        """End every process now."""
        await asyncio.gather(*(process.kill() for process in [*self._active.values(), *self._retiring.values()]))
        await asyncio.gather(*self._retiring)

    def _retire(self, deployment: str) -> None:
        process = self._active.pop(deployment, None)
        if process:
            task = self._loop.create_task(process.retire())
            self._retiring[task] = process
            task.add_done_callback(self._retiring.pop)

    async def _process(self, launch: Launch, dead: FunctionProcess | None) -> FunctionProcess:
        async with self._starting[launch.deployment]:
            known = self._active.get(launch.deployment)
            if known and known is not dead:
                return known
            if dead:
                await dead.kill()
            process = await FunctionProcess.start(launch, self._logs / f"{launch.deployment}.log")
            self._active[launch.deployment] = process
            return process
