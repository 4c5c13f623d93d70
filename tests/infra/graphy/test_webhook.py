import hashlib
import hmac
import json
import threading
from pathlib import Path
from typing import Any

from infra.local import loopback
from infra.local.graphy.app import Settings, create_app
from infra.local.graphy.courier import Webhook
from infra.local.web import serving
from tests.infra.graphy.conftest import KEY, MID, SECRET, Client, Receiver
from tests.infra.graphy.waiting import wait_until


def settled(graphy: Client) -> dict[str, Any]:
    return wait_until(graphy.deliveries, lambda report: report["pending"] == 0)


def test_a_completion_posts_the_documented_event(graphy: Client, receiver: Receiver) -> None:
    graphy.enrol(["a@example.com"])
    (event_id,) = graphy.control("complete", {"course_id": "course-1"})["event_ids"]
    assert settled(graphy)["delivered"] == 1
    headers, body = receiver.received[0]
    event = json.loads(body)
    assert event.keys() == {"course_id", "email", "event_id", "completed_at"}
    assert (event["course_id"], event["email"], event["event_id"]) == ("course-1", "a@example.com", event_id)
    assert headers["Host"] == receiver.url.split("/")[2]


def test_the_signature_is_the_hmac_of_the_raw_body(graphy: Client, receiver: Receiver) -> None:
    graphy.enrol(["a@example.com"])
    graphy.control("complete", {})
    settled(graphy)
    headers, body = receiver.received[0]
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Graphy-Signature"] == f"sha256={expected}"


def test_only_the_chosen_learners_of_the_chosen_course_complete_it_and_once(graphy: Client) -> None:
    graphy.enrol(["a@example.com", "b@example.com", "c@example.com"])
    graphy.enrol(["a@example.com"], product_id="course-2")
    command = {"course_id": "course-1", "emails": ["A@example.com", "b@example.com", "nobody@example.com"]}
    assert len(graphy.control("complete", command)["event_ids"]) == 2
    assert graphy.control("complete", command)["event_ids"] == []
    first = graphy.get("/v2/learners", courseInfo="true").json()["data"][0]
    assert {course["id"]: course["completed"] for course in first["courses"]} == {"course-1": True, "course-2": False}
    assert {course["id"]: course["progress"] for course in first["courses"]} == {"course-1": 100, "course-2": 0}


def test_several_webhooks_travel_at_once(graphy: Client, receiver: Receiver) -> None:
    receiver.barrier = threading.Barrier(4)
    graphy.enrol([f"{number}@example.com" for number in range(4)])
    graphy.control("complete", {})
    assert settled(graphy)["delivered"] == 4


def test_the_answer_to_each_event_is_kept(graphy: Client, receiver: Receiver) -> None:
    receiver.answers = [500, 202]
    graphy.enrol(["a@example.com"])
    (event_id,) = graphy.control("complete", {})["event_ids"]
    (delivery,) = settled(graphy)["deliveries"]
    assert (delivery["event_id"], delivery["state"], delivery["attempts"], delivery["status"]) == (
        event_id,
        "delivered",
        2,
        202,
    )


def test_five_failed_attempts_switch_the_hook_off(graphy: Client, receiver: Receiver) -> None:
    receiver.answers = [500] * 5
    graphy.enrol(["a@example.com", "b@example.com"])
    graphy.control("complete", {"emails": ["a@example.com"]})
    report = settled(graphy)
    assert (report["hook_enabled"], report["failed"]) == (False, 1)
    graphy.control("complete", {"emails": ["b@example.com"]})
    assert settled(graphy)["failed"] == 2
    assert len(receiver.received) == 5


def test_redelivering_switches_the_hook_on_and_sends_the_same_event(graphy: Client, receiver: Receiver) -> None:
    receiver.answers = [500] * 5
    graphy.enrol(["a@example.com"])
    graphy.control("complete", {})
    settled(graphy)
    graphy.control("redeliver", {})
    report = settled(graphy)
    assert (report["hook_enabled"], report["delivered"], report["failed"]) == (True, 1, 0)
    assert len({body for _, body in receiver.received}) == 1


def test_a_delivered_event_can_be_replayed_by_its_id(graphy: Client, receiver: Receiver) -> None:
    graphy.enrol(["a@example.com"])
    (event_id,) = graphy.control("complete", {})["event_ids"]
    settled(graphy)
    assert graphy.control("redeliver", {})["event_ids"] == []
    assert graphy.control("redeliver", {"event_ids": [event_id, "unknown"]})["event_ids"] == [event_id]
    settled(graphy)
    assert [json.loads(body)["event_id"] for _, body in receiver.received] == [event_id, event_id]


def test_a_course_completed_in_silence_is_seen_but_not_told(graphy: Client, receiver: Receiver) -> None:
    graphy.enrol(["a@example.com"])
    assert graphy.control("complete", {"silent": True})["event_ids"] == []
    [learner] = graphy.get("/v2/learners", courseInfo="true").json()["data"]
    assert learner["courses"][0]["completed"] is True
    assert graphy.deliveries()["deliveries"] == []
    assert receiver.received == []


def test_a_token_ends_the_address(tmp_path: Path, receiver: Receiver) -> None:
    webhook = Webhook(receiver.url, SECRET, "t0ken")
    assert "t0ken" not in repr(webhook)
    with serving(create_app(Settings(tmp_path, MID, KEY, webhook))) as address, loopback.session() as http:
        graphy = Client(address, http)
        graphy.enrol(["a@example.com"])
        graphy.control("complete", {})
        assert settled(graphy)["delivered"] == 1
    assert receiver.paths == ["/hook/t0ken"]
