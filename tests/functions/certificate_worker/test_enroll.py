"""Learners get into Graphy at a bearable pace, and whatever Graphy does, nobody is lost."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from functions.certificate_worker.graphy.enroll import batch_size
from functions.certificate_worker.graphy.gate import DOWN_AFTER
from shared.config import Settings
from tests.functions.backend import Backend, Course

PAST = "2026-01-01T00:00:00.000+00:00"


@pytest.fixture(autouse=True)
def healed(backend: Backend) -> Iterator[None]:
    yield
    backend.control_graphy("heal", {})


@pytest.fixture(autouse=True)
def unpolled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPHY_POLL_MINUTES", "0")


def enrollments(course: Course) -> list[dict[str, Any]]:
    return course.backend.rows(
        "enrollments", {"method": "equal", "attribute": "course_id", "values": [course.course_id]}
    )


def statuses(course: Course) -> Counter[str]:
    return Counter(row["status"] for row in enrollments(course))


def seconds_until_due(row: dict[str, Any]) -> float:
    return (datetime.fromisoformat(row["due_at"]) - datetime.now(UTC)).total_seconds()


def let_time_pass(course: Course) -> None:
    """Until all who wait are due."""
    for row in enrollments(course):
        if row["due_at"]:
            course.backend.set_row("enrollments", row["$id"], due_at=PAST)


def calls(backend: Backend) -> Counter[str]:
    return Counter(requests.get(f"{backend.graphy}/_control/calls", timeout=10).json())


@contextmanager
def counting_calls(backend: Backend) -> Iterator[Counter[str]]:
    """The calls of Graphy's API that the block made; read it after the block."""
    before, made = calls(backend), Counter[str]()
    yield made
    made.update(calls(backend) - before)


def test_a_graphy_that_asks_for_a_pause_is_left_alone_until_then(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHY_CONCURRENCY", "3")
    course.enroll(*(["Ana"] * 20))
    backend.control_graphy("faults", {"fault": "rate_limited", "retry_after": 120})
    with counting_calls(backend) as made:
        assert backend.work().status == 200
    assert made.total() <= 3
    rows = enrollments(course)
    assert statuses(course) == {"queued": 20}
    assert all(110 < seconds_until_due(row) < 121 for row in rows)
    assert {row["reason"] for row in rows} == {
        "Graphy answered 429",
        "Waiting for Graphy, which is busy or can't be reached.",
    }
    backend.control_graphy("heal", {})
    let_time_pass(course)
    backend.work()
    assert statuses(course) == {"enrolled": 20}


def test_pauses_are_no_failures_however_many(backend: Backend, course: Course) -> None:
    course.enroll("Ana")
    backend.control_graphy("faults", {"fault": "unavailable", "retry_after": 30})
    for _ in range(4):
        let_time_pass(course)
        backend.work()
    [row] = enrollments(course)
    assert (row["attempts"], row["reason"]) == (4, "Graphy answered 503")
    assert seconds_until_due(row) < 31
    backend.control_graphy("heal", {})
    backend.control_graphy("faults", {"fault": "error_in_success"})
    let_time_pass(course)
    backend.work()
    [row] = enrollments(course)
    assert row["status"] == "failed"
    assert 3500 < seconds_until_due(row) < 4000


def test_a_pass_waits_out_a_pause_of_a_second(backend: Backend, course: Course) -> None:
    course.enroll("Ana", "Ben")
    backend.control_graphy("faults", {"fault": "rate_limited", "calls": 1, "retry_after": 1})
    backend.work()
    assert statuses(course) == {"enrolled": 2}


@pytest.mark.parametrize("fault", ["server_error", "html_in_success"])
def test_graphy_down_for_an_hour_loses_nobody_and_is_not_hammered(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setenv("GRAPHY_CONCURRENCY", "1")
    course.enroll(*(["Ana"] * 40))
    backend.control_graphy("faults", {"fault": fault})
    for _ in range(6):
        let_time_pass(course)
        with counting_calls(backend) as made:
            backend.work()
        assert made.total() == DOWN_AFTER
        assert statuses(course) == {"queued": 40}
        assert all(0 < seconds_until_due(row) < 1100 for row in enrollments(course))
    backend.control_graphy("heal", {})
    let_time_pass(course)
    backend.work()
    assert statuses(course) == {"enrolled": 40}
    assert {row["reason"] for row in enrollments(course)} == {None}


def test_a_key_that_is_not_accepted_says_so_and_fails_nobody(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    course.enroll("Ana")
    monkeypatch.setenv("GRAPHY_API_KEY", "wrong")
    backend.work()
    [row] = enrollments(course)
    assert (row["status"], row["reason"]) == (
        "queued",
        "Graphy answered 401: it does not accept the merchant id or the key",
    )


def test_a_refused_learner_is_tried_for_ever_with_growing_delays(backend: Backend, course: Course) -> None:
    course.enroll("Ana", "Ben")
    backend.control_graphy("faults", {"fault": "error_in_success", "calls": 1, "path": "/assign"})
    backend.work()
    assert statuses(course) == {"failed": 1, "enrolled": 1}
    backend.control_graphy("faults", {"fault": "error_in_success", "path": "/assign"})
    for hours in (2, 4, 8, 16, 24, 24):
        let_time_pass(course)
        backend.work()
        [row] = [row for row in enrollments(course) if row["status"] == "failed"]
        assert row["reason"] == "Something went wrong (code 50)"
        assert hours * 0.99 < seconds_until_due(row) / 3600 < hours * 1.1
    backend.control_graphy("heal", {})
    let_time_pass(course)
    backend.work()
    assert statuses(course) == {"enrolled": 2}


def test_learners_who_are_on_graphy_already_count_as_enrolled(
    backend: Backend, course: Course, new_course: Callable[..., Course]
) -> None:
    [email] = course.enroll("Ana Lima")
    account = {"mid": "merchant", "key": "graphy-key", "email": email}
    requests.post(f"{backend.graphy}/public/v1/learners", data={**account, "name": "Ana"}, timeout=10)
    requests.post(f"{backend.graphy}/public/v1/assign", data={**account, "productId": course.course_id}, timeout=10)
    backend.work()
    assert statuses(course) == {"enrolled": 1}


def test_a_learner_is_active_since_the_first_enrolment(backend: Backend, course: Course) -> None:
    [email, waiting] = course.enroll("Ana Lima", "Ben Oke")
    backend.control_graphy("faults", {"fault": "error_in_success", "calls": 1, "path": "/assign"})
    backend.work()
    since = active_at(backend, email), active_at(backend, waiting)
    assert sorted(each is None for each in since) == [False, True]
    let_time_pass(course)
    backend.work()
    now = active_at(backend, email), active_at(backend, waiting)
    assert None not in now
    assert {each for each in since if each} <= set(now)


def active_at(backend: Backend, email: str) -> str | None:
    [row] = backend.rows("learners", {"method": "equal", "attribute": "email", "values": [email]})
    found: str | None = row["active_at"]
    return found


def test_a_course_or_learner_that_is_gone_holds_up_nobody(
    backend: Backend, course: Course, new_course: Callable[..., Course]
) -> None:
    gone = new_course()
    gone.enroll("Ana")
    [erased, _] = course.enroll("Ben", "Cara")
    [learner] = backend.rows("learners", {"method": "equal", "attribute": "email", "values": [erased]})
    [row] = backend.rows("courses", {"method": "equal", "attribute": "course_id", "values": [gone.course_id]})
    backend.server.delete(f"/tablesdb/certificates/tables/learners/rows/{learner['$id']}")
    backend.server.delete(f"/tablesdb/certificates/tables/courses/rows/{row['$id']}")
    assert backend.work().status == 200
    [failed] = enrollments(gone)
    assert (failed["status"], failed["reason"]) == ("failed", "The learner or the course is gone.")
    assert statuses(course)["enrolled"] == 1


@pytest.mark.parametrize("allowed", [1, 3])
def test_so_many_calls_are_made_at_a_time_as_configured(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    course.enroll(*(["Ana"] * 6))
    with gathering(allowed) as (address, most):
        monkeypatch.setenv("GRAPHY_API_BASE", address)
        monkeypatch.setenv("GRAPHY_CONCURRENCY", str(allowed))
        backend.work()
    assert statuses(course) == {"enrolled": 6}
    assert most() == allowed


@contextmanager
def gathering(number: int) -> Iterator[tuple[str, Callable[[], int]]]:
    """A Graphy that answers once so many calls are there at once; and how many there were at most."""
    barrier, lock = threading.Barrier(number), threading.Lock()
    present, most = 0, 0

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            nonlocal present, most
            self.rfile.read(int(self.headers["Content-Length"]))
            with lock:
                present += 1
                most = max(most, present)
            with suppress(threading.BrokenBarrierError):
                barrier.wait(10)
            with lock:
                present -= 1
            self.send_response(500 if barrier.broken else 200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Keep the test output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/public", lambda: most
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("per_second", "size"), [("0.1", 1), ("1", 5), ("10", 50), ("1000", 100)])
def test_a_batch_is_over_well_within_its_lease(per_second: str, size: int) -> None:
    given = {"APPWRITE_FUNCTION_API_ENDPOINT": "x", "APPWRITE_FUNCTION_PROJECT_ID": "p"}
    settings = Settings.from_environ({**given, "GRAPHY_CALLS_PER_SECOND": per_second})
    assert batch_size(settings) == size
    assert timedelta(seconds=2 * size / settings.graphy_calls_per_second) <= timedelta(seconds=20)
