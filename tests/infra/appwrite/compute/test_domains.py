"""Function domains: raw HTTP to a function and back, and the rules that make them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.infra.appwrite.compute.served import Server
from tests.infra.appwrite.compute.tiny import until

CODE = """
import asyncio, pathlib
async def main(context):
    req, res = context.req, context.res
    if req.path == "/echo":
        return res.json({"method": req.method, "headers": req.headers, "query": req.query, "url": req.url})
    if req.path == "/double":
        return res.binary(req.body_binary * 2, 201, {"content-type": "application/pdf", "x-mine": "1"})
    if req.path.startswith("/empty/"):
        return res.text("", int(req.path.removeprefix("/empty/")))
    if req.path == "/redirect":
        return res.redirect("https://example.org/", 302)
    if req.path == "/wait":
        while not pathlib.Path(req.query["release"]).exists():
            await asyncio.sleep(0.01)
        pathlib.Path(req.query["release"]).with_name("finished").touch()
    return res.text("caf\\u00e9 " + req.path, 404)
"""


def link(server: Server, function_id: str) -> dict[str, Any]:
    """A domain named as the function."""
    body = {"domain": f"{function_id}.functions.localhost", "functionId": function_id}
    answer = server.http("POST", "/proxy/rules/function", json=body)
    assert answer.status_code == 201, answer.text
    rule: dict[str, Any] = answer.json()
    return rule


@pytest.fixture(scope="module")
def web(server: Server) -> Server:
    server.deploy("web", CODE)
    link(server, "web")
    return server


def test_rule_has_the_fields_that_the_sdk_expects(server: Server) -> None:
    deployment = server.deploy("ruled", CODE)
    rule = link(server, "ruled")
    times = rule.pop("$createdAt"), rule.pop("$updatedAt"), rule.pop("$id")
    assert all(times)
    assert rule == {
        "domain": "ruled.functions.localhost",
        "type": "deployment",
        "trigger": "manual",
        "redirectUrl": "",
        "redirectStatusCode": 301,
        "deploymentId": deployment,
        "deploymentResourceType": "function",
        "deploymentResourceId": "ruled",
        "deploymentVcsProviderBranch": "",
        "status": "verified",
        "logs": "",
        "renewAt": "",
    }


def test_rules_are_listed_by_function_and_deleted(server: Server) -> None:
    server.deploy("listed", CODE)
    rule = link(server, "listed")
    query = json.dumps({"method": "equal", "attribute": "deploymentResourceId", "values": ["listed"]})
    found = server.http("GET", "/proxy/rules", params={"queries[0]": query}).json()
    assert [one["$id"] for one in found["rules"]] == [rule["$id"]]
    assert server.http("DELETE", f"/proxy/rules/{rule['$id']}").status_code == 204
    assert server.domain("listed").status_code == 404


@pytest.mark.parametrize(
    ("domain", "function_id", "expected"),
    [
        ("web.functions.localhost", "web", (409, "rule_already_exists")),
        ("other.functions.localhost", "nobody", (404, "rule_resource_not_found")),
        ("example.org", "web", (501, "local_not_emulated")),
    ],
)
def test_wrong_rules_are_refused(web: Server, domain: str, function_id: str, expected: tuple[int, str]) -> None:
    answer = web.http("POST", "/proxy/rules/function", json={"domain": domain, "functionId": function_id})
    assert (answer.status_code, answer.json()["type"]) == expected


def test_binary_bodies_go_both_ways(web: Server) -> None:
    answer = web.domain("web", "/double", "POST", data=b"\xff\x00")
    assert (answer.status_code, answer.content) == (201, b"\xff\x00\xff\x00")
    assert (answer.headers["content-type"], answer.headers["x-mine"]) == ("application/pdf; charset=utf-8", "1")


def test_headers_are_utf_8_both_ways(server: Server) -> None:
    code = "def main(context):\n    return context.res.text('', 200, {'x-back': context.req.headers['x-name'] + '✓'})"
    server.deploy("named", code)
    link(server, "named")
    answer = server.domain("named", headers={"X-Name": "José".encode()})
    assert answer.headers["x-back"].encode("latin-1").decode() == "José✓"


def test_answer_carries_the_id_of_a_stored_execution(web: Server) -> None:
    answer = web.domain("web", "/some/path?q=1")
    assert (answer.status_code, answer.text) == (404, "café /some/path")
    execution = web.http("GET", f"/functions/web/executions/{answer.headers['x-appwrite-execution-id']}").json()
    assert (execution["trigger"], execution["status"]) == ("http", "completed")
    assert (execution["requestMethod"], execution["requestPath"]) == ("GET", "/some/path?q=1")


def test_function_sees_the_request_as_sent_with_lower_case_names(web: Server) -> None:
    seen = web.domain("web", "/echo?a=%E2%9C%93", "PATCH", headers={"X-Mine": "v"}, data="x").json()
    assert (seen["method"], seen["query"]) == ("PATCH", {"a": "✓"})
    assert seen["headers"]["x-mine"] == "v"
    assert seen["headers"]["host"] == "web.functions.localhost"
    assert seen["url"] == "http://web.functions.localhost/echo?a=✓"


def test_platforms_headers_cannot_be_forged_but_for_the_event(web: Server) -> None:
    forged = dict.fromkeys(("X-Appwrite-User-Id", "X-Appwrite-Trigger", "X-Appwrite-Key", "X-Appwrite-Event"), "forged")
    headers = web.domain("web", "/echo", headers=forged).json()["headers"]
    assert (headers["x-appwrite-user-id"], headers["x-appwrite-trigger"]) == ("", "http")
    assert headers["x-appwrite-key"].startswith("ephemeral_")
    assert headers["x-appwrite-event"] == "forged"


def test_callers_own_key_and_session_are_only_passed_on(web: Server) -> None:
    sent = {"Authorization": "Bearer token", "X-Appwrite-JWT": "nonsense", "X-Appwrite-Project": "other"}
    headers = web.domain("web", "/echo", headers=sent).json()["headers"]
    assert (headers["authorization"], headers["x-appwrite-jwt"]) == ("Bearer token", "nonsense")
    assert (headers["x-appwrite-user-id"], headers["x-appwrite-user-jwt"]) == ("", "")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_every_method_reaches_the_function(web: Server, method: str) -> None:
    answer = web.domain("web", "/echo", method)
    assert answer.status_code == 200
    assert method == "HEAD" or answer.json()["method"] == method


def test_redirect_is_passed_on(web: Server) -> None:
    answer = web.domain("web", "/redirect")
    assert (answer.status_code, answer.headers["location"]) == (302, "https://example.org/")


@pytest.mark.parametrize(("status", "page"), [(200, False), (204, False), (400, True), (500, True)])
def test_empty_error_becomes_a_page(web: Server, status: int, page: bool) -> None:
    answer = web.domain("web", f"/empty/{status}")
    assert answer.status_code == status
    assert (b"<html" in answer.content) is page
    assert answer.headers["content-type"].startswith("text/html" if page else "text/plain")


def test_domain_without_a_rule_answers_404(server: Server) -> None:
    answer = server.domain("nobody")
    assert (answer.status_code, answer.json()["type"]) == (404, "rule_not_found")


@pytest.mark.parametrize("execute", [[], ["users"], ["label:admin"]])
def test_domain_needs_a_function_open_to_any_or_guests(server: Server, execute: list[str]) -> None:
    name = f"inner-{len(''.join(execute))}"
    server.deploy(name, CODE, execute=execute)
    link(server, name)
    answer = server.domain(name, "/echo", headers={"X-Appwrite-Key": server.key})
    assert (answer.status_code, answer.json()["type"]) == (401, "function_execute_permission_missing")


def test_domain_is_open_to_guests(server: Server) -> None:
    server.deploy("guests", CODE, execute=["guests"])
    link(server, "guests")
    assert server.domain("guests", "/echo").status_code == 200


def test_domain_follows_the_active_deployment(server: Server) -> None:
    server.functions.create("moves", "F", "python-3.12", execute=["any"], entrypoint="main.py")
    link(server, "moves")
    assert server.domain("moves").json()["type"] == "deployment_not_found"
    for text in ("first", "second"):
        server.upload("moves", f"def main(context):\n    return context.res.text({text!r})")
        assert server.domain("moves").text == text


def test_disabled_function_is_hidden_from_its_domain(server: Server) -> None:
    server.deploy("hidden", CODE, enabled=False)
    link(server, "hidden")
    assert server.domain("hidden").json()["type"] == "function_not_found"


def test_body_over_12_mib_answers_413(web: Server) -> None:
    assert web.domain("web", "/double", "POST", data=b"a" * (12 * 1024 * 1024 + 1)).status_code == 413


def test_domain_waits_no_longer_than_the_sync_limit(own_server: Callable[..., Server], tmp_path: Path) -> None:
    server = own_server("--sync-limit", "1")
    server.deploy("slow", CODE)
    link(server, "slow")
    answer = server.domain("slow", f"/wait?release={tmp_path}/release")
    assert (answer.status_code, answer.json()["type"]) == (408, "function_synchronous_timeout")
    (tmp_path / "release").touch()
    until((tmp_path / "finished").exists)
