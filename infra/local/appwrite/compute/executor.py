"""Runs executions, at once for whoever waits or queued, and stores how they ended."""

import asyncio
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from infra.local.appwrite.collection import Document
from infra.local.appwrite.compute.builds import VENV
from infra.local.appwrite.compute.chaos import Chaos
from infra.local.appwrite.compute.documents import EXECUTIONS, variables_of
from infra.local.appwrite.compute.environment import environment
from infra.local.appwrite.compute.open_runtimes.frames import Reply, Request
from infra.local.appwrite.compute.processes import Launch, ProcessDiedError, Processes
from infra.local.appwrite.compute.request_headers import (
    STORED_REQUEST,
    STORED_RESPONSE,
    Origin,
    assemble,
    named,
    platform_headers,
)
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.services import Services

SLACK = 5  # seconds that the executor waits beyond a function's own timeout
PARALLEL = 8  # queued executions that run at once
LOG_LENGTH = 1_000_000  # characters stored of an execution's logs, and of its errors
# curl's numbers for a time-out and for an empty answer: https://curl.se/libcurl/c/libcurl-errors.html
TIMED_OUT, NO_ANSWER = 28, 52

SYNCHRONOUS_TIMEOUT = Fault.of(
    "function_synchronous_timeout",
    408,
    "Synchronous function execution timed out. Use asynchronous execution instead, or ensure the execution duration "
    "doesn't exceed 30 seconds.",
)


@dataclass(frozen=True)
class Job:
    """One execution to run."""

    execution_id: str
    function: Document
    deployment: Document
    origin: Origin
    method: str = "POST"
    path: str = "/"
    #: The caller's own headers.
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    permissions: tuple[str, ...] = ()


class Executor:
    """Hands executions to the deployments' processes and stores how they ended."""

    def __init__(self, services: Services, processes: Processes) -> None:
        self._services, self._processes = services, processes
        self._loop = asyncio.get_running_loop()
        self._chaos = Chaos(services.settings)
        self._secret = secrets.token_hex(16)
        self._slots = asyncio.Semaphore(PARALLEL)
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, job: Job, patience: float = float("inf")) -> Reply:
        """Run now and store the end; 408 after `patience` seconds, stored as failed while the code runs on."""
        started = time.monotonic()
        try:
            reply = await self._reply(job, patience)
        except TimeoutError:
            late = SYNCHRONOUS_TIMEOUT()
            failed = Reply(500, {}, errors=rf"{late}\nError Code: {late.code}")
            await run_in_threadpool(self._store, job, failed, time.monotonic() - started)
            raise late from None
        await run_in_threadpool(self._store, job, reply, time.monotonic() - started)
        return reply

    def submit(self, job: Job) -> Document:
        """Store as waiting and queue; lost if this server dies first, as nothing tries an execution twice."""
        with self._services.database.write() as tx:
            waiting = EXECUTIONS.create(tx, {**record(job), "status": "waiting"})
        self.start(job)
        return waiting

    def start(self, job: Job) -> None:
        """Queue one that is stored as waiting."""
        if not self._chaos.loses():
            self._loop.call_soon_threadsafe(self._start, job)

    async def close(self) -> None:
        """Drop what is queued."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, job: Job) -> None:
        task = self._loop.create_task(self._run_queued(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_queued(self, job: Job) -> None:
        async with self._slots:
            await self.run(job)

    async def _reply(self, job: Job, patience: float) -> Reply:
        launch = await run_in_threadpool(self._launch, job)
        timeout, logging = job.function["timeout"], job.function["logging"]
        # Minted now, not when the job was queued: a key lives little longer than an execution may.
        platform = platform_headers(self._services, job.function, job.execution_id, job.origin)
        headers = assemble(job.headers, platform, self._secret, job.body)
        request = Request(job.method, job.path, headers, job.body, timeout, logging)
        try:
            return await asyncio.wait_for(self._call(launch, request), min(timeout + SLACK, patience))
        except TimeoutError:
            if patience < timeout + SLACK:
                raise
            return _curl_error(TIMED_OUT)
        except ProcessDiedError:
            return _curl_error(NO_ANSWER)

    async def _call(self, launch: Launch, request: Request) -> Reply:
        life = self._chaos.life()
        if life is None:
            return await self._processes.call(launch, request)
        return await self._processes.call_and_kill(launch, request, life)

    def _launch(self, job: Job) -> Launch:
        with self._services.database.read() as tx:
            variables = variables_of(tx, job.function)
        source = Path(job.deployment["build"])
        specification = job.function["runtimeSpecification"]
        platform = environment(self._services, job.function, job.deployment, variables, specification)
        path = f"{source / 'function' / VENV / 'bin'}:{os.environ['PATH']}"
        own = {"OPEN_RUNTIMES_SECRET": self._secret, "OPEN_RUNTIMES_HOSTNAME": "127.0.0.1", "PATH": path}
        return Launch(job.deployment["$id"], source, {**platform, **own})

    def _store(self, job: Job, reply: Reply, seconds: float) -> None:
        changes = {
            "status": "failed" if reply.status >= 500 else "completed",
            "responseStatusCode": reply.status,
            "responseHeaders": named(reply.headers, STORED_RESPONSE),
            "logs": _kept(reply.logs, "Logs"),
            "errors": _kept(reply.errors, "Errors"),
            "duration": seconds,
        }
        with self._services.database.write() as tx:
            queued = EXECUTIONS.get(tx, job.execution_id)
            if queued:
                EXECUTIONS.update(tx, queued, changes)
            else:
                EXECUTIONS.create(tx, {**record(job), **changes})


def record(job: Job) -> Document:
    """The execution as it is before it ends."""
    client = {} if job.origin.client_ip is None else {"x-appwrite-client-ip": job.origin.client_ip}
    return {
        "$id": job.execution_id,
        "$permissions": list(job.permissions),
        "functionId": job.function["$id"],
        "deploymentId": job.deployment["$id"],
        "trigger": job.origin.trigger,
        "requestMethod": job.method,
        "requestPath": job.path,
        "requestHeaders": named({**job.headers, **client}, STORED_REQUEST),
        "responseStatusCode": 0,
        "responseHeaders": [],
        "logs": "",
        "errors": "",
        "duration": 0.0,
    }


def _kept(text: str, title: str) -> str:
    """The end of a log, with a warning where the beginning is cut."""
    if len(text) <= LOG_LENGTH:
        return text
    warning = f"[WARNING] {title} truncated. The output exceeded {LOG_LENGTH} characters.\n"
    return warning + text[len(warning) - LOG_LENGTH :]


def _curl_error(number: int) -> Reply:
    """What the executor answers when the code didn't."""
    text = rf"Internal curl error has occurred within the executor! Error Number: {number}\nError Code: 500"
    return Reply(500, {}, errors=text)
