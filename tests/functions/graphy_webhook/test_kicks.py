"""How often the worker is kicked."""

from threading import Event

import pytest

from functions.graphy_webhook import receive
from functions.graphy_webhook.kicks import Kicks
from tests.functions.admin_router.calls import counted
from tests.functions.backend import Backend

NEVER, SOON = 3600, 0.05
KICK = "/functions/certificate_worker/executions"


def test_the_first_of_a_burst_kicks_at_once_and_the_others_wait() -> None:
    kicks = Kicks(NEVER)
    made: list[str] = []
    for _ in range(20):
        kicks.ask(lambda: made.append("kick"))
    assert made == ["kick"]


def test_what_came_after_a_kick_gets_one_more() -> None:
    kicks, later = Kicks(SOON), Event()
    made: list[str] = []
    kicks.ask(lambda: made.append("first"))

    def note() -> None:
        made.append("later")
        later.set()

    for _ in range(20):
        kicks.ask(note)
    assert later.wait(10)
    assert made == ["first", "later"]


def test_after_the_later_kick_there_can_be_another() -> None:
    kicks = Kicks(SOON)
    kicks.ask(lambda: None)
    for _ in range(2):
        later = Event()
        kicks.ask(later.set)
        assert later.wait(10)


def test_a_later_kick_that_breaks_does_not_keep_back_those_after_it(recwarn: pytest.WarningsRecorder) -> None:
    kicks, broke, later = Kicks(SOON), Event(), Event()

    def fail() -> None:
        broke.set()
        raise OSError

    kicks.ask(lambda: None)
    kicks.ask(fail)
    assert broke.wait(10)
    kicks.ask(later.set)
    assert later.wait(10)


def test_a_burst_of_completions_is_stored_one_by_one_and_kicks_once(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "_kicks", Kicks(NEVER))
    with counted() as calls:
        for number in range(10):
            event = {"course_id": "burst", "email": f"a{number}@burst.example", "event_id": f"burst-{number}"}
            assert backend.deliver(event).status == 202
    assert (calls.count("POST", "/rows"), calls.count("POST", KICK)) == (10, 1)
