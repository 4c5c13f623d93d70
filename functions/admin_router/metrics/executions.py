"""What Appwrite keeps of a function's executions: https://appwrite.io/docs/references/cloud/server-python/functions#listExecutions

A self-hosted server keeps them for 14 days, Appwrite Cloud about the last 100 of each function.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from appwrite.exception import AppwriteException
from appwrite.query import Query

from functions.admin_router.metrics.figures import Latency, WorkerFigures, latency
from functions.admin_router.metrics.stopwatch import Stopwatch
from shared.executions import WORKER
from shared.log import Log

WEBHOOK = "graphy_webhook"
WEBHOOK_CALLS = 100
#: About half an hour of a worker that is started each minute; their logs come with them.
PASSES = 25


@dataclass(frozen=True)
class Execution:
    """One that has ended."""

    began: datetime
    seconds: float
    failed: bool


def webhook_latency(client: Stopwatch, log: Log) -> Latency | None:
    found = _latest(client, log, WEBHOOK, WEBHOOK_CALLS)
    return None if found is None else latency([each.seconds for each in found])


def worker_figures(client: Stopwatch, log: Log, now: datetime) -> WorkerFigures | None:
    found = _latest(client, log, WORKER, PASSES)
    if found is None:
        return None
    age = max(0.0, (now - found[0].began).total_seconds()) if found else None
    return WorkerFigures(last_pass_age_seconds=age, passes=len(found), failed_passes=sum(each.failed for each in found))


def _latest(client: Stopwatch, log: Log, function_id: str, limit: int) -> Sequence[Execution] | None:
    """The latest first; None if Appwrite does not tell, as the function or the scope executions.read is missing."""
    ended = Query.equal("status", ["completed", "failed"])
    queries = [ended, Query.order_desc("$createdAt"), Query.limit(limit)]
    try:
        found = client.call("get", f"/functions/{function_id}/executions", {}, {"queries": queries})["executions"]
    except AppwriteException as error:
        log.warning("executions not read", function=function_id, appwrite_code=error.code, appwrite_type=error.type)
        return None
    return [
        Execution(datetime.fromisoformat(each["$createdAt"]), float(each["duration"]), each["status"] == "failed")
        for each in found
    ]
