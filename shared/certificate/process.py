"""A renderer's process as its parent holds it: every wait has a deadline, and it can always be killed."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from shared.certificate import frames

# -I keeps the process from importing what lies in the folder it is started in, so it is told where `shared` is.
_BOOT = """
import sys
sys.path.insert(0, sys.argv[1])
from importlib import import_module
import_module(sys.argv[2]).main(int(sys.argv[3]), *sys.argv[4:])
"""
_ROOT = Path(__file__).parents[2]
#: All that it sees of the environment: no keys.
_INHERITED = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")


class NoAnswer(Exception):
    """The process died."""


class Overdue(NoAnswer):
    """The process did not answer in time."""


class AnswerTooLong(NoAnswer):
    """The process announced an answer longer than the limit."""


class Process:
    """One renderer process. After any `NoAnswer` it is of no more use: `kill` it."""

    def __init__(self, program: Sequence[str], answer_bytes: int) -> None:
        """Start it, without waiting. It answers with a READY frame once it can take jobs. Raises OSError.

        `program`: a module, whose `main` takes the descriptor for answers, and that function's other arguments.
        """
        self.jobs = 0
        self._answer_bytes = answer_bytes
        requests_end, requests = os.pipe()
        answers, answers_end = os.pipe()
        self._requests = os.fdopen(requests, "wb", buffering=0)
        self._answers = os.fdopen(answers, "rb", buffering=0)
        os.set_blocking(requests, False)
        os.set_blocking(answers, False)
        try:
            self._process = _start(program, requests_end, answers_end)
        except OSError:
            self._close()
            raise
        finally:
            os.close(requests_end)
            os.close(answers_end)

    def ask(self, request: bytes, seconds: float) -> tuple[bytes, bytes]:
        """Send a frame and return the kind and body of its answer, all within `seconds`. Raises NoAnswer."""
        self.jobs += 1
        deadline = time.monotonic() + seconds
        self._send(request, deadline)
        return self._answer(deadline)

    def answer(self, seconds: float) -> tuple[bytes, bytes]:
        """Wait for a frame that was not asked for. Raises NoAnswer."""
        return self._answer(time.monotonic() + seconds)

    def send(self, frame: bytes, seconds: float) -> None:
        """Send what is no job. Raises NoAnswer."""
        self._send(frame, time.monotonic() + seconds)

    def kill(self) -> None:
        """End it, and with it all that it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._close()

    def _close(self) -> None:
        self._requests.close()
        self._answers.close()

    def _answer(self, deadline: float) -> tuple[bytes, bytes]:
        kind, length = frames.HEADER.unpack(self._receive(frames.HEADER.size, deadline))
        if length > self._answer_bytes:
            raise AnswerTooLong
        return kind, self._receive(length, deadline)

    def _send(self, frame: bytes, deadline: float) -> None:
        rest = memoryview(frame)
        while rest:
            _wait(self._requests.fileno(), select.POLLOUT, deadline)
            try:
                rest = rest[os.write(self._requests.fileno(), rest) :]
            except BrokenPipeError as error:
                raise NoAnswer from error

    def _receive(self, length: int, deadline: float) -> bytes:
        received = bytearray()
        while len(received) < length:
            _wait(self._answers.fileno(), select.POLLIN, deadline)
            piece = os.read(self._answers.fileno(), length - len(received))
            if not piece:
                raise NoAnswer
            received += piece
        return bytes(received)


def _start(program: Sequence[str], requests: int, answers: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-c", _BOOT, str(_ROOT), program[0], str(answers), *program[1:]],
        stdin=requests,
        stdout=subprocess.DEVNULL,  # what a library prints goes nowhere; answers have a pipe of their own
        pass_fds=(answers,),
        env={name: os.environ[name] for name in _INHERITED if name in os.environ},
        start_new_session=True,  # Ctrl-C is the parent's business, and `kill` needs a group
    )


def _wait(descriptor: int, event: int, deadline: float) -> None:
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise Overdue
