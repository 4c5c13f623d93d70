"""Calls to Graphy are paced, paused when it asks for it, and given up for a pass when it is down."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.certificate_worker.graphy.gate import DOWN_AFTER, PATIENCE, PAUSE, Closed, Gate
from shared.graphy import GraphyBusy, GraphyError, GraphyRefused, GraphyUnavailable


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(clock: Clock) -> Gate:
    return Gate(10, clock, clock.sleep)


def fail(error: GraphyError) -> None:
    raise error


def call_failing(gate: Gate, error: GraphyError, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(type(error)):
            gate.call(lambda: fail(error))


def test_no_more_calls_start_in_a_second_than_allowed(gate: Gate, clock: Clock) -> None:
    started = [gate.call(lambda: clock.now) for _ in range(50)]
    assert started[0] == 1000
    assert all(sum(start <= each < start + 0.999 for each in started) <= 10 for start in started)
    assert started[-1] == pytest.approx(1004.9)


def test_threads_share_the_allowance() -> None:
    slept: list[float] = []
    gate = Gate(10, lambda: 1000, slept.append)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: gate.call(lambda: None), range(20)))
    assert sorted(slept) == pytest.approx([number / 10 for number in range(1, 20)])


def test_time_without_calls_is_not_saved_up(gate: Gate, clock: Clock) -> None:
    gate.call(lambda: None)
    clock.sleep(60)
    assert [gate.call(lambda: clock.now) for _ in range(3)] == pytest.approx([1060, 1060.1, 1060.2])


@pytest.mark.parametrize(("retry_after", "pause"), [(30, 30), (None, PAUSE), (0, 1)])
def test_no_call_is_made_while_graphy_asks_for_a_pause(
    gate: Gate, clock: Clock, retry_after: float | None, pause: float
) -> None:
    call_failing(gate, GraphyBusy("busy", retry_after))
    assert gate.pause == pause
    with pytest.raises(Closed):
        gate.call(lambda: pytest.fail("made a call"))
    clock.now = 1000 + pause
    assert gate.call(lambda: "answer") == "answer"


def test_who_waits_for_a_turn_when_the_pause_begins_does_not_call(clock: Clock) -> None:
    made: list[str] = []
    calling, waiting, paused = threading.Event(), threading.Event(), threading.Event()

    def sleep(_: float) -> None:
        waiting.set()
        assert paused.wait(10)

    def busy() -> None:
        calling.set()
        assert waiting.wait(10)
        raise GraphyBusy("busy", 30)

    gate = Gate(10, clock, sleep)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(gate.call, busy)
        assert calling.wait(10)
        second = pool.submit(gate.call, lambda: made.append("second"))
        assert isinstance(first.exception(10), GraphyBusy)
        paused.set()
        assert isinstance(second.exception(10), Closed)
    assert made == []


def test_a_short_pause_is_waited_out_and_a_long_one_is_not(gate: Gate, clock: Clock) -> None:
    assert not gate.wait_out()
    call_failing(gate, GraphyBusy("busy", PATIENCE))
    assert gate.wait_out()
    assert gate.pause == 0
    assert clock.now == pytest.approx(1000 + PATIENCE + 0.05)
    call_failing(gate, GraphyBusy("busy", PATIENCE + 1))
    assert not gate.wait_out()


def test_after_enough_failures_in_a_row_graphy_is_down(gate: Gate, clock: Clock) -> None:
    call_failing(gate, GraphyUnavailable("down"), DOWN_AFTER)
    assert gate.pause == PAUSE
    clock.sleep(3600)
    with pytest.raises(Closed):
        gate.call(lambda: pytest.fail("made a call"))
    assert not gate.wait_out()


@pytest.mark.parametrize("refusal", [None, GraphyRefused(5, "no such product")])
def test_any_answer_between_failures_means_that_graphy_is_there(gate: Gate, refusal: GraphyError | None) -> None:
    call_failing(gate, GraphyUnavailable("down"), DOWN_AFTER - 1)
    if refusal:
        call_failing(gate, refusal)
    else:
        gate.call(lambda: None)
    call_failing(gate, GraphyUnavailable("down"), DOWN_AFTER - 1)
    assert gate.pause == 0
