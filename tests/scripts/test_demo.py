"""`make demo` as a user runs it, and `make run` on what it leaves."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import takewhile
from pathlib import Path

import pytest

from infra.local import listening, loopback
from infra.local.stack import ADMIN_EMAIL, PROJECT, ROOT
from scripts.callers import Appwrite, Portal
from scripts.delivered import mailed
from scripts.demo import CLIENTS
from tests.ports import three_free_ports


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scripts.demo", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    """What `make run` says once all is up; stopped afterwards."""
    command = [sys.executable, "-m", "scripts.run", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield "".join(takewhile(lambda line: not line.startswith("Each function's"), process.stdout))
        finally:
            process.terminate()


def _pages(said: str) -> list[str]:
    """The lines that say where to sign in, and how."""
    lines = [line.strip() for line in said.splitlines()]
    return lines[lines.index(next(line for line in lines if line.startswith("Console "))) :][: 4 + len(CLIENTS)]


@pytest.mark.slow
def test_the_demo_says_where_everything_is_and_a_run_on_its_data_has_the_same_logins(
    tmp_path: Path, build_cache: Path
) -> None:
    data, port = tmp_path / "demo", str(three_free_ports())
    done = demo("--learners", "7", "--data", str(data), "--port", port)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "7 of 7 certificates were issued, stored and mailed" in done.stdout
    assert len(list((data / "certificates").glob("*.pdf"))) == 7
    assert len({mail.sha256 for mail in mailed(data / "mails")}) == 7
    assert f"make run DATA={data} PORT={port}" in done.stdout
    with running("--data", str(data), "--port", port) as said, loopback.session() as session:
        session.cookies.set_policy(loopback.NO_COOKIES)
        assert _pages(said) == _pages(done.stdout)
        appwrite = Appwrite(session, f"http://127.0.0.1:{port}/v1", PROJECT)
        password = next(line.split()[-1] for line in _pages(said) if line.startswith(ADMIN_EMAIL))
        assert appwrite.log_in(ADMIN_EMAIL, password)
        theirs = [
            Portal(appwrite, "sop_router", appwrite.log_in(each.sop_email, each.sop_password)) for each in CLIENTS
        ]
        learners = [list(sop.every("LIST_ORG_LEARNERS", "learners")) for sop in theirs]
        assert sum(map(len, learners)) == 7


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
