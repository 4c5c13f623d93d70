"""What the learners of a course achieved is told with the event and with their courses."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.infra.graphy.conftest import Client, Receiver, Start
from tests.infra.graphy.waiting import wait_until

RESULT = {"score": 8, "max_score": "10", "credits": 2.5, "grade": "A"}


def events(graphy: Client, receiver: Receiver) -> dict[str, dict[str, Any]]:
    wait_until(graphy.deliveries, lambda report: report["pending"] == 0)
    told = [json.loads(body) for _, body in receiver.received]
    return {event["email"]: event for event in told}


def courses(graphy: Client) -> dict[str, dict[str, Any]]:
    learners = graphy.get("/v2/learners", courseInfo="true").json()["data"]
    return {learner["email"]: learner["courses"][0] for learner in learners}


def test_a_result_comes_with_the_event_and_with_the_course(graphy: Client, receiver: Receiver) -> None:
    graphy.enrol(["a@example.com", "b@example.com", "c@example.com"])
    graphy.control("complete", {"emails": ["a@example.com"], "result": RESULT})
    graphy.control("complete", {"emails": ["b@example.com"]})
    told = events(graphy, receiver)
    assert told["a@example.com"].items() >= RESULT.items()
    assert told["b@example.com"].keys() == {"course_id", "email", "event_id", "completed_at"}
    shown = courses(graphy)
    assert shown["a@example.com"].items() >= RESULT.items()
    assert "score" not in shown["b@example.com"]
    assert "score" not in shown["c@example.com"]


def test_a_result_may_come_in_silence(graphy: Client, receiver: Receiver) -> None:
    graphy.enrol(["a@example.com"])
    graphy.control("complete", {"silent": True, "result": {"score": 8}})
    assert events(graphy, receiver) == {}
    assert courses(graphy)["a@example.com"]["score"] == 8


@pytest.mark.parametrize("result", [{"points": 8}, {"score": [8]}, 8])
def test_what_is_no_result_is_refused(graphy: Client, result: object) -> None:
    answer = graphy.http.post(f"{graphy.address}/_control/complete", json={"result": result}, timeout=10)
    assert answer.status_code == 400


def test_results_outlive_a_restart(start: Start, tmp_path: Path) -> None:
    with start() as graphy:
        graphy.enrol(["a@example.com"])
        graphy.control("complete", {"silent": True, "result": RESULT})
    with start() as graphy:
        assert courses(graphy)["a@example.com"].items() >= RESULT.items()
