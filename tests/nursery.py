"""Forks a stand-in for Appwrite at each line of its input: what they are made of is loaded once for all of them.

Asked by tests/stand_ins.py; it ends, and all that it has forked with it, when its input does.
"""

import json
import os
import signal
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from infra.local.appwrite.__main__ import main as serve


def main() -> None:
    signal.signal(signal.SIGCHLD, _reap)
    for line in sys.stdin:
        if os.fork() == 0:
            _become(json.loads(line))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)


def _reap(*_: object) -> None:
    """Until then a process that has ended would look as if it ran."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become(asked: dict[str, Any]) -> None:
    """A stand-in, as if it had been started from a shell; its process number comes before what it says itself."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _connect(0, Path(os.devnull), os.O_RDONLY)
        _connect(1, Path(asked["says"]), os.O_WRONLY)
        _connect(2, Path(asked["log"]), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.environ.clear()
        os.environ.update(asked["environment"])
        sys.argv = ["infra.local.appwrite", *asked["options"]]
        print(os.getpid(), flush=True)  # noqa: T201
        serve()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
        if isinstance(ended.code, str):
            sys.stderr.write(ended.code + "\n")
    except BaseException:  # noqa: BLE001 # nobody is above it
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _connect(number: int, path: Path, how: int) -> None:
    opened = os.open(path, how, 0o600)
    os.dup2(opened, number)
    os.close(opened)


if __name__ == "__main__":
    main()
