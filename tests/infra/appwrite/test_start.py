"""Starting, ending, being killed."""

import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.conformance.table import Table
from tests.infra.appwrite.served import Served

Start = Callable[..., Served]


def test_a_taken_port_is_said_in_one_line_with_status_1(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "infra.local.appwrite", "--data", str(tmp_path), "--project", "p"]
        ended = subprocess.run([*command, "--port", port], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith(f"Cannot listen on 127.0.0.1:{port}: ")
    assert ended.stderr.count("\n") == 1


def test_a_mail_server_without_a_port_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.local.appwrite", "--data", str(tmp_path), "--project", "p"]
    ended = subprocess.run([*command, "--smtp", "localhost"], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "localhost is not host:port" in ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(own_appwrite: Start, number: signal.Signals) -> None:
    assert own_appwrite().end(number) == 0


def test_key_and_secret_are_for_their_owner_only_and_kept_between_starts(own_appwrite: Start) -> None:
    first = own_appwrite()
    modes = {stat.S_IMODE((first.data / name).stat().st_mode) for name in ("api-key", "signing-secret")}
    assert modes == {0o600}
    first.end()
    assert own_appwrite().key == first.key


def test_a_given_key_file_is_read(own_appwrite: Start, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("my-key\n")
    served = own_appwrite("--key-file", str(tmp_path / "key"))
    headers = {"X-Appwrite-Key": "my-key"}
    assert served.guest("GET", "/users", headers).status_code == 200


def test_kill_9_in_the_middle_of_writing_loses_no_answered_row(own_appwrite: Start) -> None:
    served = own_appwrite()
    served.http("POST", "/tablesdb", json={"databaseId": "db", "name": "DB"}).raise_for_status()
    table = Table(served.remote, "db", "t")
    answered: list[str] = []
    enough = threading.Event()

    def write(worker: int) -> None:
        with requests.Session() as session:
            for number in range(10_000):
                row_id = f"w{worker}-{number}"
                body = {"rowId": row_id, "data": {"title": "t"}}
                headers = {"X-Appwrite-Project": "local", "X-Appwrite-Key": served.key}
                try:
                    session.post(f"{served.endpoint}{table.path}/rows", json=body, headers=headers).raise_for_status()
                except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
                    return
                answered.append(row_id)
                if len(answered) >= 200:
                    enough.set()

    workers = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    assert enough.wait(30)
    served.end(signal.SIGKILL)
    for worker in workers:
        worker.join()

    served.start()
    everything = {"queries[0]": '{"method":"limit","values":[100000]}'}
    kept = served.http("GET", f"{table.path}/rows", params=everything).json()["rows"]
    assert set(answered) <= {row["$id"] for row in kept}


def test_version_is_told_to_anyone_for_any_project(appwrite: Served) -> None:
    answer = appwrite.session.get(appwrite.endpoint + "/health/version", headers={"X-Appwrite-Project": "console"})
    assert answer.json() == {"version": "1.9.6"}
