"""Schedules: who is due at a minute, and that the minute comes."""

import asyncio
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.appwrite.compute import SCHEMA, lifespan
from infra.local.appwrite.compute.builds import Builder
from infra.local.appwrite.compute.cron import start_due
from infra.local.appwrite.compute.delayed import cancel, keep
from infra.local.appwrite.compute.documents import DEPLOYMENTS, EXECUTIONS, FUNCTIONS
from infra.local.appwrite.compute.executor import Job
from infra.local.appwrite.compute.request_headers import Origin
from infra.local.appwrite.database import Database
from infra.local.appwrite.keys import Keys
from infra.local.appwrite.services import Services, Settings
from infra.local.appwrite.values import Clock
from tests.infra.appwrite.compute.tiny import archive

CODE = "def main(context):\n    context.log([context.req.method, context.req.path, context.req.headers])\n"
MINUTE = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def services_at(data: Path, clock: Clock) -> Services:
    settings = Settings(data, "project", "root-key", "signing-secret" * 4)
    keys = Keys("project", "root-key", settings.signing_secret, clock)
    database = Database(data / "appwrite.sqlite", clock, SCHEMA)
    return Services(settings, database, keys, clock, "http://127.0.0.1:0/v1")


async def scheduled(services: Services, schedule: str, **settings: Any) -> None:
    """A function with a built deployment, as the rooms would have stored it."""
    upload = services.settings.data / "code.tar.gz"
    upload.write_bytes(archive({"main.py": CODE + "    return context.res.empty()"}))
    built = await Builder(services.settings.data / "builds").build(upload, "", {"PATH": os.environ["PATH"]})
    function = {
        "$id": "f",
        "name": "F",
        "runtime": "python-3.12",
        "execute": [],
        "scopes": ["rows.read"],
        "timeout": 15,
        "enabled": True,
        "logging": True,
        "runtimeSpecification": "s-1vcpu-512mb",
        "deploymentId": "d",
        "schedule": schedule,
        **settings,
    }
    deployment = {"$id": "d", "functionId": "f", "type": "manual", "entrypoint": "main.py", "build": str(built.folder)}
    with services.database.write() as tx:
        FUNCTIONS.create(tx, function)
        DEPLOYMENTS.create(tx, {**deployment, "status": "ready"})


def executions(services: Services) -> list[dict[str, Any]]:
    with services.database.read() as tx:
        return EXECUTIONS.find(tx, {})


@pytest.mark.parametrize(
    ("schedule", "settings", "starts"),
    [
        ("* * * * *", {}, 1),
        ("30 12 * * *", {}, 1),
        ("31 12 * * *", {}, 0),
        ("*/15 * * * 0", {}, 1),
        ("", {}, 0),
        ("* * * * *", {"enabled": False}, 0),
        ("* * * * *", {"deploymentId": ""}, 0),
    ],
)
def test_enabled_function_with_an_active_deployment_starts_at_its_minutes(
    tmp_path: Path, loop: asyncio.Runner, schedule: str, settings: dict[str, Any], starts: int
) -> None:
    services = services_at(tmp_path, lambda: MINUTE)

    async def one_minute() -> None:
        async with lifespan(services):
            await scheduled(services, schedule, **settings)
            await asyncio.to_thread(start_due, services, MINUTE)

    loop.run(one_minute())
    assert [execution["trigger"] for execution in executions(services)] == ["schedule"] * starts
    services.database.close()


def test_minute_comes_and_the_function_runs_without_a_caller(tmp_path: Path, loop: asyncio.Runner) -> None:
    shift = MINUTE - timedelta(seconds=0.3) - datetime.now(UTC)
    services = services_at(tmp_path, lambda: datetime.now(UTC) + shift)

    async def until_it_has_run() -> None:
        async with lifespan(services):
            await scheduled(services, "30 12 * * *")
            async with asyncio.timeout(20):
                while [execution["status"] for execution in executions(services)] != ["completed"]:
                    await asyncio.sleep(0.01)

    loop.run(until_it_has_run())
    (execution,) = executions(services)
    method, path, headers = json.loads(execution["logs"])
    assert (method, path) == ("POST", "/")
    assert list(headers) == [
        *("host", "x-appwrite-execution-id", "x-appwrite-key", "x-appwrite-trigger", "x-appwrite-event"),
        *("x-appwrite-user-id", "x-appwrite-user-jwt", "x-appwrite-country-code", "x-appwrite-continent-code"),
        *("x-appwrite-continent-eu", "authorization", "accept", "accept-encoding"),
    ]
    assert (headers["x-appwrite-trigger"], headers["x-appwrite-event"]) == ("schedule", "")
    assert (headers["x-appwrite-user-id"], headers["x-appwrite-user-jwt"]) == ("", "")
    services.database.close()


def test_delayed_execution_starts_once_at_its_minute_with_what_was_asked(tmp_path: Path, loop: asyncio.Runner) -> None:
    services = services_at(tmp_path, lambda: MINUTE)

    async def three_minutes() -> None:
        async with lifespan(services):
            await scheduled(services, "")
            with services.database.read() as tx:
                function, deployment = FUNCTIONS.get(tx, "f"), DEPLOYMENTS.get(tx, "d")
            assert function
            assert deployment
            job = Job("late", function, deployment, Origin("http", user_id="u"), "PUT", "/later", {"x-a": "b"}, b"body")
            keep(services, job, MINUTE)
            keep(services, replace(job, execution_id="off"), MINUTE)
            with services.database.write() as tx:
                cancel(tx, "off")
            for minute in (-1, 0, 1):
                await asyncio.to_thread(start_due, services, MINUTE + timedelta(minutes=minute))
            async with asyncio.timeout(20):
                while {execution["status"] for execution in executions(services)} != {"completed", "scheduled"}:
                    await asyncio.sleep(0.01)

    loop.run(three_minutes())
    [late] = [execution for execution in executions(services) if execution["status"] == "completed"]
    method, path, headers = json.loads(late["logs"])
    assert (late["$id"], method, path, headers["x-a"]) == ("late", "PUT", "/later", "b")
    assert (headers["x-appwrite-trigger"], headers["x-appwrite-user-id"]) == ("schedule", "u")
    assert headers["x-appwrite-user-jwt"]
    services.database.close()
