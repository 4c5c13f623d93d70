"""The renderer's own process: jobs in on stdin, answers out on a pipe of their own, one at a time.

Jinja and the engine run here and only here, because a template is a stranger's program: it may take all the time and
memory there is or crash the process. The parent (warm.py) kills and replaces it; it ends by itself when the parent
is gone, at the end of stdin, or by SIGALRM if it hangs just then.
"""

import base64
import json
import os
import resource
import signal
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from shared.certificate import frames
from shared.certificate.check import check, preview
from shared.certificate.document import Metadata, Problem, TemplateRejected
from shared.certificate.fontset import use_bundled_fonts
from shared.certificate.lint import unsupported
from shared.certificate.sanitise import sanitise
from shared.certificate.template import fill

#: Seconds that the parent has to end an overdue job before the process ends itself.
GRACE = 2


def main(answers_fd: int, memory: str) -> None:
    """Serve until stdin ends, in so many MB."""
    memory_mb = int(memory)
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, memory_mb << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with os.fdopen(answers_fd, "wb") as answers:
        _send(answers, frames.pack(frames.READY, b""))
        while request := frames.read(sys.stdin.buffer):
            kind, body = request
            job = json.loads(body)
            signal.setitimer(signal.ITIMER_REAL, job["seconds"] + GRACE)
            _send(answers, _answer(kind, job, memory_mb))
            signal.setitimer(signal.ITIMER_REAL, 0)


def _send(answers: BinaryIO, frame: bytes) -> None:
    answers.write(frame)
    answers.flush()


def _answer(kind: bytes, job: Mapping[str, Any], memory_mb: int) -> bytes:
    try:
        return _JOBS[kind](job)
    except TemplateRejected as rejected:
        return _problems(rejected.problems)
    except MemoryError:
        return _problems([Problem(None, f"needed more memory than {memory_mb} MB")])
    except RecursionError:
        return _problems([Problem(None, "is nested too deeply")])


def _check(job: Mapping[str, Any]) -> bytes:
    return _problems(check(job["template"]))


def _lint(job: Mapping[str, Any]) -> bytes:
    return _problems(unsupported(job["template"]))


def _preview(job: Mapping[str, Any]) -> bytes:
    page = preview(job["template"], job["values"])
    lost = {"removed": _listed(page.removed), "unsupported": _listed(page.unsupported)}
    return frames.pack_json(frames.PREVIEWED, {"html": page.html, **lost})


def _fill(job: Mapping[str, Any]) -> bytes:
    return frames.pack(frames.PAGE, sanitise(fill(job["template"], job["values"])).encode())


def _print(job: Mapping[str, Any]) -> bytes:
    try:
        use_bundled_fonts()
        # Neither is installed where templates are only checked.
        from shared.certificate import engine  # noqa: PLC0415
        from shared.certificate.description import describe  # noqa: PLC0415
    except (ImportError, FileNotFoundError) as error:
        return frames.pack_json(frames.UNAVAILABLE, str(error))
    return frames.pack(frames.PDF, describe(engine.render(job["page"]), _metadata(job["metadata"])))


def _describe(job: Mapping[str, Any]) -> bytes:
    try:
        from shared.certificate.description import describe  # noqa: PLC0415 - nor is pikepdf
    except ImportError as error:
        return frames.pack_json(frames.UNAVAILABLE, str(error))
    return frames.pack(frames.PDF, describe(base64.b64decode(job["pdf"]), _metadata(job["metadata"])))


def _draw(job: Mapping[str, Any]) -> bytes:
    try:
        from shared.certificate.drawing import draw  # noqa: PLC0415 - nor are pypdfium2 and Pillow
    except ImportError as error:
        return frames.pack_json(frames.UNAVAILABLE, str(error))
    return frames.pack(frames.PNG, draw(base64.b64decode(job["pdf"])))


def _metadata(fields: Mapping[str, Any]) -> Metadata:
    return Metadata(**{**fields, "issued_at": datetime.fromisoformat(fields["issued_at"])})


def _problems(problems: Sequence[Problem]) -> bytes:
    return frames.pack_json(frames.PROBLEMS, _listed(problems))


def _listed(problems: Sequence[Problem]) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.reason) for problem in problems]


_JOBS = {
    frames.CHECK: _check,
    frames.LINT: _lint,
    frames.PREVIEW: _preview,
    frames.FILL: _fill,
    frames.PRINT: _print,
    frames.DESCRIBE: _describe,
    frames.DRAW: _draw,
}
