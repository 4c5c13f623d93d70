"""Functions: uploaded code, built, run in processes of its own, and reached by REST, domain and schedule."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from infra.local.appwrite.compute import deployments, domains, executions, functions, rules, variables
from infra.local.appwrite.compute.build_queue import BuildQueue
from infra.local.appwrite.compute.builds import Builder
from infra.local.appwrite.compute.cron import keep_schedules
from infra.local.appwrite.compute.documents import COLLECTIONS
from infra.local.appwrite.compute.executor import Executor
from infra.local.appwrite.compute.processes import Processes
from infra.local.appwrite.services import Services

ROUTES = tuple(room.routes for room in (functions, variables, deployments, executions, rules))
SCHEMA = tuple(collection.schema for collection in COLLECTIONS)
HOSTS = (domains.host,)
#: Names a folder of finished builds that several servers share; each keeps its own without it.
SHARED_BUILDS = "LOCAL_BUILD_CACHE"


@asynccontextmanager
async def lifespan(services: Services) -> AsyncIterator[None]:
    """Build, run and schedule for as long as the server runs; at its end no process is left."""
    data = services.settings.data
    builder = Builder(Path(os.environ.get(SHARED_BUILDS) or data / "builds"))
    builder.clean()
    processes = Processes(data / "logs")
    executor = Executor(services, processes)
    builds = BuildQueue(services, builder, processes.retire)
    for part in (processes, executor, builds):
        services.add(part)
    builds.resume()
    schedules = asyncio.create_task(keep_schedules(services))
    try:
        yield
    finally:
        schedules.cancel()
        with suppress(asyncio.CancelledError):
            await schedules
        await builds.close()
        await executor.close()
        await processes.close()
