"""Builds what was uploaded, two at a time, and makes active what asked for it.

A deployment is `waiting` for its turn, `processing`, `building`, and then `ready` or `failed`. One that a stopped
server left in between is built again at the next start.
"""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from infra.local.appwrite.collection import Document
from infra.local.appwrite.compute.builds import LONGEST, Build, Builder, inherited
from infra.local.appwrite.compute.documents import DEPLOYMENTS, FUNCTIONS, variables_of
from infra.local.appwrite.compute.environment import environment
from infra.local.appwrite.compute.uploads import upload_path
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.services import Services

PARALLEL = 2


class BuildQueue:
    """The builds that wait and run; `retire` ends the process of a deployment that is replaced."""

    def __init__(self, services: Services, builder: Builder, retire: Callable[[str], None]) -> None:
        self._services, self._builder, self._retire = services, builder, retire
        self._loop = asyncio.get_running_loop()
        self._slots = asyncio.Semaphore(PARALLEL)
        self._tasks: set[asyncio.Task[None]] = set()

    def resume(self) -> None:
        """Build again what the last server left unfinished, and active deployments whose build has been removed."""
        with self._services.database.read() as tx:
            unfinished = DEPLOYMENTS.select(tx, "\"status\" IN ('waiting', 'processing', 'building')", [])
            active = [DEPLOYMENTS.get(tx, function["deploymentId"]) for function in FUNCTIONS.find(tx, {})]
        complete = [one for one in unfinished if len(one["chunks"]) == one["chunksTotal"]]
        lost = [one for one in active if one and one["status"] == "ready" and not Path(one["build"]).is_dir()]
        for deployment in complete + lost:
            self._update(deployment["$id"], {"status": "waiting"})
            self.submit(deployment["$id"])

    def submit(self, deployment_id: str) -> None:
        """Queue a deployment; callable from any thread."""
        self._loop.call_soon_threadsafe(self._start, deployment_id)

    async def close(self) -> None:
        """Stop every build; the next start makes them anew."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, deployment_id: str) -> None:
        task = self._loop.create_task(self._build(deployment_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _build(self, deployment_id: str) -> None:
        async with self._slots:
            deployment = await run_in_threadpool(self._update, deployment_id, {"status": "processing"})
            if not deployment:
                return
            variables = await run_in_threadpool(self._environment, deployment)
            await run_in_threadpool(self._update, deployment_id, {"status": "building"})
            upload = upload_path(self._services, deployment_id)
            build = await self._builder.build(upload, deployment["commands"], variables)
            await run_in_threadpool(self._finish, deployment_id, build)

    def _environment(self, deployment: Document) -> dict[str, str]:
        """What a build sees: its function's environment and, unlike an execution, an API key there."""
        with self._services.database.read() as tx:
            function = FUNCTIONS.find(tx, {"$id": deployment["functionId"]})[0]
            variables = variables_of(tx, function)
        return {
            **inherited(os.environ),
            **environment(self._services, function, deployment, variables, function["buildSpecification"]),
            "APPWRITE_FUNCTION_API_KEY": self._services.keys.mint(function["scopes"], LONGEST),
        }

    def _update(self, deployment_id: str, changes: Document) -> Document | None:
        """Write to the deployment, None if it has been deleted."""
        with self._services.database.write() as tx:
            deployment = DEPLOYMENTS.get(tx, deployment_id)
            return DEPLOYMENTS.update(tx, deployment, changes) if deployment else None

    def _finish(self, deployment_id: str, build: Build) -> None:
        changes = {
            "status": "ready" if build.folder else "failed",
            "build": str(build.folder or ""),
            "buildSize": build.size,
            "buildLogs": build.logs,
            "buildDuration": round(build.seconds),
        }
        replaced = ""
        with self._services.database.write() as tx:
            deployment = DEPLOYMENTS.get(tx, deployment_id)
            if deployment:
                DEPLOYMENTS.update(tx, deployment, changes)
                wanted = build.folder and deployment["activate"] and not _is_outdated(tx, deployment)
                replaced = activate(tx, deployment) if wanted else ""
        self._retire(replaced)


def activate(tx: Transaction, deployment: Document) -> str:
    """Have the function's executions use this deployment; the id of the one that it replaces, '' if none."""
    function = FUNCTIONS.find(tx, {"$id": deployment["functionId"]})[0]
    FUNCTIONS.update(tx, function, {"deploymentId": deployment["$id"], "live": True})
    return str(function["deploymentId"]) if function["deploymentId"] != deployment["$id"] else ""


def _is_outdated(tx: Transaction, deployment: Document) -> bool:
    """Whether a newer deployment has become active meanwhile."""
    function = FUNCTIONS.find(tx, {"$id": deployment["functionId"]})[0]
    active = DEPLOYMENTS.get(tx, function["deploymentId"])
    return active is not None and active["$sequence"] > deployment["$sequence"]
