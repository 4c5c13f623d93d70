"""`make logs … TRACE=…`: what several functions logged of one thing, read through the API."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.deploy.server import Server
from infra.tracing import executions
from infra.tracing.story import lines, story
from tests.infra.appwrite.served import PROJECT, Served
from tests.infra.deploy.conftest import Project
from tests.scripts import in_process

#: Logs each line of its body, with its own id for EXECUTION.
MAIN = """
async def main(context):
    if context.req.path == "/":
        return context.res.json({"ok": True, "status": 200, "data": {"healthy": True, "parts": {}}})
    for line in context.req.body_text.splitlines():
        line = line.replace("EXECUTION", context.req.headers["x-appwrite-execution-id"])
        (context.error if "warning" in line else context.log)(line)
    return context.res.json({})
"""


@pytest.fixture
def folder(appwrite: Served, project: Project) -> Path:
    """A project with two functions deployed that log what they are told."""
    project.functions()
    for name in ("one", "two"):
        project.write(f"functions/{name}/main.py", MAIN)
    project.write(
        "infra/appwrite_collections.json",
        json.dumps({"database": {"$id": "main", "name": "Main"}, "buckets": [], "tables": []}),
    )
    access = f"APPWRITE_ENDPOINT={appwrite.endpoint}\nAPPWRITE_PROJECT={PROJECT}\nAPPWRITE_API_KEY={appwrite.key}\n"
    project.write("env.test", access + "GREETING=hello\nTOKEN=s3cret\n")
    deployed = run(project.root, "deploy", "test")
    assert deployed.returncode == 0, deployed.stdout + deployed.stderr
    return project.root


def run(folder: Path, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return in_process.run(script, arguments, folder)


def execute(server: Server, function_id: str, *said: Mapping[str, object]) -> str:
    """The execution's id."""
    body = "\n".join(json.dumps({"level": "info", "request_id": "EXECUTION", **each}) for each in said)
    return str(server.post(f"/functions/{function_id}/executions", body=body, path="/log", **{"async": False})["$id"])


def test_a_trace_is_told_in_the_order_of_time_across_functions(folder: Path, server: Server) -> None:
    hook = execute(server, "one", {"event": "stored", "time": "2026-01-01T00:00:01", "completion_id": "c1"})
    other = execute(server, "one", {"event": "stored", "time": "2026-01-01T00:00:02", "completion_id": "c2"})
    late = {"event": "mailed", "time": "2026-01-01T00:00:05", "trace_id": hook, "certificate_id": "x1", "ms": 3}
    warned = {"event": "put off", "level": "warning", "time": "2026-01-01T00:00:04", "trace_ids": [other, hook]}
    foreign = {"event": "mailed", "time": "2026-01-01T00:00:06", "trace_id": other, "certificate_id": "x2"}
    execute(server, "two", late, foreign)
    execute(server, "two", warned)
    told = run(folder, "logs", "test", "--trace", hook)
    assert (told.returncode, told.stderr) == (0, "")
    assert [line.split()[1:4] for line in told.stdout.splitlines()] == [
        ["one", "stored", "request_id=" + hook],
        ["two", "!", "put"],
        ["two", "mailed", told.stdout.splitlines()[2].split()[3]],
    ]
    assert "ms=3" in told.stdout
    assert "x2" not in told.stdout
    assert run(folder, "logs", "test", "--trace", "x1").stdout == told.stdout
    assert run(folder, "logs", "test", "--trace", "c1").stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--trace", "unknown"), "Nothing was logged of unknown"),
        (("--trace", "a/../b"), "TRACE is the id of"),
        ((), "Say which: FUNCTION="),
    ],
)
def test_what_is_not_there_is_told_in_one_sentence(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    ended = run(folder, "logs", "test", *arguments)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert ended.stderr.startswith(said)


def test_executions_are_read_page_by_page_up_to_the_limit(
    folder: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executions, "_PAGE", 2)
    made = [execute(server, "one") for _ in range(5)]
    assert [each["$id"] for each in executions.newest(server, "one", 5)] == made[::-1]
    assert len(executions.newest(server, "one", 3)) == 3
    begun = executions.started_at(server, ["two", "one"], made[0])
    assert begun
    assert [each["$id"] for each in executions.since(server, "one", begun, 100)][-5:] == made
    cut = run(folder, "logs", "test", "one", "--trace", made[0], "--limit", "2")
    assert "LIMIT=8 reads more" in cut.stderr


def test_what_is_no_line_of_ours_is_passed_over() -> None:
    text = 'Native logs detected.\n{"event": \n[1]\n{"no": "event"}\n{"event": "e", "request_id": "r"}'
    found = list(lines("one", [{"logs": text, "errors": ""}]))
    assert [line.facts["event"] for line in found] == ["e"]
    assert story(found, "r") == found
