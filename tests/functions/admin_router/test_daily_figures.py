"""What came in and went out on each day, and what looking costs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.context import Ctx
from shared.record import wire_time
from tests.functions.admin_router import metrics_world
from tests.functions.admin_router.calls import counted
from tests.functions.backend import Backend

#: Long before or after whatever else is in the tables.
NOON = datetime(2030, 6, 15, 12, tzinfo=UTC)
Look = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def look(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Look:
    """The days' figures as they are shown at a time."""
    real = Ctx.from_request

    def at(now: datetime, **asked: int) -> list[dict[str, Any]]:
        monkeypatch.setattr(Ctx, "from_request", lambda request: replace(real(request), now=lambda: now))
        days: list[dict[str, Any]] = backend.ask_admin("DAILY_FIGURES", **asked).data["days"]
        return days

    return at


def figures(day: str, completions: int = 0, issued: int = 0, mailed: int = 0) -> dict[str, Any]:
    return {"day": day, "completions": completions, "issued": issued, "mailed": mailed}


def test_each_day_has_what_fell_on_it_by_utc_and_is_counted_once(backend: Backend, look: Look) -> None:
    def at(day: int, hour: int, minute: int = 0) -> str:
        return wire_time(datetime(2030, 6, day, hour, minute, tzinfo=UTC))

    metrics_world.completion(backend, "matched", received_at=at(12, 23, 59))
    metrics_world.completion(backend, "unmatched", received_at=at(13, 0))
    metrics_world.certificate(backend, "failed", issued_at=at(13, 8))
    metrics_world.certificate(backend, "sent", issued_at=at(13, 9))
    metrics_world.delivery(backend, "bounced", sent_at=at(14, 9))
    metrics_world.delivery(backend, "queued")
    metrics_world.delivery(backend, "sent", sent_at=at(15, 9))
    with counted() as first:
        shown = look(NOON)
    assert [each["day"] for each in shown[:2]] == ["2030-05-17", "2030-05-18"]
    assert shown[-4:] == [
        figures("2030-06-12", completions=1),
        figures("2030-06-13", completions=1, issued=2),
        figures("2030-06-14", mailed=1),
        figures("2030-06-15", mailed=1),
    ]
    assert sum(each["completions"] + each["issued"] + each["mailed"] for each in shown) == 6

    metrics_world.completion(backend, "matched", received_at=at(13, 1))
    metrics_world.completion(backend, "matched", received_at=at(15, 1))
    with counted() as second:
        again = look(NOON)
    assert again == [*shown[:-1], figures("2030-06-15", completions=1, mailed=1)]
    assert look(NOON, days=2) == again[-2:]
    assert len(second.made) <= 8 < len(first.made) <= 30


def test_a_day_that_is_just_over_is_not_kept_yet(backend: Backend, look: Look) -> None:
    midnight = datetime(2031, 3, 2, tzinfo=UTC)
    assert look(midnight, days=2) == [figures("2031-03-01"), figures("2031-03-02")]
    metrics_world.completion(backend, "matched", received_at=wire_time(midnight - timedelta(seconds=1)))
    with counted() as calls:
        assert look(midnight, days=2)[0] == figures("2031-03-01", completions=1)
    assert len(calls.made) <= 9


def test_where_nothing_ever_came_in_looking_costs_little(look: Look) -> None:
    with counted() as calls:
        shown = look(datetime(2040, 1, 1, 12, tzinfo=UTC))
    assert len(calls.made) <= 9
    assert [each["day"] for each in (shown[0], shown[-1])] == ["2039-12-03", "2040-01-01"]


def test_only_admins_see_them_and_of_thirty_days_at_most(backend: Backend) -> None:
    refused = backend.ask_admin("DAILY_FIGURES", days=31)
    assert (refused.status, refused.error["code"]) == (422, "INVALID_PAYLOAD")
