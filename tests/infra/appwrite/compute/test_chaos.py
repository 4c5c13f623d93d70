"""The switches that lose executions and kill functions, for tests of what must bear both."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local.appwrite.compute.chaos import LONGEST_LIFE, Chaos
from infra.local.appwrite.services import Settings
from tests.infra.appwrite.compute.served import Server

TOUCH = """
import asyncio, pathlib
async def main(context):
    pathlib.Path(context.req.path).touch()
    while "forever" in context.req.query:
        await asyncio.sleep(0.01)
    return context.res.empty()
"""
CRASHED = r"Internal curl error has occurred within the executor! Error Number: 52\nError Code: 500"


def decisions(seed: int) -> list[tuple[bool, float | None]]:
    chaos = Chaos(Settings(Path(), "p", "", "", lose_executions=0.3, kill_functions=0.3, seed=seed))
    return [(chaos.loses(), chaos.life()) for _ in range(1000)]


def test_a_seed_chooses_the_same_executions_again() -> None:
    first = decisions(1)
    assert first == decisions(1) != decisions(2)
    lives = [life for _, life in first if life is not None]
    assert 200 < sum(lost for lost, _ in first) < 400
    assert 200 < len(lives) < 400
    assert 0 <= min(lives) <= max(lives) <= LONGEST_LIFE


def test_nothing_is_lost_or_killed_unless_asked_for() -> None:
    chaos = Chaos(Settings(Path(), "p", "", ""))
    assert [(chaos.loses(), chaos.life()) for _ in range(100)] == [(False, None)] * 100


def test_lost_executions_are_accepted_and_wait_forever_while_the_rest_run(
    own_server: Callable[..., Server], tmp_path: Path
) -> None:
    server = own_server("--lose-executions", "0.5", "--seed", "7")
    chaos = Chaos(Settings(Path(), "p", "", "", lose_executions=0.5, seed=7))
    lost = [chaos.loses() for _ in range(20)]
    server.deploy("touch", TOUCH)
    started = [server.queue("touch", f"{tmp_path}/touched-{number}") for number in range(20)]
    for execution, is_lost in zip(started, lost, strict=True):
        if not is_lost:
            assert server.ended("touch", execution)["status"] == "completed"
    path = "/functions/touch/executions/{}"
    statuses = [server.http("GET", path.format(execution)).json()["status"] for execution in started]
    assert statuses == ["waiting" if is_lost else "completed" for is_lost in lost]
    assert len(list(tmp_path.glob("touched-*"))) == lost.count(False)


def test_synchronous_executions_are_never_lost(own_server: Callable[..., Server], tmp_path: Path) -> None:
    server = own_server("--lose-executions", "1")
    server.deploy("touch", TOUCH)
    assert server.execute("touch", f"{tmp_path}/touched")["status"] == "completed"


def test_killed_executions_fail_as_crashed_ones_do(own_server: Callable[..., Server], tmp_path: Path) -> None:
    server = own_server("--kill-functions", "1")
    server.deploy("touch", TOUCH)
    path = f"{tmp_path}/touched?forever=1"
    waited, queued = server.execute("touch", path), server.ended("touch", server.queue("touch", path))
    assert [(one["status"], one["errors"]) for one in (waited, queued)] == [("failed", CRASHED)] * 2


def test_a_killed_execution_may_have_done_its_work(own_server: Callable[..., Server], tmp_path: Path) -> None:
    server = own_server("--kill-functions", "0.5")
    server.deploy("touch", TOUCH)
    ended = [server.execute("touch", f"{tmp_path}/touched-{number}") for number in range(20)]
    failed = {number for number, execution in enumerate(ended) if execution["status"] == "failed"}
    touched = {int(path.name.removeprefix("touched-")) for path in tmp_path.glob("touched-*")}
    assert failed & touched
    assert set(range(20)) - failed <= touched


@pytest.mark.parametrize("fraction", ["-0.1", "1.1", "half"])
def test_fractions_lie_between_0_and_1(tmp_path: Path, fraction: str) -> None:
    command = [sys.executable, "-m", "infra.local.appwrite", "--data", str(tmp_path), "--project", "p", "--port", "0"]
    ended = subprocess.run([*command, "--lose-executions", fraction], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "argument --lose-executions" in ended.stderr
