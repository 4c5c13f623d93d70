"""The local services start together, say what is wrong, and are gone afterwards."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from infra.local import listening
from infra.local.services import Identity, Ports, ServiceFailed, services
from infra.local.stack import ROOT
from tests.ports import three_free_ports

IDENTITY = Identity("p", "merchant", "graphy-key", "webhook-secret")


@pytest.fixture
def ports() -> Ports:
    return Ports.from_base(three_free_ports())


@pytest.fixture
def taken() -> Iterator[int]:
    with closing(listening.listen(0)) as listener:
        yield listening.port_of(listener)


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_all_three_answer_and_are_gone_when_the_block_ends(tmp_path: Path, ports: Ports) -> None:
    with services(tmp_path, ports, IDENTITY) as running:
        assert requests.get(f"{running.appwrite}/health/version", timeout=10).json() == {"version": "1.9.6"}
        products = {"mid": "merchant", "key": "graphy-key"}
        assert requests.get(f"{running.graphy}/public/v1/products", params=products, timeout=10).json()["data"] == []
        assert is_open(ports.mail)
    assert not any(map(is_open, (ports.appwrite, ports.graphy, ports.mail)))


def test_appwrites_own_mails_go_to_the_mail_server(tmp_path: Path, ports: Ports) -> None:
    with services(tmp_path, ports, IDENTITY) as running:
        headers = {"X-Appwrite-Project": "p", "X-Appwrite-Key": (tmp_path / "appwrite" / "api-key").read_text()}
        user = {"userId": "u", "email": "sop@client.example"}
        requests.post(f"{running.appwrite}/users", json=user, headers=headers, timeout=10).raise_for_status()
        asked = {"email": user["email"], "url": "http://localhost/"}
        answer = requests.post(f"{running.appwrite}/account/recovery", json=asked, headers=headers, timeout=10)
        assert answer.status_code == 201
        (mail,) = running.mails.glob("*.eml")
        assert "Delivered-To: sop@client.example" in mail.read_text()


def test_a_port_that_is_taken_is_named_and_nothing_keeps_running(tmp_path: Path, ports: Ports, taken: int) -> None:
    blocked = Ports(ports.appwrite, taken, ports.mail)
    with pytest.raises(ServiceFailed, match=rf"graphy did not start.*{taken}"), services(tmp_path, blocked, IDENTITY):
        pass
    assert not any(map(is_open, (ports.appwrite, ports.mail)))


def test_the_secrets_are_not_on_the_command_line(tmp_path: Path, ports: Ports) -> None:
    with services(tmp_path, ports, IDENTITY):
        lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if _mine(path, tmp_path)]
        assert len(lines) == 3
        for secret in ("graphy-key", "webhook-secret", (tmp_path / "appwrite" / "api-key").read_text().strip()):
            assert not any(secret.encode() in line for line in lines)


def _mine(cmdline: Path, folder: Path) -> bool:
    try:
        return str(folder).encode() in cmdline.read_bytes()
    except OSError:
        return False


@pytest.mark.slow
def test_run_says_where_everything_is_keeps_the_data_and_ends_at_ctrl_c(tmp_path: Path, build_cache: Path) -> None:
    data = tmp_path / "run"
    for _ in range(2):
        with subprocess.Popen(
            [sys.executable, "-m", "scripts.run", "--data", str(data), "--port", str(three_free_ports())],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            welcome = next(line for line in process.stdout if line.startswith("Running."))
            assert str(data) in welcome
            os.killpg(process.pid, signal.SIGINT)
            assert "the data stays" in process.stdout.read()
        assert process.returncode == 0
    assert (data / "appwrite" / "appwrite.sqlite").is_file()
