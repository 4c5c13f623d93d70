"""Executions over REST: what is asked, answered and kept, and how they fail."""

import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from appwrite.query import Query

from tests.conformance.functions.deployed import Function, named
from tests.conformance.server import refusal

INVALID_HEADERS = (
    'Invalid headers: Alphanumeric characters or hyphens only, cannot start with "x-appwrite", maximum 100 keys, '
    "and total size 16384."
)
METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD"


def test_sync_execution_answers_with_all_of_it(echo: Function) -> None:
    made = echo.api.create_execution(echo.id, "the body", path="/echo?q=1", method="PUT", headers={"x-mine": "v"})
    assert (made.status.value, made.trigger.value, made.responsestatuscode) == ("completed", "http", 200)
    assert (made.requestmethod, made.requestpath) == ("PUT", "/echo?q=1")
    seen = json.loads(made.responsebody)
    assert [seen[key] for key in ("method", "path", "query", "body_text")] == ["PUT", "/echo", {"q": "1"}, "the body"]
    assert seen["headers"]["x-mine"] == "v"
    assert (made.responseheaders[-1].name, made.responseheaders[-1].value) == ("x-appwrite-execution-id", made.id)


def test_stored_execution_has_neither_body_nor_other_headers(echo: Function) -> None:
    made = echo.execute("/status/201", headers={"content-type": "text/csv", "x-secret": "s"})
    assert named(made["responseHeaders"])["x-mine"] == "1"
    stored = echo.server.http("GET", f"{echo.path}/executions/{made['$id']}").json()
    assert (stored["responseBody"], stored["responseStatusCode"]) == ("", 201)
    assert set(named(stored["requestHeaders"])) == {"content-type", "x-appwrite-client-ip"}
    assert set(named(stored["responseHeaders"])) == {"content-type", "content-length"}


def test_async_execution_answers_202_and_never_keeps_the_body(echo: Function) -> None:
    answer = echo.create("/logs", **{"async": True})
    assert (answer.status_code, answer.json()["status"], answer.json()["responseStatusCode"]) == (202, "waiting", 0)
    ended = echo.ended(answer.json()["$id"])
    assert (ended["status"], ended["responseStatusCode"], ended["responseBody"]) == ("completed", 204, "")
    assert (ended["logs"], ended["errors"]) == ('text {"a":1}\n', "an error\n")


def test_ended_execution_can_be_deleted(echo: Function) -> None:
    path = f"{echo.path}/executions/{echo.execute('/count')['$id']}"
    assert echo.server.http("DELETE", path).status_code == 204
    missing = (404, "execution_not_found", "Execution with the requested ID could not be found.")
    assert refusal(echo.server.http("GET", path)) == missing


def test_unknown_method_is_refused(echo: Function) -> None:
    message = f"Invalid `method` param: Value must be one of ({METHODS})"
    assert refusal(echo.create(method="TRACE")) == (400, "general_argument_invalid", message)


def test_delayed_execution_is_kept_as_scheduled_and_can_be_called_off(echo: Function) -> None:
    minute = (datetime.now(UTC) + timedelta(minutes=5)).replace(second=0, microsecond=0)
    answer = echo.create("/count", scheduledAt=minute.isoformat(), **{"async": True})
    kept = answer.json()
    assert (answer.status_code, kept["status"], kept["trigger"]) == (202, "scheduled", "schedule")
    assert datetime.fromisoformat(kept["scheduledAt"]) == minute
    path = f"/functions/{echo.id}/executions/{kept['$id']}"
    assert echo.server.http("DELETE", path).status_code == 204
    assert refusal(echo.server.http("GET", path))[1] == "execution_not_found"


@pytest.mark.parametrize("scheduled", ["2020-01-01T00:00:00Z", "2090-01-01T00:00:30Z"])
def test_delayed_execution_needs_a_whole_minute_that_is_yet_to_come(echo: Function, scheduled: str) -> None:
    message = "Execution schedule must be a valid date, and at least 1 minute from now"
    answer = echo.create("/count", scheduledAt=scheduled, **{"async": True})
    assert refusal(answer) == (400, "general_bad_request", message)


@pytest.mark.parametrize(
    "headers",
    [{"x-appwrite-user-id": "u"}, {"a b": "c"}, {"-a": "b"}, {f"h{n}": "" for n in range(101)}, {"a": "b" * 16384}],
)
def test_headers_that_a_client_may_not_send_are_refused(echo: Function, headers: dict[str, str]) -> None:
    status, _, message = refusal(echo.create("/echo", headers=headers))
    assert (status, message) == (400, INVALID_HEADERS)


@pytest.mark.parametrize(
    ("status", "ended"), [(200, "completed"), (404, "completed"), (500, "failed"), (503, "failed")]
)
def test_only_statuses_from_500_up_fail_an_execution(echo: Function, status: int, ended: str) -> None:
    answer = echo.create(f"/status/{status}")
    assert (answer.status_code, answer.json()["status"]) == (201, ended)
    assert answer.json()["responseStatusCode"] == status


def test_executions_are_listed_by_what_clients_filter_on(echo: Function) -> None:
    made = echo.execute("/status/500")
    wanted = [Query.equal("status", "failed"), Query.equal("responseStatusCode", 500), Query.order_desc("$createdAt")]
    params = {f"queries[{number}]": query for number, query in enumerate(wanted)}
    found = echo.server.http("GET", f"{echo.path}/executions", params=params).json()["executions"]
    assert found[0]["$id"] == made["$id"]
    assert {one["status"] for one in found} == {"failed"}


def test_binary_answer_cannot_travel_by_rest(echo: Function) -> None:
    message = "Failed to parse response: Malformed UTF-8 characters, possibly incorrectly encoded"
    assert refusal(echo.create("/binary")) == (400, "general_unknown", message)


def test_crash_fails_the_execution_and_the_next_one_gets_a_new_process(shaped: Function) -> None:
    shaped.configure()
    shaped.execute("/count")
    assert int(shaped.execute("/count")["responseBody"]) > 1
    crashed = shaped.execute("/crash")
    assert (crashed["status"], crashed["responseStatusCode"], crashed["responseBody"]) == ("failed", 500, "")
    assert "Internal curl error has occurred within the executor! Error Number: 52" in crashed["errors"]
    assert set(named(crashed["responseHeaders"])) == {"x-appwrite-execution-id"}
    assert shaped.execute("/count")["responseBody"] == "1"


def test_async_main_over_its_timeout_fails(shaped: Function) -> None:
    shaped.configure(timeout=1)
    late = shaped.execute("/sleep?s=20")
    assert (late["status"], late["responseStatusCode"], late["errors"]) == ("failed", 500, "Execution timed out.\n")


def test_logging_off_stores_no_logs(shaped: Function) -> None:
    shaped.configure(logging=False)
    made = shaped.execute("/logs")
    assert (made["responseStatusCode"], made["logs"], made["errors"]) == (204, "", "")


def test_execution_key_has_the_functions_scopes_and_a_minute_more_than_its_timeout(echo: Function) -> None:
    key = echo.echo()["headers"]["x-appwrite-key"]
    claims = jwt.decode(key.removeprefix("ephemeral_"), options={"verify_signature": False})
    params = {"queries[0]": Query.order_desc("$createdAt"), "queries[1]": Query.limit(1)}
    execution = echo.server.http("GET", f"{echo.path}/executions", params=params).json()["executions"][0]
    started = datetime.fromisoformat(execution["$createdAt"]).timestamp()
    assert claims["scopes"] == ["functions.read"]
    assert abs(claims["exp"] - started - 80) < 10


def test_function_calls_back_with_its_own_scopes_only(echo: Function) -> None:
    assert echo.execute(f"/call-back?path={echo.path}")["responseBody"] == "200"
    refused = echo.execute("/call-back?path=/users")["responseBody"]
    assert json.loads(refused) == [401, "general_unauthorized_scope"]
