"""Workers as processes that can be killed at any time: one process has everything loaded, and forks them.

`python -m tests.chaos.nursery`: each line on stdin starts a worker and is answered with its process id. A worker makes
one pass after another until somebody kills it.
"""

import os
import signal
import sys

from functions.certificate_worker.main import main
from shared import context
from shared.mail import mailer
from tests.functions.backend import execute

#: Seconds to connect and to wait: a server that hangs must not hold up the test.
context._TIMEOUT = (1, 1)  # noqa: SLF001
mailer.TIMEOUT = 1


def work() -> None:
    headers = {"x-appwrite-key": os.environ["CHAOS_KEY"], "x-appwrite-trigger": "schedule"}
    while os.getppid() == nursery:
        execute(main, b"", headers)


if __name__ == "__main__":
    nursery = os.getpid()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115 - lives as long as the process
            work()
            os._exit(0)
        print(pid, flush=True)  # noqa: T201
