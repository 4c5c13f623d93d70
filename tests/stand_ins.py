"""Stand-ins for Appwrite as processes of their own, for tests that start many: forked, so that none loads anything."""

import atexit
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from infra.local.services import STOP_SECONDS, ServiceFailed
from infra.local.stack import ROOT


@contextmanager
def running(data: Path, options: Sequence[str]) -> Iterator[str]:
    """Run one on what `data` holds while the block runs; its endpoint, on a port that the system chose.

    As `infra.local.services.service` does, whose processes start by themselves: that takes some ten times as long.
    """
    says, log = data / "says", data / "log"
    os.mkfifo(says)
    given = ["--data", str(data), "--port", "0", *options]
    _ask({"says": str(says), "log": str(log), "options": given, "environment": dict(os.environ)})
    with says.open(encoding="utf-8") as said:
        says.unlink()
        process = int(said.readline())
        ready, _, endpoint = said.readline().strip().partition(" ")
        if ready != "ready":
            raise ServiceFailed(f"The stand-in did not start. {log.read_text()[-2000:]}")
        try:
            yield endpoint
        finally:
            _end(process)


def _ask(order: dict[str, object]) -> None:
    nursery = _nursery()
    assert nursery.stdin
    nursery.stdin.write(json.dumps(order) + "\n")
    nursery.stdin.flush()


@cache
def _nursery() -> subprocess.Popen[str]:
    """One for all tests of this process, which it does not outlive."""
    command = [sys.executable, "-m", "tests.nursery"]
    nursery = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, text=True, start_new_session=True)
    atexit.register(nursery.communicate)
    return nursery


def _end(process: int) -> None:
    """Raises nothing if it has ended already."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        while time.monotonic() < until:
            os.kill(process, 0)
            time.sleep(0.005)
        os.kill(process, signal.SIGKILL)
