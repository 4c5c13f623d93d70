"""A function behind a domain: raw HTTP both ways.

A real server answers for `<name>.<CONFORMANCE_FUNCTIONS_DOMAIN>` only, its `_APP_DOMAIN_FUNCTIONS`.
"""

import json
import os
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.conformance.functions.deployed import Function
from tests.conformance.server import Cleanup, refusal

SUFFIX = os.environ.get("CONFORMANCE_FUNCTIONS_DOMAIN", "functions.localhost")
pytestmark = pytest.mark.skipif(
    "CONFORMANCE_ENDPOINT" in os.environ and "CONFORMANCE_FUNCTIONS_DOMAIN" not in os.environ,
    reason="CONFORMANCE_FUNCTIONS_DOMAIN doesn't say which domains lead to functions",
)


class Site:
    """The domain of a function."""

    def __init__(self, function: Function) -> None:
        server = function.server
        self.host = f"{function.id}.{SUFFIX}"
        self._origin = "{0.scheme}://{0.netloc}".format(urlsplit(server.endpoint))
        body = {"domain": self.host, "functionId": function.id}
        answer = server.http("POST", "/proxy/rules/function", json=body)
        assert answer.status_code == 201, answer.text
        self.rule: dict[str, Any] = answer.json()

    def __call__(
        self, path: str, method: str = "GET", headers: dict[str, str] | None = None, data: bytes = b""
    ) -> requests.Response:
        sent = {"Host": self.host, **(headers or {})}
        return requests.request(method, self._origin + path, headers=sent, data=data, timeout=60, allow_redirects=False)


@pytest.fixture(scope="session")
def site(echo: Function, session_cleanup: Cleanup) -> Site:
    made = Site(echo)
    session_cleanup(f"/proxy/rules/{made.rule['$id']}")
    return made


def test_rule_leads_to_the_active_deployment(site: Site, echo: Function) -> None:
    expected = {
        "domain": site.host,
        "type": "deployment",
        "trigger": "manual",
        "deploymentResourceType": "function",
        "deploymentResourceId": echo.id,
        "status": "verified",
    }
    assert {key: site.rule[key] for key in expected} == expected


def test_domain_is_used_once(site: Site, echo: Function) -> None:
    body = {"domain": site.host, "functionId": echo.id}
    answer = echo.server.http("POST", "/proxy/rules/function", json=body)
    assert refusal(answer)[:2] == (409, "rule_already_exists")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_function_sees_the_request_as_sent_with_lower_case_names(site: Site, method: str) -> None:
    seen = site("/echo?a=%E2%9C%93", method, {"X-Mine": "v"}).json()
    assert (seen["method"], seen["path"], seen["query"]) == (method, "/echo", {"a": "✓"})
    assert (seen["headers"]["x-mine"], seen["headers"]["host"]) == ("v", site.host)


def test_binary_answer_travels_by_domain(site: Site) -> None:
    answer = site("/binary")
    assert (answer.status_code, answer.content) == (200, b"\xff\x00")
    assert answer.headers["content-type"] == "application/pdf; charset=utf-8"


def test_answer_carries_the_id_of_a_stored_execution(site: Site, echo: Function) -> None:
    answer = site("/count?q=1")
    path = f"{echo.path}/executions/{answer.headers['x-appwrite-execution-id']}"
    execution = echo.server.http("GET", path).json()
    assert (execution["trigger"], execution["status"]) == ("http", "completed")
    assert (execution["requestMethod"], execution["requestPath"]) == ("GET", "/count?q=1")


def test_platforms_headers_cannot_be_forged_but_for_the_event(site: Site) -> None:
    forged = dict.fromkeys(("X-Appwrite-User-Id", "X-Appwrite-Trigger", "X-Appwrite-Key", "X-Appwrite-Event"), "forged")
    headers = site("/echo", headers=forged).json()["headers"]
    assert (headers["x-appwrite-user-id"], headers["x-appwrite-trigger"]) == ("", "http")
    assert headers["x-appwrite-key"].startswith("ephemeral_")
    assert headers["x-appwrite-event"] == "forged"


def test_callers_own_jwt_is_only_passed_on(site: Site) -> None:
    headers = site("/echo", headers={"Authorization": "Bearer token", "X-Appwrite-JWT": "nonsense"}).json()["headers"]
    assert (headers["authorization"], headers["x-appwrite-jwt"]) == ("Bearer token", "nonsense")
    assert (headers["x-appwrite-user-id"], headers["x-appwrite-user-jwt"]) == ("", "")


def test_redirect_is_passed_on(site: Site) -> None:
    answer = site("/redirect")
    assert (answer.status_code, answer.headers["location"]) == (301, "https://example.org/")


@pytest.mark.parametrize(("status", "is_page"), [(200, False), (204, False), (400, True), (500, True)])
def test_empty_error_becomes_a_page(site: Site, status: int, is_page: bool) -> None:
    answer = site(f"/status/{status}")
    assert answer.status_code == status
    assert (b"<html" in answer.content) is is_page


@pytest.mark.parametrize("execute", [[], ["users"], ["label:admin"]])
def test_domain_needs_a_function_open_to_any_or_guests(shaped: Function, cleanup: Cleanup, execute: list[str]) -> None:
    site = Site(shaped)
    cleanup(f"/proxy/rules/{site.rule['$id']}")
    shaped.configure(execute=execute)
    # Accept: an error of the platform's own is a page for those who don't ask for JSON.
    answer = site("/count", headers={"X-Appwrite-Key": shaped.server.key, "Accept": "application/json"})
    assert refusal(answer)[:2] == (401, "function_execute_permission_missing")
    shaped.configure(execute=["guests"])
    assert site("/count").status_code == 200


def test_rules_are_listed_by_function_and_deleted(shaped: Function, cleanup: Cleanup) -> None:
    site = Site(shaped)
    cleanup(f"/proxy/rules/{site.rule['$id']}")
    query = json.dumps({"method": "equal", "attribute": "deploymentResourceId", "values": [shaped.id]})
    found = shaped.server.http("GET", "/proxy/rules", params={"queries[0]": query}).json()
    assert [one["$id"] for one in found["rules"]] == [site.rule["$id"]]
    assert shaped.server.http("DELETE", f"/proxy/rules/{site.rule['$id']}").status_code == 204
    assert site("/count").status_code == 404
