"""Executions over REST: what is asked, answered and kept."""

from pathlib import Path

from tests.infra.appwrite.compute.served import Server
from tests.infra.appwrite.compute.tiny import until


def test_execution_has_the_fields_of_the_real_server(ways: Server) -> None:
    execution = ways.execute("ways", "/status/204")
    assert set(execution) == {
        *("$id", "$createdAt", "$updatedAt", "$permissions", "functionId", "deploymentId", "trigger", "status"),
        *("requestMethod", "requestPath", "requestHeaders", "responseStatusCode", "responseBody", "responseHeaders"),
        *("logs", "errors", "duration", "scheduledAt"),
    }


def test_waiting_execution_cannot_be_deleted_but_an_ended_one_can(ways: Server, tmp_path: Path) -> None:
    path = f"/wait?started={tmp_path}/started&release={tmp_path}/release"
    execution = ways.queue("ways", path)
    until((tmp_path / "started").exists)
    where = f"/functions/ways/executions/{execution}"
    assert ways.http("GET", where).json()["status"] == "waiting"
    refused = ways.http("DELETE", where)
    assert (refused.status_code, refused.json()["type"]) == (400, "execution_in_progress")
    (tmp_path / "release").touch()
    ways.ended("ways", execution)
    assert ways.http("DELETE", where).status_code == 204
    assert ways.http("GET", where).json()["type"] == "execution_not_found"


def test_every_one_of_a_burst_runs_once(server: Server, tmp_path: Path) -> None:
    code = """
import pathlib
async def main(context):
    pathlib.Path(context.req.path).touch(exist_ok=False)
    return context.res.empty()
"""
    server.deploy("burst", code)
    started = [server.queue("burst", f"{tmp_path}/{n}") for n in range(50)]
    assert [server.ended("burst", one)["responseStatusCode"] for one in started] == [204] * 50
    assert len(list(tmp_path.iterdir())) == 50


def test_queued_executions_run_eight_at_a_time(server: Server) -> None:
    code = """
import asyncio
running = peak = 0
async def main(context):
    global running, peak
    running += 1
    peak = max(peak, running)
    await asyncio.sleep(0.05)
    running -= 1
    context.log(peak)
    return context.res.empty()
"""
    server.deploy("eight", code)
    started = [server.queue("eight") for _ in range(40)]
    peaks = [int(server.ended("eight", one)["logs"]) for one in started]
    assert max(peaks) == 8


def test_long_logs_keep_their_end(server: Server) -> None:
    code = """
def main(context):
    for n in range(200):
        context.log(str(n % 10) * 7999)
    return context.res.empty()
"""
    server.deploy("long-logs", code)
    logs = server.execute("long-logs")["logs"]
    stored = server.http("GET", "/functions/long-logs/executions").json()["executions"][0]["logs"]
    assert len(stored) == 1_000_000
    assert stored.startswith("[WARNING] Logs truncated. The output exceeded 1000000 characters.\n")
    assert logs == stored
