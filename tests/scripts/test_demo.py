"""`make demo` as a user runs it."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from infra.local import listening
from infra.local.stack import ROOT
from scripts.delivered import mailed
from tests.ports import three_free_ports


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.demo", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_demo_ends_with_status_0_and_says_where_everything_is(tmp_path: Path, build_cache: Path) -> None:
    data = tmp_path / "demo"
    done = demo("--learners", "7", "--data", str(data), "--port", str(three_free_ports()))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "7 of 7 certificates were issued, stored and mailed" in done.stdout
    assert len(list((data / "certificates").glob("*.pdf"))) == 7
    assert len({mail.sha256 for mail in mailed(data / "mails")}) == 7


def test_a_port_that_is_taken_is_said_and_ends_with_status_1(tmp_path: Path) -> None:
    with closing(listening.listen(0)) as listener:
        port = listening.port_of(listener)
        done = demo("--data", str(tmp_path / "demo"), "--port", str(port - 2))
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("count", ["0", "5001", "many"])
def test_a_number_of_learners_that_makes_no_sense_is_refused(count: str) -> None:
    done = demo("--learners", count)
    assert done.returncode == 2
    assert "--learners" in done.stderr
