"""No more renderers than `MAX_CONCURRENT_RENDERS`, whatever runs and dies."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from functions.certificate_worker.issuing.slots import Slot, Slots
from shared.claims import Claims
from shared.config import Settings
from shared.context import Ctx
from shared.log import Log
from shared.transport import AppwriteClient, pooled_session
from tests.functions.backend import Backend, Course

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LEASE = timedelta(minutes=3)


@pytest.fixture
def worker(backend: Backend) -> Callable[..., Slots]:
    """Slots as a worker sees them at some time, all free."""
    settings = Settings.from_environ(os.environ)
    client = AppwriteClient(settings.endpoint, settings.project, pooled_session())
    client.set_key(backend.key)
    ctx = Ctx(settings, client, Log(lambda _: None, lambda _: None, "test"))
    ctx.store.delete_where(Slot, ['{"method":"startsWith","attribute":"subject_id","values":["render-slot-"]}'])

    def at(moment: datetime = NOW) -> Slots:
        return Slots(replace(ctx, now=lambda: moment))

    return at


def taken(worker: Callable[..., Slots], count: int, stack: ExitStack, moment: datetime = NOW) -> list[bool]:
    """What so many workers get who keep it."""
    return [stack.enter_context(worker(moment).one(LEASE)) for _ in range(count)]


def test_a_fourth_worker_gets_no_slot_until_one_is_given_back(worker: Callable[..., Slots]) -> None:
    with ExitStack() as stack:
        assert taken(worker, 2, stack) == [True, True]
        with worker().one(LEASE) as third:
            assert third
            assert taken(worker, 1, stack) == [False]
        assert taken(worker, 2, stack) == [True, False]


def test_of_sixteen_workers_at_once_three_get_a_slot(worker: Callable[..., Slots]) -> None:
    everybody = Barrier(16)

    def try_it(milliseconds: int) -> bool:
        everybody.wait()
        with worker(NOW + timedelta(milliseconds=milliseconds)).one(LEASE) as ours:
            everybody.wait()
            return ours

    for turn in range(5):
        with ThreadPoolExecutor(16) as pool:
            assert sum(pool.map(try_it, range(turn * 16, turn * 16 + 16))) == 3


def test_the_slot_of_a_worker_that_died_is_free_when_its_lease_ends(worker: Callable[..., Slots]) -> None:
    with ExitStack() as dead:
        taken(worker, 3, dead)
        with ExitStack() as stack:
            assert taken(worker, 1, stack, NOW + LEASE - timedelta(seconds=1)) == [False]
            assert taken(worker, 4, stack, NOW + LEASE) == [True, True, True, False]


def test_a_slow_worker_gives_back_nothing_that_another_took_meanwhile(worker: Callable[..., Slots]) -> None:
    clock = [NOW]
    slow = Slots(replace(worker().ctx, now=lambda: clock[0]))
    with ExitStack() as stack:
        with slow.one(LEASE) as first:
            assert first
            clock[0] = NOW + LEASE
            assert taken(worker, 4, stack, NOW + LEASE) == [True, True, True, False]
        assert taken(worker, 1, stack, NOW + LEASE) == [False]


def test_slots_taken_by_a_clock_that_was_hours_ahead_are_not_lost(worker: Callable[..., Slots]) -> None:
    with ExitStack() as stack:
        assert taken(worker, 3, stack, NOW + timedelta(hours=5)) == [True, True, True]
        assert taken(worker, 4, stack, NOW) == [True, True, True, False]


def test_tidying_forgets_no_slot(worker: Callable[..., Slots]) -> None:
    with ExitStack() as stack:
        taken(worker, 3, stack)
        Claims(worker().ctx.store, "tidy").forget(NOW + timedelta(days=365))
        assert taken(worker, 1, stack) == [False]


def test_a_worker_without_a_slot_does_its_other_work_and_leaves_the_certificates(
    backend: Backend, course: Course, worker: Callable[..., Slots]
) -> None:
    [early, late] = course.enroll("Ana Lima", "Ben Oke")
    backend.work()
    course.complete(early)
    with ExitStack() as others:
        taken(worker, 3, others, datetime.now(UTC))
        answer = backend.work()
        assert (answer.status, answer.data.get("matched"), answer.data.get("issued")) == (200, 1, None), answer.body
        assert course.states()[early]["certificate_status"] == "queued"
    backend.work()
    assert course.states()[early]["certificate_status"] in {"sent", "delivered"}
    assert course.states()[late]["certificate_status"] == "none"


def test_the_slot_is_free_again_when_the_certificates_are_stored(
    backend: Backend, course: Course, worker: Callable[..., Slots]
) -> None:
    [email] = course.enroll("Ana Lima")
    course.complete(email)
    backend.work()
    with ExitStack() as stack:
        assert taken(worker, 3, stack, datetime.now(UTC)) == [True, True, True]
