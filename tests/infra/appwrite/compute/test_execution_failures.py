"""Executions that fail, take too long, or lose their process or server."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.infra.appwrite.compute.samples import WAYS
from tests.infra.appwrite.compute.served import Server
from tests.infra.appwrite.compute.tiny import is_alive, until

CURL_ERROR = r"Internal curl error has occurred within the executor! Error Number: {}\nError Code: 500"


def test_killed_process_is_started_again(ways: Server) -> None:
    process = int(ways.execute("ways")["responseBody"])
    os.kill(process, signal.SIGKILL)
    until(lambda: not is_alive(process))
    assert int(ways.execute("ways")["responseBody"]) != process


@pytest.mark.slow
def test_blocked_process_is_given_up_five_seconds_after_the_timeout(server: Server) -> None:
    server.deploy("blocked", "import time\nasync def main(context):\n    time.sleep(60)", timeout=1)
    late = server.execute("blocked")
    assert (late["status"], late["responseStatusCode"]) == ("failed", 500)
    assert late["errors"] == CURL_ERROR.format(28)


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
