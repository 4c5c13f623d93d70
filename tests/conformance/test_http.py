"""What every answer has in common."""

from collections.abc import Callable

import pytest
from appwrite.exception import AppwriteException
from appwrite.services.users import Users

from tests.conformance.server import Cleanup, Server, User, refusal


def test_ping_answers_pong_to_anyone(server: Server) -> None:
    assert server.guest("GET", "/ping").text == "Pong!"


@pytest.mark.parametrize("path", ["/health", "/health/db", "/health/storage/local"])
def test_health_passes_for_keys_only(server: Server, path: str) -> None:
    answer = server.http("GET", path).json()
    assert answer.get("status", answer.get("statuses", [{}])[0].get("status")) == "pass"
    assert server.guest("GET", path).status_code == 401


@pytest.mark.parametrize("body", ["{", "[]", "", '{"userId": NaN}', '{"userId": "\\ud800"}', "[" * 5000, "\xff"])
def test_a_broken_body_counts_as_an_empty_one(server: Server, body: str) -> None:
    answer = server.http("POST", "/users", {"Content-Type": "application/json"}, data=body.encode("latin-1"))
    assert refusal(answer) == (400, "general_argument_invalid", 'Param "userId" is not optional.')


def test_an_unknown_parameter_is_ignored(server: Server, new_id: Callable[[], str], cleanup: Cleanup) -> None:
    user_id = new_id()
    answer = server.http("POST", "/users", json={"userId": user_id, "nope": 1})
    cleanup(f"/users/{user_id}")
    assert answer.status_code == 201


def test_an_empty_answer_does_not_say_that_it_is_json(server: Server, user: Callable[..., User]) -> None:
    answer = server.http("DELETE", f"/users/{user().id}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["content-type"].startswith("text/html")


def test_the_sdks_exception_carries_status_type_and_message(server: Server, prefix: str) -> None:
    with pytest.raises(AppwriteException) as raised:
        Users(server.client()).get(prefix)
    shown = (raised.value.code, raised.value.type, raised.value.message)
    assert shown == (404, "user_not_found", "User with the requested ID could not be found.")


@pytest.mark.stand_in_only("a gap must not look like an answer: 501 instead of the HTML page with 404")
def test_an_unknown_route_is_refused_with_its_name(server: Server) -> None:
    unknown = (501, "local_not_emulated", "The local Appwrite does not emulate GET /v1/no-such-room")
    assert refusal(server.http("GET", "/no-such-room")) == unknown
