"""Workers die, calls fail, SendGrid, mail server and Graphy have bad days, Appwrite restarts: all comes out once all
the same.

`make chaos N=3000 SEED=7` for longer, and for other accidents. The seed chooses what goes wrong; when is a matter of
the machine, too.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from random import Random

import pytest
from appwrite.query import Query

from shared.records import Certificate, Delivery, DeliveryStatus
from tests.chaos.conftest import Mortal
from tests.chaos.faults import Faults, faulty
from tests.chaos.judging import judge
from tests.chaos.mailing import SENDGRID, again, posting
from tests.chaos.world import WORK, World, a_context, nursery
from tests.functions.backend import Backend, Course
from tests.functions.courses import make_course
from tests.functions.sendgrid import SendGrid

pytestmark = pytest.mark.slow

COUNT = int(os.environ.get("N", "300"))
SEED = int(os.environ.get("SEED", "1"))
COURSES = 6
VARIABLES = {"MAX_CSV_ROWS": "5000", "PDF_ENGINES": "plutoprint", "MAX_EMAIL_RETRY_ATTEMPTS": "3"}


def test_whatever_dies_every_certificate_comes_out_once(
    backend: Backend, mortal: Mortal, sendgrid: SendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    random = Random(SEED)  # noqa: S311 - no secrets
    courses = [make_course(backend) for _ in range(COURSES)]
    names = [f"Person {number}" for number in range(COUNT // COURSES)]
    reported = [(course, email) for course in courses for email in course.enroll(*names)]
    random.shuffle(completions := [*reported, *random.choices(reported, k=COUNT // 5)])
    with ExitStack() as stack:
        post, address = stack.enter_context(posting(sendgrid, backend.mails, Faults(SEED, SENDGRID)))
        monkeypatch.setenv("SENDGRID_API_BASE", address)
        world = World(backend, mortal, a_context(backend), random, Faults(SEED), Faults(SEED + 1), post)
        disturb(world, completions)
        world.heal()
        finish(world)
    judge(world, reported)
    assert len(world.appwrite.made) >= 3
    assert world.saw_enough()


def disturb(world: World, completions: list[tuple[Course, str]]) -> None:
    """Turn by turn some completions come, workers are born, and all of them die; a slow machine gets more turns."""
    turns = 4 + COUNT // 150
    real = world.backend.appwrite.endpoint
    with (
        faulty(real, world.appwrite, world.undone) as endpoint,
        faulty(real, world.hooks) as hooked,
        nursery(endpoint, world.backend.key) as workers,
    ):
        for turn in range(3 * turns):
            if turn >= turns and world.saw_enough():
                break
            world.bad_moment(turn)
            world.bear(workers, 2)
            with hooks(hooked), delivering(completions[turn::turns] if turn < turns else []):
                world.kill_one()
                world.bear(workers, 1)
                world.post.tell(world.random)
            if turn % 4 == 2:
                world.mortal.restart()
            while world.alive:
                world.kill_one()
            world.end_turn()


@contextmanager
def hooks(endpoint: str) -> Iterator[None]:
    """What comes in by webhook meanwhile reaches Appwrite at `endpoint`."""
    with pytest.MonkeyPatch.context() as environ:
        environ.setenv("APPWRITE_FUNCTION_API_ENDPOINT", endpoint)
        yield


@contextmanager
def delivering(completions: list[tuple[Course, str]]) -> Iterator[None]:
    """Graphy's webhooks, until all are accepted."""

    def deliver(completion: tuple[Course, str]) -> None:
        course, email = completion
        again(lambda: course.complete(email, email).status == 202)

    with ThreadPoolExecutor(8) as pool:
        delivered = [pool.submit(deliver, each) for each in completions]
        yield
        for each in delivered:
            each.result()


def finish(world: World) -> None:
    """All is well again."""
    mended: set[str] = set()
    for _ in range(30):
        world.end_turn()
        world.post.tell_all()
        if not resend(world, mended) and not is_anything_due(world):
            return
        assert world.backend.work().status == 200
    raise AssertionError("something is stuck")


def is_anything_due(world: World) -> bool:
    return any(world.ctx.store.first(kind, [Query.is_not_null("due_at")], 1) for kind in WORK)


def resend(world: World, mended: set[str]) -> int:
    """How many were given up or set aside since it was asked last, and are made or mailed again now."""
    failed = [Query.equal("status", [DeliveryStatus.FAILED])]
    set_aside = {row.id: row.certificate_id for row in world.ctx.store.every(Delivery, failed) if row.id not in mended}
    mended.update(set_aside)
    given_up = list(world.ctx.store.every(Certificate, failed))
    assert all("could not be stored" in str(each.reason) for each in given_up)
    unsent = [*given_up, *world.ctx.store.find_many(Certificate, set(set_aside.values())).values()]
    for each in unsent:
        asked = {"learner_email": each.learner_email, "course_id": each.course_id}
        assert world.backend.ask_admin("RESEND_CERTIFICATE", **asked).status == 200
    return len(unsent)
