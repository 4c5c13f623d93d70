"""Executions over REST: what is asked, answered and kept."""

import json
from pathlib import Path

import pytest

from tests.infra.appwrite.compute.samples import ECHO, named
from tests.infra.appwrite.compute.served import Server
from tests.infra.appwrite.compute.tiny import until


def test_sync_execution_answers_with_all_of_it(echo: Server) -> None:
    answer = echo.functions.create_execution("echo", "the body", path="/a/b?q=1", method="PUT", headers={"x-mine": "v"})
    assert (answer.status.value, answer.trigger.value, answer.responsestatuscode) == ("completed", "http", 200)
    assert (answer.requestmethod, answer.requestpath) == ("PUT", "/a/b?q=1")
    assert (answer.logs, answer.errors) == ("logged\n", "an error\n")
    assert answer.duration > 0
    body = json.loads(answer.responsebody)
    assert [body[key] for key in ("method", "path", "query", "body")] == ["PUT", "/a/b", {"q": "1"}, "the body"]
    assert [header.name for header in answer.responseheaders] == [
        "content-type",
        "content-length",
        "x-appwrite-execution-id",
    ]
    assert answer.responseheaders[-1].value == answer.id


def test_execution_has_the_fields_of_the_real_server(ways: Server) -> None:
    execution = ways.execute("ways", "/status/204")
    assert set(execution) == {
        *("$id", "$createdAt", "$updatedAt", "$permissions", "functionId", "deploymentId", "trigger", "status"),
        *("requestMethod", "requestPath", "requestHeaders", "responseStatusCode", "responseBody", "responseHeaders"),
        *("logs", "errors", "duration", "scheduledAt"),
    }


def test_stored_execution_has_neither_body_nor_other_headers(ways: Server) -> None:
    execution = ways.execute("ways", "/status/201", headers={"content-type": "text/csv", "x-secret": "s"})
    assert "x-mine" in named(execution["responseHeaders"])
    stored = ways.http("GET", f"/functions/ways/executions/{execution['$id']}").json()
    assert stored["responseBody"] == ""
    assert named(stored["requestHeaders"]) == ["content-type", "x-appwrite-client-ip"]
    assert named(stored["responseHeaders"]) == ["content-type", "content-length"]


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        (
            {"method": "TRACE"},
            400,
            "Invalid `method` param: Value must be one of (GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD)",
        ),
        (
            {"scheduledAt": "2030-01-01T00:00:00Z"},
            501,
            "The local Appwrite does not emulate executions with `scheduledAt`",
        ),
    ],
)
def test_wrong_parameters_are_refused(echo: Server, params: dict[str, str], code: int, message: str) -> None:
    error = echo.execute("echo", **params)
    assert (error["code"], error["message"]) == (code, message)


def test_async_execution_answers_202_and_never_keeps_the_body(echo: Server) -> None:
    answer = echo.http("POST", "/functions/echo/executions", json={"async": True, "path": "/later"})
    assert (answer.status_code, answer.json()["status"], answer.json()["responseStatusCode"]) == (202, "waiting", 0)
    ended = echo.ended("echo", answer.json()["$id"])
    assert (ended["status"], ended["responseStatusCode"], ended["responseBody"]) == ("completed", 200, "")
    assert (ended["logs"], ended["errors"]) == ("logged\n", "an error\n")
    assert named(ended["responseHeaders"]) == ["content-type", "content-length"]


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


def test_logging_off_stores_no_logs(server: Server) -> None:
    server.deploy("silent", ECHO, logging=False)
    execution = server.execute("silent")
    assert (execution["logs"], execution["errors"]) == ("", "")


def test_binary_answer_cannot_travel_by_rest(ways: Server) -> None:
    error = ways.execute("ways", "/binary")
    message = "Failed to parse response: Malformed UTF-8 characters, possibly incorrectly encoded"
    assert error == {"message": message, "code": 400, "type": "general_unknown", "version": "1.9.6"}


def test_executions_are_listed_by_what_clients_filter_on(ways: Server) -> None:
    execution = ways.execute("ways", "/status/500")
    queries = [
        json.dumps({"method": "equal", "attribute": "status", "values": ["failed"]}),
        json.dumps({"method": "equal", "attribute": "responseStatusCode", "values": [500]}),
        json.dumps({"method": "orderDesc", "attribute": "$createdAt"}),
    ]
    params = {f"queries[{n}]": query for n, query in enumerate(queries)}
    found = ways.http("GET", "/functions/ways/executions", params=params).json()["executions"]
    assert found[0]["$id"] == execution["$id"]
    assert {one["status"] for one in found} == {"failed"}
