"""Each figure of `METRICS` means what its name says, in a world where all of them are known."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.admin_router.main import main as admin_main
from functions.admin_router.metrics import metrics
from functions.admin_router.metrics.figures import latency
from functions.admin_router.metrics.kept import Kept
from tests.functions.admin_router import metrics_world
from tests.functions.admin_router.calls import counted
from tests.functions.backend import Backend
from tests.functions.courses import make_course
from tests.proxies import Call, Reply, proxy


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_kept", Kept(0))


@pytest.fixture(scope="module")
def world(backend: Backend) -> Backend:
    metrics_world.make(backend)
    return backend


@pytest.fixture
def shown(world: Backend) -> dict[str, Any]:
    return world.ask_admin("METRICS").data


def test_certificates_count_once_and_revoked_ones_as_revoked(shown: dict[str, Any]) -> None:
    states = {"queued": 2, "rendering": 1, "stored": 1, "sent": 7, "delivered": 3, "failed": 1, "revoked": 2}
    assert shown["certificates"] == states


def test_the_success_ratio_is_of_those_that_came_to_an_end(shown: dict[str, Any]) -> None:
    assert shown["success_ratio"] == pytest.approx(10 / 11, abs=1e-4)


def test_a_certificate_takes_from_its_completion_to_its_first_mail(shown: dict[str, Any]) -> None:
    assert shown["completion_to_delivery"] == {"p50_seconds": 300.0, "p95_seconds": 3600.0, "samples": 10}


def test_queues_hold_what_is_due_and_nothing_that_waits_for_its_time(shown: dict[str, Any]) -> None:
    minutes = {"completions": 40, "certificates": 10, "deliveries": 6, "enrollments": 180, "exports": 1}
    lengths = {"completions": 1, "certificates": 2, "deliveries": 1, "enrollments": 2, "exports": 1}
    assert {kind: queue["length"] for kind, queue in shown["queues"].items()} == lengths
    for kind, queue in shown["queues"].items():
        assert 0 <= queue["oldest_age_seconds"] - 60 * minutes[kind] < 600, kind


def test_completions_are_counted_by_what_became_of_them(shown: dict[str, Any]) -> None:
    figures = shown["completions"]
    states = {"received": 2, "matched": 1, "unmatched": 1, "not_passed": 1, "unreadable": 1}
    assert figures == {**states, "last_24_hours": 2, "last_age_seconds": figures["last_age_seconds"]}
    assert 1200 <= figures["last_age_seconds"] < 3000


def test_mails_are_counted_by_provider_and_fate(shown: dict[str, Any]) -> None:
    assert {(each["provider"], each["outcome"]): each["count"] for each in shown["mails"]} == {
        (None, "queued"): 1,
        (None, "sending"): 1,
        (None, "failed"): 2,
        (None, "sent"): 1,
        ("smtp", "sent"): 3,
        ("sendgrid", "sent"): 4,
        ("sendgrid", "delivered"): 2,
        ("sendgrid", "bounced"): 1,
        ("sendgrid", "dropped"): 1,
    }


def test_graphys_refusals_and_delays_are_counted_apart(shown: dict[str, Any]) -> None:
    assert shown["graphy"] == {"enrollments_failed": 1, "enrollments_waiting": 1}


def test_todays_look_ups_are_counted_by_outcome(shown: dict[str, Any]) -> None:
    assert {name: count for name, count in shown["look_ups_today"].items() if count} == {"valid": 7, "unknown": 2}


def test_what_the_figures_cost_is_one_of_them(world: Backend) -> None:
    who_asks = 2
    with counted() as calls:
        shown = world.ask_admin("METRICS").data
    assert shown["calls"] + who_asks == calls.count()
    assert shown["database"]["samples"] == calls.count(ending="/rows")
    assert shown["calls"] <= 40
    assert 0 < shown["database"]["p50_seconds"] <= shown["database"]["p95_seconds"] <= shown["took_seconds"]


def test_figures_are_kept_for_whoever_asks_soon_again(world: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(metrics, "_kept", Kept(15, lambda: clock[0]))
    first = world.ask_admin("METRICS").data
    clock[0] = 14.9
    with counted() as calls:
        assert world.ask_admin("METRICS").data == first
    assert calls.count(ending="/rows") == 0
    clock[0] = 15.0
    assert world.ask_admin("METRICS").data["measured_at"] > first["measured_at"]


def test_what_took_long_is_kept_for_twenty_times_as_long() -> None:
    clock, made = [0.0], []

    def slow() -> int:
        clock[0] += 3
        made.append(clock[0])
        return len(made)

    kept = Kept[int](15, lambda: clock[0])
    assert [kept.get("here", slow), kept.get("here", slow), kept.get("there", slow)] == [1, 1, 2]
    clock[0] = 62.9
    assert kept.get("here", slow) == 1
    clock[0] = 63.0
    assert kept.get("here", slow) == 3


def test_admins_alone_may_ask(backend: Backend) -> None:
    course = make_course(backend)
    assert backend.call(admin_main, "METRICS", None, {}).status == 401
    assert backend.call(admin_main, "METRICS", backend.log_in(course.sop), {}).status == 403


def test_without_executions_to_read_the_other_figures_are_told(shown: dict[str, Any]) -> None:
    """The stand-in has no functions here: 404, as a missing scope is a 401."""
    assert (shown["webhook"], shown["worker"]) == (None, None)


Executions = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def executions(world: Backend, monkeypatch: pytest.MonkeyPatch) -> Executions:
    """An Appwrite that has kept these executions, by function; notes what it was asked."""

    @contextmanager
    def kept(**by_function: list[dict[str, Any]]) -> Iterator[None]:
        def treat(call: Call) -> Reply | None:
            found = [rows for name, rows in by_function.items() if f"/functions/{name}/executions" in call.path]
            if not found or call.method != "GET":
                return call.forward()
            assert "%24createdAt" in call.path
            return Reply(200, json.dumps({"total": len(found[0]), "executions": found[0]}).encode())

        with proxy(world.appwrite.endpoint, treat) as address:
            monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", address)
            yield

    return kept


def execution(seconds: float, status: str = "completed", age: float = 0) -> dict[str, Any]:
    began = (datetime.now(UTC) - timedelta(seconds=age)).isoformat(timespec="milliseconds")
    return {"$createdAt": began, "duration": seconds, "status": status, "logs": "", "errors": ""}


def test_the_webhooks_latency_and_the_workers_last_pass_are_appwrites(world: Backend, executions: Executions) -> None:
    hook = [execution(number / 100) for number in range(1, 101)]
    passes = [execution(1, "failed", age=90), execution(1, age=150), execution(1, age=210)]
    with executions(graphy_webhook=hook, certificate_worker=passes):
        shown = world.ask_admin("METRICS").data
    assert shown["webhook"] == {"p50_seconds": 0.5, "p95_seconds": 0.95, "samples": 100}
    age = shown["worker"].pop("last_pass_age_seconds")
    assert shown["worker"] == {"passes": 3, "failed_passes": 1}
    assert 90 <= age < 150


def test_functions_that_never_ran_have_no_figures(world: Backend, executions: Executions) -> None:
    with executions(graphy_webhook=[], certificate_worker=[]):
        shown = world.ask_admin("METRICS").data
    assert shown["webhook"] == {"p50_seconds": None, "p95_seconds": None, "samples": 0}
    assert shown["worker"] == {"last_pass_age_seconds": None, "passes": 0, "failed_passes": 0}


@pytest.mark.parametrize(
    ("seconds", "p50", "p95"),
    [([], None, None), ([2.0], 2.0, 2.0), ([1.0, 2.0], 1.0, 2.0), ([3.0, 1.0, 2.0], 2.0, 3.0)],
)
def test_a_latency_is_one_that_was_measured(seconds: list[float], p50: float | None, p95: float | None) -> None:
    measured = latency(seconds)
    assert (measured.p50_seconds, measured.p95_seconds, measured.samples) == (p50, p95, len(seconds))
