import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from infra.local import loopback
from infra.local.graphy.app import Settings, create_app
from infra.local.graphy.courier import Webhook
from infra.local.web import serving
from shared.graphy import Graphy, GraphyBusy, GraphyRefused, GraphyUnavailable

KEY = "k3y/with+signs"


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    webhook = Webhook("http://127.0.0.1:9/", "unused")
    with serving(create_app(Settings(tmp_path, "merchant", KEY, webhook))) as served:
        products = {"products": [{"id": "course-1", "title": "First Aid"}]}
        requests.post(f"{served}/_control/products", json=products, timeout=10)
        yield served


@pytest.fixture
def graphy(address: str) -> Iterator[Graphy]:
    with loopback.session() as http:
        yield Graphy(f"{address}/public", "merchant", KEY, http)


Answering = Callable[[int, dict[str, str], bytes], Graphy]


@pytest.fixture
def answering() -> Iterator[Answering]:
    """Makes clients of servers that always answer the same."""
    with ExitStack() as stack:

        def start(status: int, headers: dict[str, str], body: bytes) -> Graphy:
            address = stack.enter_context(fixed_answer(status, headers, body))
            return Graphy(address, "merchant", KEY, stack.enter_context(requests.Session()))

        yield start


@contextmanager
def fixed_answer(status: int, headers: dict[str, str], body: bytes) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            """Keep the test output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/public"
        server.shutdown()
        thread.join()


def fail_next(address: str, fault: str) -> None:
    requests.post(f"{address}/_control/faults", json={"fault": fault, "calls": 1}, timeout=10)


def learners(address: str) -> list[dict[str, object]]:
    query = {"mid": "merchant", "key": KEY, "courseInfo": "true"}
    answer = requests.get(f"{address}/public/v2/learners", params=query, timeout=10)
    return list(answer.json()["data"])


def test_a_learner_is_added_and_enrolled(graphy: Graphy, address: str) -> None:
    graphy.add_learner("asha@example.com", "आशा & co")
    graphy.assign("asha@example.com", "course-1")
    (learner,) = learners(address)
    assert (learner["email"], learner["name"]) == ("asha@example.com", "आशा & co")
    assert [course["id"] for course in learner["courses"]] == ["course-1"]  # type: ignore[attr-defined] # JSON


def test_adding_and_enrolling_again_succeed(graphy: Graphy, address: str) -> None:
    for _ in range(2):
        graphy.add_learner("asha@example.com", "Asha")
        graphy.assign("asha@example.com", "course-1")
    assert len(learners(address)) == 1


def test_a_base_url_with_its_version_works_too(graphy: Graphy, address: str) -> None:
    Graphy(f"{address}/public/v1/", "merchant", KEY, graphy.session).add_learner("a@example.com", "A")
    assert len(learners(address)) == 1


def test_an_unknown_product_is_refused_for_good(graphy: Graphy) -> None:
    graphy.add_learner("a@example.com", "A")
    with pytest.raises(GraphyRefused, match="No product with id course-2") as refusal:
        graphy.assign("a@example.com", "course-2")
    assert refusal.value.code == 5


def test_an_error_under_status_200_is_a_refusal(graphy: Graphy, address: str) -> None:
    fail_next(address, "error_in_success")
    with pytest.raises(GraphyRefused) as refusal:
        graphy.add_learner("a@example.com", "A")
    assert (refusal.value.code, refusal.value.message) == (50, "Something went wrong")


@pytest.mark.parametrize("fault", ["rate_limited", "rate_limited_in_success", "unavailable"])
def test_a_busy_graphy_says_how_long_to_pause(graphy: Graphy, address: str, fault: str) -> None:
    fail_next(address, fault)
    with pytest.raises(GraphyBusy) as later:
        graphy.add_learner("a@example.com", "A")
    assert later.value.retry_after == 2


def test_an_html_error_page_is_for_later(graphy: Graphy, address: str) -> None:
    fail_next(address, "server_error")
    with pytest.raises(GraphyUnavailable, match="500") as later:
        graphy.assign("a@example.com", "course-1")
    assert type(later.value) is GraphyUnavailable


def test_a_silent_graphy_is_for_later_and_called_once(graphy: Graphy, address: str) -> None:
    fail_next(address, "no_answer")
    hasty = Graphy(graphy.base_url, "merchant", KEY, graphy.session, timeout=(1, 0.2))
    with pytest.raises(GraphyUnavailable, match="ReadTimeout"):
        hasty.add_learner("a@example.com", "A")
    assert learners(address) == []


def test_a_graphy_that_is_not_there_is_for_later() -> None:
    absent = Graphy("http://127.0.0.1:9/public", "merchant", KEY, requests.Session())
    with pytest.raises(GraphyUnavailable, match="ConnectionError"):
        absent.add_learner("a@example.com", "A")
    assert not absent.reachable()


def test_reachable_means_that_the_key_is_taken(graphy: Graphy, address: str) -> None:
    assert graphy.reachable()
    assert not Graphy(graphy.base_url, "merchant", "wrong", graphy.session).reachable()
    fail_next(address, "server_error")
    assert not graphy.reachable()


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected"),
    [
        (200, {}, b"<html>Maintenance</html>", GraphyUnavailable),
        (302, {"Location": "http://127.0.0.1:9/"}, b"", GraphyRefused),
        (404, {}, b"<html>Not found</html>", GraphyRefused),
        (400, {}, b'{"error": "no such merchant"}', GraphyRefused),
        (200, {}, b'{"error": {"message": "no code"}}', GraphyRefused),
        (503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, b"{}", GraphyBusy),
        (503, {"Retry-After": "soon"}, b"{}", GraphyUnavailable),
        (429, {"Retry-After": "9" * 5000}, b"", GraphyBusy),
        (200, {}, b'{"error": {"code": "429"}}', GraphyBusy),
        (408, {}, b"", GraphyUnavailable),
        (401, {}, b'{"error": {"code": 1, "message": "bad key"}}', GraphyUnavailable),
        (200, {}, b"[" * 100_000, GraphyUnavailable),
        (200, {}, b'{"a": ' + b"9" * 5000 + b"}", GraphyUnavailable),
        (400, {}, b'{"error": {"code": "\xc2\xb2"}}', GraphyRefused),
    ],
)
def test_odd_answers_are_told_apart(
    answering: Answering, status: int, headers: dict[str, str], body: bytes, expected: type[Exception]
) -> None:
    graphy = answering(status, headers, body)
    with pytest.raises(expected):
        graphy.add_learner("a@example.com", "A")


def test_a_pause_may_be_given_as_a_date_and_is_never_longer_than_a_day(answering: Answering) -> None:
    for until in ("Wed, 21 Oct 2326 07:28:00 GMT", "9" * 300):
        with pytest.raises(GraphyBusy) as busy:
            answering(429, {"Retry-After": until}, b"").assign("a@example.com", "course-1")
        assert busy.value.retry_after == 86_400


def test_learners_are_read_in_pages_with_what_they_completed(graphy: Graphy, address: str) -> None:
    for email in ("a@example.com", "b@example.com", "c@example.com"):
        graphy.add_learner(email, "Somebody")
        graphy.assign(email, "course-1")
    requests.post(f"{address}/_control/complete", json={"emails": ["b@example.com"], "silent": True}, timeout=10)
    first, second = graphy.learners(skip=0, limit=2), graphy.learners(skip=2, limit=2)
    assert (first.count, first.total, first.is_last(0)) == (2, 3, False)
    assert (second.count, second.total, second.is_last(2)) == (1, 3, True)
    done = {each.email: [course.is_complete() for course in each.courses] for each in first.learners}
    assert done == {"a@example.com": [False], "b@example.com": [True]}
    assert first.learners[0].courses[0].product_id == "course-1"


def test_a_refusal_that_means_done_already_counts_under_any_status(answering: Answering) -> None:
    answering(400, {}, b'{"error": {"code": "22", "message": "exists"}}').add_learner("a@example.com", "A")
    answering(409, {}, b'{"error": {"code": 19}}').assign("a@example.com", "course-1")


def test_done_already_is_told_apart_by_the_call(answering: Answering) -> None:
    with pytest.raises(GraphyRefused):
        answering(200, {}, b'{"error": {"code": 22, "message": "x"}}').assign("a@example.com", "course-1")


def test_neither_key_nor_learner_is_in_any_error_or_log(answering: Answering, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    private = "asha@example.com", "Asha"
    echo = f'{{"error": {{"code": 1, "message": "bad key {KEY}"}}}}'.encode()
    absent = Graphy("http://127.0.0.1:9/public", "merchant", KEY, requests.Session())
    for graphy in (absent, answering(401, {}, echo), answering(500, {}, echo)):
        with pytest.raises((GraphyRefused, GraphyUnavailable)) as error:
            graphy.add_learner(private[0], private[1])
        assert not graphy.reachable()
        said = "".join(traceback.format_exception(error.value)) + repr(graphy) + caplog.text
        assert not any(secret in said for secret in (KEY, "k3y%2Fwith%2Bsigns", *private))
