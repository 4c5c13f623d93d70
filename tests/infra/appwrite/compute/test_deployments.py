"""Uploads, builds and activation over REST."""

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.infra.appwrite.compute.served import Server
from tests.infra.appwrite.compute.tiny import Files, archive, is_alive, until

HELLO = "def main(context):\n    return context.res.text('hello')"
MIB = 1024 * 1024


def say(text: str) -> str:
    return f"def main(context):\n    return context.res.text({text!r})"


def test_new_deployment_answers_202_and_waits(server: Server) -> None:
    server.deploy("waits", HELLO)
    files = {"code": ("code.tar.gz", archive({"main.py": HELLO}))}
    answer = server.http("POST", "/functions/waits/deployments", data={"activate": "false"}, files=files)
    assert (answer.status_code, answer.json()["status"]) == (202, "waiting")


@pytest.mark.parametrize("size", [6 * MIB, 12 * MIB + 1])
def test_large_upload_comes_in_chunks(server: Server, size: int) -> None:
    name = f"large-{size}"
    code = "from pathlib import Path\ndef main(context):\n    size = Path(__file__).with_name('big').stat().st_size"
    files: Files = {"main.py": code + "\n    return context.res.text(str(size))", "big": os.urandom(size)}
    server.deploy(name, files)
    assert server.execute(name)["responseBody"] == str(size)


def test_chunks_may_come_in_any_order_and_twice(server: Server) -> None:
    server.deploy("chunks", say("old"))
    code = archive({"main.py": say("new"), "big": os.urandom(11 * MIB)})
    size, chunk = len(code), 5 * MIB
    deployment_id = ""
    for start in (2 * chunk, 0, 0, chunk):
        part = code[start : start + chunk]
        headers = {"Content-Range": f"bytes {start}-{start + len(part) - 1}/{size}"}
        headers |= {"X-Appwrite-ID": deployment_id} if deployment_id else {}
        assert server.execute("chunks")["responseBody"] == "old", "nothing is built before all is here"
        files = {"code": ("code.tar.gz", part)}
        answer = server.http(
            "POST", "/functions/chunks/deployments", headers=headers, data={"activate": "true"}, files=files
        )
        assert answer.status_code == 202, answer.text
        deployment_id = answer.json()["$id"]
    until(lambda: server.deployment("chunks", deployment_id)["status"] == "ready")
    assert server.execute("chunks")["responseBody"] == "new"


@pytest.mark.parametrize(
    ("files", "headers", "expected"),
    [
        ({}, {}, (400, "storage_file_empty")),
        ({"code": ("code.zip", b"x")}, {}, (400, "storage_file_type_unsupported")),
        ({"code": ("code.tar.gz", b"x" * 30_000_001)}, {}, (400, "deployment_invalid_file_size")),
        ({"code": ("c.gz", b"x")}, {"Content-Range": "bytes 1-1/9"}, (400, "storage_invalid_content_range")),
        ({"code": ("c.gz", b"x")}, {"Content-Range": "0-1"}, (400, "storage_invalid_content_range")),
        ({"code": ("c.gz", b"x")}, {"X-Appwrite-ID": "../outside"}, (400, "general_argument_invalid")),
    ],
)
def test_wrong_uploads_are_refused(
    server: Server, files: dict[str, tuple[str, bytes]], headers: dict[str, str], expected: tuple[int, str]
) -> None:
    server.deploy("wrong-upload", HELLO)
    path, fields = "/functions/wrong-upload/deployments", {"activate": "true"}
    answer = server.http("POST", path, headers=headers, data=fields, files=files)
    assert (answer.status_code, answer.json()["type"]) == expected


def test_replaced_deployment_finishes_what_it_runs(server: Server, tmp_path: Path) -> None:
    release = tmp_path / "release"
    code = f"""
import asyncio, os, pathlib
async def main(context):
    while context.req.path == "/wait" and not pathlib.Path({str(release)!r}).exists():
        await asyncio.sleep(0.01)
    return context.res.text("", 200, {{"content-type": "old/" + str(os.getpid())}})
"""
    server.deploy("replaced", code)
    old_process = int(header(server.execute("replaced"), "content-type").partition("/")[2].partition(";")[0])
    waiting = server.queue("replaced", "/wait")
    server.deploy("replaced", say("new"))
    assert server.execute("replaced")["responseBody"] == "new"
    assert is_alive(old_process)
    release.touch()
    assert server.ended("replaced", waiting)["status"] == "completed"
    until(lambda: not is_alive(old_process))


def header(execution: dict[str, list[dict[str, str]]], name: str) -> str:
    return next(pair["value"] for pair in execution["responseHeaders"] if pair["name"] == name)


def test_no_more_than_two_builds_run_at_once(server: Server, tmp_path: Path) -> None:
    log = tmp_path / "log"
    server.deploy("parallel", HELLO)
    commands = f"echo start >> {log}; sleep 0.3; echo end >> {log}"
    sent = [server.send("parallel", say(str(n)), activate=False, commands=commands) for n in range(4)]
    until(lambda: all(server.deployment("parallel", one)["status"] == "ready" for one in sent))
    running = peak = 0
    for line in log.read_text().split():
        running += 1 if line == "start" else -1
        peak = max(peak, running)
    assert peak == 2


def test_build_cut_short_by_a_killed_server_is_made_again(own_server: Callable[..., Server], tmp_path: Path) -> None:
    server = own_server()
    server.deploy("cut", say("old"))
    started, go_on = tmp_path / "started", tmp_path / "go-on"
    commands = f"touch {started}; while [ ! -e {go_on} ]; do sleep 0.01; done; echo made"
    deployment_id = server.send("cut", say("new"), commands=commands)
    until(started.exists)
    until(lambda: server.deployment("cut", deployment_id)["status"] == "building")
    server.end(signal.SIGKILL)
    started.unlink()
    server.start()
    until(started.exists)
    assert server.execute("cut")["responseBody"] == "old"
    go_on.touch()
    until(lambda: server.deployment("cut", deployment_id)["status"] == "ready")
    assert server.execute("cut")["responseBody"] == "new"
    assert not list((server.data / "builds").glob(".building-*"))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of builds for the servers that a test starts."""
    monkeypatch.setenv("LOCAL_BUILD_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_finished_build_is_shared_between_servers(
    own_server: Callable[..., Server], cache: Path, tmp_path: Path
) -> None:
    count = tmp_path / "count"
    for server in (own_server(), own_server()):
        server.deploy("shared", HELLO, commands=f"echo built >> {count}")
        assert server.execute("shared")["responseBody"] == "hello"
    assert count.read_text() == "built\n"


def test_active_build_that_was_removed_is_made_again_at_the_next_start(
    own_server: Callable[..., Server], cache: Path
) -> None:
    server = own_server()
    deployment_id = server.deploy("lost", HELLO)
    server.end()
    shutil.rmtree(cache)
    server.start()
    until(lambda: server.deployment("lost", deployment_id)["status"] == "ready")
    assert server.execute("lost")["responseBody"] == "hello"


def test_older_build_that_ends_later_does_not_replace_a_newer_one(server: Server, tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    server.deploy("overtaken", HELLO)
    older = server.send("overtaken", say("older"), commands=f"while [ ! -e {go_on} ]; do sleep 0.01; done")
    server.upload("overtaken", say("newer"))
    assert server.execute("overtaken")["responseBody"] == "newer"
    go_on.touch()
    until(lambda: server.deployment("overtaken", older)["status"] == "ready")
    assert server.execute("overtaken")["responseBody"] == "newer"
