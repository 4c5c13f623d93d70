"""What takes a minute on any server: the limit of synchronous executions, schedules, delays.

The stand-in's own limit is shortened; the rest runs with `CONFORMANCE_SLOW=1` only.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from infra.local.services import service
from tests.conformance.functions.deployed import Function, until
from tests.conformance.functions.samples import FILES
from tests.conformance.server import Server, refusal

slow = pytest.mark.skipif("CONFORMANCE_SLOW" not in os.environ, reason="takes a minute: set CONFORMANCE_SLOW=1")
TOO_LATE = (
    "Synchronous function execution timed out. Use asynchronous execution instead, or ensure the execution duration "
    "doesn't exceed 30 seconds."
)


@pytest.fixture
def hurried(tmp_path: Path, build_cache: object) -> Iterator[Server]:
    """A stand-in whose callers wait for one second only."""
    options = ["--data", str(tmp_path), "--port", "0", "--project", "p", "--sync-limit", "1"]
    with service("appwrite", options, {}, tmp_path / "log") as endpoint, requests.Session() as session:
        yield Server(endpoint, "p", (tmp_path / "api-key").read_text().strip(), session)


def check_limit(function: Function, seconds: int) -> None:
    """408 at the limit, stored as failed, while the code runs on to its end."""
    assert function.deploy(FILES)["status"] == "ready"
    function.execute("/count")
    assert refusal(function.create(f"/sleep?s={seconds}")) == (408, "function_synchronous_timeout", TOO_LATE)
    stored = function.server.http("GET", f"{function.path}/executions").json()["executions"]
    late = next(one for one in stored if one["requestPath"].startswith("/sleep"))
    assert (late["status"], late["responseStatusCode"]) == ("failed", 500)
    woken = until(lambda: function.execute("/woken"), lambda one: one["responseBody"] == "1")
    assert woken["status"] == "completed"


@pytest.mark.stand_in_only("its limit is shortened; the next test takes the time")
def test_sync_limit_answers_408_while_the_code_runs_on(hurried: Server) -> None:
    check_limit(Function(hurried, "late", timeout=20), 2)


@slow
def test_sync_limit_is_30_seconds(function: Callable[..., Function]) -> None:
    check_limit(function(timeout=60), 32)


@slow
def test_schedule_starts_the_function_without_a_caller(function: Callable[..., Function]) -> None:
    made = function(schedule="* * * * *", execute=[])
    made.deploy({"main.py": "def main(context):\n    context.log(context.req.headers)\n    return context.res.empty()"})
    path = f"{made.path}/executions"
    found = until(lambda: made.server.http("GET", path).json(), lambda one: "completed" in str(one), 150)
    execution = found["executions"][0]
    assert (execution["trigger"], execution["requestMethod"], execution["requestPath"]) == ("schedule", "POST", "/")
    assert '"x-appwrite-trigger":"schedule"' in execution["logs"]
    assert '"x-appwrite-user-id":""' in execution["logs"]
