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


def test_429_may_come_under_status_200_and_without_retry_after(graphy: Client) -> None:
    graphy.control("faults", {"fault": "rate_limited_in_success", "calls": 1, "retry_after": None})
    answer = graphy.get("/v1/products")
    assert (answer.status_code, answer.json()["error"]["code"]) == (200, 429)
    assert "Retry-After" not in answer.headers


def test_maintenance_is_an_html_page_under_200_or_503(graphy: Client) -> None:
    graphy.control("faults", {"fault": "html_in_success", "calls": 1})
    graphy.control("faults", {"fault": "unavailable", "calls": 1, "retry_after": 120})
    pages = [graphy.get("/v1/products") for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 503]
    assert all(page.headers["Content-Type"].startswith("text/html") for page in pages)
    assert pages[1].headers["Retry-After"] == "120"


def test_without_a_number_of_calls_a_fault_stays_until_all_is_healed(graphy: Client) -> None:
    graphy.control("faults", {"fault": "server_error"})
    assert {graphy.get("/v1/products").status_code for _ in range(5)} == {500}
    graphy.control("heal", {})
    assert graphy.get("/v1/products").status_code == 200


def test_a_fault_may_be_of_one_path_alone(graphy: Client) -> None:
    graphy.control("faults", {"fault": "server_error", "calls": 1, "path": "/assign"})
    assert graphy.get("/v1/products").status_code == 200
    assert graphy.post("/v1/assign").status_code == 500
    assert graphy.post("/v1/assign").status_code == 400


def test_a_slow_call_is_answered_in_the_end(graphy: Client) -> None:
    graphy.control("faults", {"fault": "slow", "calls": 2, "seconds": 0.5})
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{graphy.address}/public/v1/products", params={"mid": MID, "key": KEY}, timeout=0.1)
    assert graphy.get("/v1/products").status_code == 200


def test_calls_are_counted_by_path(graphy: Client) -> None:
    graphy.get("/v1/products")
    graphy.post("/v1/assign")
    graphy.post("/v1/assign")
    counted = graphy.http.get(f"{graphy.address}/_control/calls", timeout=10).json()
    assert counted == {"v1/products": 1, "v1/assign": 2}
