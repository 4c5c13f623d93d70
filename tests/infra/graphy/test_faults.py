import pytest
import requests

from tests.infra.graphy.conftest import KEY, MID, Client


def test_the_next_calls_answer_429_with_retry_after(graphy: Client) -> None:
    graphy.control("faults", {"fault": "rate_limited", "calls": 2})
    answers = [graphy.get("/v1/products") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "2"


def test_the_next_call_answers_500_with_an_html_page(graphy: Client) -> None:
    graphy.control("faults", {"fault": "server_error", "calls": 1})
    answer = graphy.post("/v1/learners", email="a@example.com", name="A")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/html")
    assert graphy.get("/v2/learners").json()["total"] == 0


def test_the_next_call_answers_an_error_under_200(graphy: Client) -> None:
    graphy.control("faults", {"fault": "error_in_success", "calls": 1})
    answer = graphy.get("/v1/products")
    assert answer.status_code == 200
    assert "error" in answer.json()


def test_the_next_call_gets_no_answer(graphy: Client) -> None:
    graphy.control("faults", {"fault": "no_answer", "calls": 1})
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{graphy.address}/public/v1/products", params={"mid": MID, "key": KEY}, timeout=0.2)
    assert graphy.get("/v1/products").status_code == 200


def test_an_unknown_fault_is_refused(graphy: Client) -> None:
    command = {"fault": "earthquake", "calls": 1}
    assert requests.post(f"{graphy.address}/_control/faults", json=command, timeout=10).status_code == 400
