"""Executions that fail, take too long, or lose their process or server."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.infra.appwrite.compute.samples import WAYS, named
from tests.infra.appwrite.compute.served import Server
from tests.infra.appwrite.compute.tiny import is_alive, until

CURL_ERROR = r"Internal curl error has occurred within the executor! Error Number: {}\nError Code: 500"


@pytest.mark.parametrize(
    ("status", "ended"), [(200, "completed"), (404, "completed"), (500, "failed"), (503, "failed")]
)
def test_only_statuses_from_500_up_fail_an_execution(ways: Server, status: int, ended: str) -> None:
    answer = ways.http("POST", "/functions/ways/executions", json={"path": f"/status/{status}"})
    assert (answer.status_code, answer.json()["status"]) == (201, ended)
    assert answer.json()["responseStatusCode"] == status


def test_crash_fails_the_execution_and_the_next_one_gets_a_new_process(ways: Server) -> None:
    before = ways.execute("ways")["responseBody"]
    crashed = ways.execute("ways", "/crash")
    assert (crashed["status"], crashed["responseStatusCode"], crashed["responseBody"]) == ("failed", 500, "")
    assert (
        crashed["errors"] == r"Internal curl error has occurred within the executor! Error Number: 52\nError Code: 500"
    )
    assert named(crashed["responseHeaders"]) == ["x-appwrite-execution-id"]
    after = ways.execute("ways")["responseBody"]
    assert after != before


def test_killed_process_is_started_again(ways: Server) -> None:
    process = int(ways.execute("ways")["responseBody"])
    os.kill(process, signal.SIGKILL)
    until(lambda: not is_alive(process))
    assert int(ways.execute("ways")["responseBody"]) != process


def test_async_main_over_its_timeout_fails(server: Server) -> None:
    server.deploy("late", WAYS, timeout=1)
    late = server.execute("late", "/forever")
    assert (late["status"], late["responseStatusCode"], late["errors"]) == ("failed", 500, "Execution timed out.\n")


@pytest.mark.slow
def test_blocked_process_is_given_up_five_seconds_after_the_timeout(server: Server) -> None:
    server.deploy("blocked", "import time\nasync def main(context):\n    time.sleep(60)", timeout=1)
    late = server.execute("blocked")
    assert (late["status"], late["responseStatusCode"]) == ("failed", 500)
    assert late["errors"] == CURL_ERROR.format(28)


def test_sync_limit_answers_408_while_the_code_runs_on(own_server: Callable[..., Server], tmp_path: Path) -> None:
    server = own_server("--sync-limit", "1")
    server.deploy("slow", WAYS)
    server.execute("slow")
    error = server.execute("slow", f"/wait?started={tmp_path}/started&release={tmp_path}/release")
    message = (
        "Synchronous function execution timed out. Use asynchronous execution instead, or ensure the execution "
        "duration doesn't exceed 30 seconds."
    )
    assert error == {"message": message, "code": 408, "type": "function_synchronous_timeout", "version": "1.9.6"}
    stored = server.http("GET", "/functions/slow/executions").json()["executions"][-1]
    assert (stored["status"], stored["responseStatusCode"]) == ("failed", 500)
    (tmp_path / "release").touch()
    until((tmp_path / "finished").exists)


def test_killed_server_leaves_no_process_and_loses_nothing_it_answered(
    own_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = own_server()
    server.deploy("kept", WAYS)
    done = server.execute("kept")
    process = int(done["responseBody"])
    queued = server.queue("kept", f"/wait?started={tmp_path}/started&release={tmp_path}/x")
    until((tmp_path / "started").exists)
    server.end(signal.SIGKILL)
    until(lambda: not is_alive(process))
    server.start()
    assert server.http("GET", f"/functions/kept/executions/{done['$id']}").json()["status"] == "completed"
    waiting = server.http("GET", f"/functions/kept/executions/{queued}").json()
    assert waiting["status"] == "waiting", "queued executions are at most once: nothing runs it again"
    assert server.execute("kept")["status"] == "completed"


def test_ended_server_leaves_no_process(own_server: Callable[..., Server]) -> None:
    server = own_server()
    server.deploy("ended", WAYS)
    process = int(server.execute("ended")["responseBody"])
    assert server.end() == 0
    assert not is_alive(process)
