"""How open-runtimes' Python server loads and runs code, and how its process lives and dies."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.local.appwrite.compute.open_runtimes.frames import Reply
from infra.local.appwrite.compute.processes import ProcessDiedError
from tests.infra.appwrite.compute.tiny import Function, ask, is_alive, until

Make = Callable[..., Function]


def shown(reply: Reply) -> Any:
    return json.loads(reply.body)


def test_entry_point_is_imported_as_a_module_of_function(function: Make) -> None:
    code = "import os, sys\ndef main(context):\n    return context.res.json([__name__, os.getcwd(), sys.path[0]])"
    made = function({"functions/worker/main.py": code}, entrypoint="functions/worker/main.py")
    assert shown(made.one(ask())) == ["function.functions.worker.main", str(made.source), str(made.source)]


def test_sibling_modules_are_found_relatively_but_not_by_plain_import(function: Make) -> None:
    helper = "value = 7"
    main = "def main(context):\n    return context.res.json(helper.value)"
    relative = function({"main.py": "from . import helper\n" + main, "helper.py": helper})
    plain = function({"main.py": "import helper\n" + main, "helper.py": helper})
    assert shown(relative.one(ask())) == 7
    reply = plain.one(ask())
    assert (reply.status, reply.body) == (503, b"")
    assert "No module named 'helper'" in reply.errors


def test_function_finds_nothing_of_the_server(function: Make) -> None:
    code = "import sys\ndef main(context):\n    return context.res.json([sys.path, list(sys.modules)])"
    made = function({"main.py": code})
    path, modules = shown(made.one(ask()))
    assert not [folder for folder in path if "infra" in folder]
    assert not [name for name in modules if name.startswith(("infra", "starlette", "uvicorn"))]


def test_module_stays_loaded_between_requests(function: Make) -> None:
    code = "count = 0\ndef main(context):\n    global count\n    count += 1\n    return context.res.text(str(count))"
    made = function({"main.py": code})
    assert [made.one(ask()).body for _ in range(3)] == [b"1", b"2", b"3"]


def test_sync_main_runs_one_request_at_a_time(function: Make) -> None:
    code = """
import time
running = 0
def main(context):
    global running
    running += 1
    time.sleep(0.05)
    seen, running = running, running - 1
    return context.res.text(str(seen))
"""
    replies = function({"main.py": code}).run(ask(), ask(), ask())
    assert [reply.body for reply in replies] == [b"1", b"1", b"1"]


def test_async_main_runs_requests_beside_each_other(function: Make) -> None:
    code = """
import asyncio
waiting = asyncio.Event()
async def main(context):
    if context.req.path == "/set":
        waiting.set()
    await waiting.wait()
    return context.res.empty()
"""
    replies = function({"main.py": code}).run(ask("/wait"), ask("/set"))
    assert [reply.status for reply in replies] == [204, 204]


def test_async_main_is_interrupted_at_its_timeout(function: Make) -> None:
    code = "import asyncio\nasync def main(context):\n    context.log('before')\n    await asyncio.Event().wait()"
    reply = function({"main.py": code}).one(ask(timeout=0.2))
    assert (reply.status, reply.body, reply.logs, reply.errors) == (500, b"", "before\n", "Execution timed out.\n")


def test_sync_main_is_not_interrupted_at_its_timeout(function: Make) -> None:
    code = "import time\ndef main(context):\n    time.sleep(0.2)\n    return context.res.text('done')"
    reply = function({"main.py": code}).one(ask(timeout=0.05))
    assert (reply.status, reply.body) == (200, b"done")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"other.py": ""}, "No module named 'function.main'"),
        ({"main.py": "def main(:"}, "SyntaxError"),
        ({"main.py": "import nothing_of_that_name"}, "No module named 'nothing_of_that_name'"),
        ({"main.py": "def start(context): ..."}, "has no attribute 'main'"),
        ({"main.py": "raise RuntimeError('at import')"}, "RuntimeError: at import"),
    ],
)
def test_code_that_cannot_be_loaded_answers_503_without_a_body(
    function: Make, files: dict[str, str], message: str
) -> None:
    reply = function(files).one(ask())
    assert (reply.status, reply.body) == (503, b"")
    assert message in reply.errors


def test_process_that_dies_over_a_request_is_replaced_for_the_next(function: Make, tmp_path: Path) -> None:
    code = """
import os
def main(context):
    if context.req.path == "/die":
        os._exit(3)
    return context.res.text(str(os.getpid()))
"""
    made = function({"main.py": code})
    first = made.one(ask()).body
    with pytest.raises(ProcessDiedError):
        made.one(ask("/die"))
    second = made.one(ask()).body
    assert first != second


def test_killed_idle_process_is_replaced_without_losing_a_request(function: Make) -> None:
    made = function({"main.py": "import os\ndef main(context):\n    return context.res.text(str(os.getpid()))"})
    first = int(made.one(ask()).body)
    os.kill(first, signal.SIGKILL)
    until(lambda: not is_alive(first))
    assert int(made.one(ask()).body) != first


def test_children_of_a_function_end_with_its_process(function: Make) -> None:
    code = """
import subprocess
child = subprocess.Popen(["sleep", "600"])
def main(context):
    return context.res.text(str(child.pid))
"""
    made = function({"main.py": code})
    child = int(made.one(ask()).body)
    made.close()
    until(lambda: not is_alive(child))
