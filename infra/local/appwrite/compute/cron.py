"""Schedules: every minute, the functions whose cron expression names it.

A run that is still going keeps nothing from starting; minutes that pass while the server is down are not made up for.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from croniter import croniter
from starlette.concurrency import run_in_threadpool

from infra.local.appwrite.compute import delayed
from infra.local.appwrite.compute.documents import FUNCTIONS, ready_deployment
from infra.local.appwrite.compute.executor import Executor, Job
from infra.local.appwrite.compute.request_headers import Origin
from infra.local.appwrite.services import Services
from infra.local.appwrite.values import unique_id


async def keep_schedules(services: Services) -> None:
    """Start what is due at each full minute (UTC), until cancelled."""
    minute = datetime.min.replace(tzinfo=UTC)
    while True:
        now = services.clock()
        # A sleep may end a little early: what has been started isn't started again.
        minute = max(minute, now.replace(second=0, microsecond=0)) + timedelta(minutes=1)
        await asyncio.sleep((minute - now).total_seconds())
        await run_in_threadpool(start_due, services, minute)


def start_due(services: Services, minute: datetime) -> None:
    """Queue an execution for every enabled function with an active deployment whose schedule names this minute, and the
    delayed ones whose minute it is."""
    executor = services.get(Executor)
    for job in delayed.due(services, minute):
        executor.start(job)
    with services.database.read() as tx:
        scheduled = FUNCTIONS.select(tx, '"schedule" != \'\' AND "enabled"', [])
        named = [function for function in scheduled if croniter.match(function["schedule"], minute)]
        due = [(function, ready_deployment(tx, function)) for function in named]
    for function, deployment in due:
        if deployment:
            executor.submit(Job(unique_id(services.clock()), function, deployment, Origin("schedule", event="")))
