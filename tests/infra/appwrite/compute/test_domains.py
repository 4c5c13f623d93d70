"""Function domains: raw HTTP to a function and back, and the rules that make them."""

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


def test_function_sees_the_request_as_sent_with_lower_case_names(web: Server) -> None:
    seen = web.domain("web", "/echo?a=%E2%9C%93", "PATCH", headers={"X-Mine": "v"}, data="x").json()
    assert (seen["method"], seen["query"]) == ("PATCH", {"a": "✓"})
    assert seen["headers"]["x-mine"] == "v"
    assert seen["headers"]["host"] == "web.functions.localhost"
    assert seen["url"] == "http://web.functions.localhost/echo?a=✓"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_every_method_reaches_the_function(web: Server, method: str) -> None:
    answer = web.domain("web", "/echo", method)
    assert answer.status_code == 200
    assert method == "HEAD" or answer.json()["method"] == method


def test_domain_without_a_rule_answers_404(server: Server) -> None:
    answer = server.domain("nobody")
    assert (answer.status_code, answer.json()["type"]) == (404, "rule_not_found")


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
