"""Workers die, calls fail, mail server and Graphy have bad days, Appwrite restarts: all comes out once all the same.

`make chaos N=3000 SEED=7` for longer, and for other accidents. The seed chooses what goes wrong; when is a matter of
the machine, too.
"""

import hashlib
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from threading import Event

import pytest
from appwrite.query import Query
from pypdf import PdfReader

from functions.certificate_worker.issuing.slots import Slot
from scripts.delivered import mailed
from shared.config import Settings
from shared.context import Ctx
from shared.log import Log
from shared.record import Work
from shared.records import Certificate, Claim, Completion, Delivery, Enrollment
from shared.transport import AppwriteClient, pooled_session
from tests.chaos.conftest import Mortal
from tests.chaos.faults import Faults, faulty
from tests.functions.backend import Backend, Course
from tests.functions.courses import make_course

pytestmark = pytest.mark.slow

COUNT = int(os.environ.get("N", "150"))
SEED = int(os.environ.get("SEED", "1"))
PAST = "2026-01-01T00:00:00.000+00:00"
WORK: tuple[type[Work], ...] = (Completion, Certificate, Delivery, Enrollment)
GRAPHY = ("rate_limited", "server_error", "unavailable", "error_in_success", "html_in_success", "no_answer")


@dataclass
class World:
    """What goes wrong, and who is alive."""

    backend: Backend
    mortal: Mortal
    ctx: Ctx
    nursery: subprocess.Popen[str]
    random: Random
    alive: list[int] = field(default_factory=list)

    def bear(self, count: int) -> None:
        """Start workers."""
        assert self.nursery.stdin
        assert self.nursery.stdout
        for _ in range(count):
            print(file=self.nursery.stdin, flush=True)
            self.alive.append(int(self.nursery.stdout.readline()))

    def kill_one(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.alive.pop(self.random.randrange(len(self.alive))), signal.SIGKILL)

    def bad_moment(self, turn: int) -> None:
        """One for everybody."""
        self.backend.catcher.refuse_next(self.random.randrange(3))
        fault = {"fault": self.random.choice(GRAPHY), "calls": self.random.randrange(1, 4), "retry_after": 1}
        self.backend.control_graphy("faults", fault)
        if turn % 5 == 2:
            self.mortal.restart()

    def let_time_pass(self) -> None:
        """As if every pause and, since nobody lives who holds one, every lease had ended."""
        for kind in WORK:
            self.ctx.store.update_where(kind, [Query.is_not_null("due_at")], due_at=PAST)
        self.ctx.store.update_where(
            Claim, [Query.less_than("expires_at", "2199-01-01T00:00:00.000+00:00")], expires_at=PAST
        )
        self.ctx.store.update_where(Slot, [Query.greater_than("held_until", 0)], held_until=0)


@contextmanager
def nursery(endpoint: str, key: str) -> Iterator[subprocess.Popen[str]]:
    environ = {**os.environ, "APPWRITE_FUNCTION_API_ENDPOINT": endpoint, "CHAOS_KEY": key}
    command = [sys.executable, "-m", "tests.chaos.nursery"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, text=True) as process:
        yield process


def a_context(backend: Backend) -> Ctx:
    settings = Settings.from_environ(os.environ)
    client = AppwriteClient(settings.endpoint, settings.project, pooled_session())
    client.set_key(backend.key)
    return Ctx(settings, client, Log(lambda _: None, lambda _: None, "chaos"))


def deliver_all(completions: list[tuple[Course, str]], endpoint: str) -> None:
    """As Graphy does: again, until it hears 202."""

    def deliver(completion: tuple[Course, str]) -> None:
        course, email = completion
        for _ in range(50):
            if course.complete(email, email).status == 202:
                return
        raise AssertionError("never accepted")

    with pytest.MonkeyPatch.context() as environ, ThreadPoolExecutor(4) as pool:
        environ.setenv("APPWRITE_FUNCTION_API_ENDPOINT", endpoint)
        list(pool.map(deliver, completions))


@pytest.fixture
def environ(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"MAX_CSV_ROWS": "5000", "MAX_EMAIL_RETRY_ATTEMPTS": "100", "PDF_ENGINES": "plutoprint"}.items():
        monkeypatch.setenv(name, value)


def test_whatever_dies_every_certificate_comes_out_once(backend: Backend, mortal: Mortal, environ: None) -> None:
    random, faults, pause = Random(SEED), Faults(SEED), Event()  # noqa: S311 - no secrets
    courses = [make_course(backend) for _ in range(3)]
    names = [f"Person {number}" for number in range(COUNT // 3)]
    reported = [(course, email) for course in courses for email in course.enroll(*names)]
    repeated = random.choices(reported, k=COUNT // 5)
    random.shuffle(completions := [*reported, *repeated])
    with faulty(backend.appwrite.endpoint, faults) as endpoint, nursery(endpoint, backend.key) as workers:
        world = World(backend, mortal, a_context(backend), workers, random)
        turns = 3 + COUNT // 60
        for turn in range(turns):
            share = completions[turn * len(completions) // turns : (turn + 1) * len(completions) // turns]
            world.bear(2)
            deliver_all(share, endpoint)
            world.bad_moment(turn)
            while world.alive:
                pause.wait(random.uniform(0.05, 0.6))
                world.kill_one()
            # A lease is far longer than any call takes, so when it ends none is on its way.
            faults.wait_until_idle()
            world.let_time_pass()
        faults.on = False
    backend.control_graphy("heal", {})
    finish(world)
    judge(world, reported)
    assert len(faults.made) >= 3


def finish(world: World) -> None:
    """All is well again."""
    for _ in range(30):
        assert world.backend.work().status == 200
        for given_up in world.ctx.store.every(Certificate, [Query.equal("status", ["failed"])]):
            asked = {"learner_email": given_up.learner_email, "course_id": given_up.course_id}
            assert "could not be stored" in str(given_up.reason)
            assert world.backend.ask_admin("RESEND_CERTIFICATE", **asked).status == 200
        if not any(world.ctx.store.first(kind, [Query.is_not_null("due_at")], 1) for kind in WORK):
            return
        world.let_time_pass()
    raise AssertionError("something is stuck")


def judge(world: World, reported: list[tuple[Course, str]]) -> None:
    """Exactly one certificate for each, whose file opens, in exactly one message."""
    rows = list(world.ctx.store.every(Certificate))
    assert sorted(row.learner_email for row in rows) == sorted(email for _, email in reported)
    assert len({row.certificate_number for row in rows}) == len(rows)
    assert {row.status for row in rows} <= {"sent", "delivered"}
    assert {row.status for row in world.ctx.store.every(Completion)} == {"matched"}
    assert {row.status for row in world.ctx.store.every(Enrollment)} == {"enrolled"}
    letters = defaultdict(set)
    for mail in mailed(world.backend.mails):
        letters[mail.sha256].add((mail.message_id, mail.recipient))
    sop = {course.course_id: course.sop for course, _ in reported}
    for row in rows:
        content = world.ctx.files.read(str(row.file_id))
        assert hashlib.sha256(content).hexdigest() == row.sha256
        assert len(PdfReader(BytesIO(content)).pages) == 1
        [(_, recipient)] = letters.pop(str(row.sha256))
        assert recipient == sop[row.course_id]
    assert letters == {}
