import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local import listening, loopback
from tests.infra.graphy.conftest import KEY, MID, SECRET, Client, Receiver
from tests.infra.graphy.waiting import wait_until

SECRETS = {"GRAPHY_API_KEY": KEY, "GRAPHY_WEBHOOK_SECRET": SECRET}
NOWHERE = "http://127.0.0.1:9/"


def command(folder: Path, port: int, webhook_url: str) -> list[str]:
    hook = ["--webhook-url", webhook_url]
    return [sys.executable, "-m", "infra.local.graphy", "--data", str(folder), "--port", str(port), "--mid", MID, *hook]


@contextmanager
def started(folder: Path, webhook_url: str = NOWHERE) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen(
        command(folder, 0, webhook_url), env={**os.environ, **SECRETS}, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().removeprefix("ready ").strip()
        finally:
            process.kill()


def test_it_says_ready_with_its_address_and_ends_cleanly(tmp_path: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        with started(tmp_path) as (process, address):
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)
            process.send_signal(number)
            assert process.wait(10) == 0


def test_what_was_answered_survives_kill_9(tmp_path: Path) -> None:
    with started(tmp_path) as (process, address), loopback.session() as http:
        Client(address, http).enrol(["a@example.com"])
        process.kill()
    with started(tmp_path) as (_, address), loopback.session() as http:
        assert Client(address, http).get("/v2/learners").json()["total"] == 1


def test_an_event_in_flight_at_kill_9_is_sent_after_the_restart(tmp_path: Path, receiver: Receiver) -> None:
    receiver.barrier = threading.Barrier(2)
    with started(tmp_path, receiver.url) as (process, address), loopback.session() as http:
        graphy = Client(address, http)
        graphy.enrol(["a@example.com"])
        (event_id,) = graphy.control("complete", {})["event_ids"]
        wait_until(lambda: len(receiver.received), lambda count: count == 1)
        process.kill()
    receiver.barrier.abort()
    receiver.barrier = None
    with started(tmp_path, receiver.url) as (_, address), loopback.session() as http:
        report = wait_until(Client(address, http).deliveries, lambda report: report["pending"] == 0)
    assert report["delivered"] == 1
    assert [json.loads(body)["event_id"] for _, body in receiver.received] == [event_id, event_id]


def test_a_taken_port_is_said_clearly(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        ended = subprocess.run(
            command(tmp_path, listening.port_of(other), NOWHERE),
            env={**os.environ, **SECRETS},
            check=False,
            capture_output=True,
            text=True,
        )
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "Address already in use" in ended.stderr


def test_a_missing_secret_is_named(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in SECRETS}
    ended = subprocess.run(command(tmp_path, 0, NOWHERE), env=environment, check=False, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr == "Set GRAPHY_API_KEY in the environment.\n"
