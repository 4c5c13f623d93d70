"""Delayed executions: kept with what was asked until their minute comes, then started once."""

from collections.abc import Iterator
from datetime import datetime

from infra.local.appwrite.collection import Document
from infra.local.appwrite.compute.documents import DELAYED, EXECUTIONS, FUNCTIONS, ready_deployment
from infra.local.appwrite.compute.executor import Job, record
from infra.local.appwrite.compute.request_headers import Origin
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.services import Services
from infra.local.appwrite.values import timestamp


def keep(services: Services, job: Job, minute: datetime) -> Document:
    """Store the execution as scheduled for that minute."""
    at = timestamp(minute)
    asked = {"method": job.method, "path": job.path, "headers": dict(job.headers), "body": job.body.decode()}
    row = {"$id": job.execution_id, "minute": at, "functionId": job.function["$id"], "userId": job.origin.user_id}
    with services.database.write() as tx:
        DELAYED.create(tx, {**row, **asked})
        return EXECUTIONS.create(tx, {**record(job), "trigger": "schedule", "status": "scheduled", "scheduledAt": at})


def cancel(tx: Transaction, execution_id: str) -> None:
    """Forget what was to be started."""
    DELAYED.delete(tx, {"$id": execution_id})


def due(services: Services, minute: datetime) -> list[Job]:
    """Take those whose minute has come; whoever took them starts them or loses them, as nothing tries twice."""
    with services.database.write() as tx:
        rows = DELAYED.select(tx, '"minute" <= ?', [timestamp(minute)])
        jobs = list(_jobs(tx, rows))
        for row in rows:
            cancel(tx, row["$id"])
        for job in jobs:
            EXECUTIONS.update(tx, EXECUTIONS.find(tx, {"$id": job.execution_id})[0], {"status": "waiting"})
    return jobs


def _jobs(tx: Transaction, rows: list[Document]) -> Iterator[Job]:
    """As a job runs now: the deployment that is active now, no key or JWT from when it was asked for."""
    for row in rows:
        function = FUNCTIONS.get(tx, row["functionId"])
        deployment = ready_deployment(tx, function) if function else None
        if function and deployment:
            user = row["userId"] or ""
            origin = Origin("schedule", user_id=user, session_id="" if user else None, event="")
            asked = (row["method"], row["path"], row["headers"], row["body"].encode())
            yield Job(row["$id"], function, deployment, origin, *asked)
