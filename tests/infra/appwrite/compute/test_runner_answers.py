"""`context`: how open-runtimes' Python server reads requests and writes answers and logs."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from infra.local.appwrite.compute.open_runtimes.frames import Reply
from tests.infra.appwrite.compute.tiny import Function, ask

MANY = """
import asyncio
import json
import os
import signal

def show(context):
    req = context.req
    fields = ["method", "path", "query_string", "query", "headers", "host", "port", "scheme", "url", "body_raw"]
    return context.res.json({name: getattr(req, name) for name in fields})

def body(context):
    return context.res.json({"body": context.req.body})

def header(context):
    return context.res.text("a", 200, json.loads(context.req.body_text))

def json_headers(context):
    headers = {"x-mine": "1"}
    context.res.json({}, 200, headers)
    return context.res.json(headers)

def logs(context):
    context.log("text", {"a": 1}, [1, 2], 3)
    context.error(("b",), None)
    print("native")
    context.log("x" * 9000)
    return context.res.empty()

def fail(context):
    raise ValueError("on purpose")

WAYS = {
    "/show": show, "/body": body, "/header": header, "/json-headers": json_headers, "/logs": logs, "/fail": fail,
    "/none": lambda context: None,
    "/empty": lambda context: context.res.empty(),
    "/redirect": lambda context: context.res.redirect("https://example.org/"),
    "/binary": lambda context: context.res.binary(b"\\xff\\x00", 201, {"content-type": "Application/PDF"}),
    "/send-text": lambda context: context.res.send("text"),
    "/send-dict": lambda context: context.res.send({"a": 1}),
    "/json": lambda context: context.res.json({"name": "é"}, 418),
}

def main(context):
    return WAYS[context.req.path](context)
"""


@pytest.fixture(scope="module")
def many(loop: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Function]:
    function = Function(loop, tmp_path_factory.mktemp("many"), {"main.py": MANY})
    yield function
    function.close()


def shown(reply: Reply) -> Any:
    return json.loads(reply.body)


def test_request_is_decoded_as_the_runtime_does(many: Function) -> None:
    sent = ask("/show?a=x+y&a=%E2%9C%93&b=1%262&c&=d", method="PUT", headers={"Host": "h.example:8080"}, body=b"text")
    expected = {
        "method": "PUT",
        "path": "/show",
        "query_string": "a=x y&a=✓&b=1%262&c&=d",
        "query": {"a": "✓", "b": "1%262", "c": ""},
        "headers": {"host": "h.example:8080"},
        "host": "h.example",
        "port": 8080,
        "scheme": "http",
        "url": "http://h.example:8080/show?a=x y&a=✓&b=1%262&c&=d",
        "body_raw": "text",
    }
    assert shown(many.one(sent)) == expected


@pytest.mark.parametrize(
    ("path", "seen"), [("show", "/show"), ("/show#part", "/show"), ("/a%2Fb%20c", "/a/b c"), ("//twice", "//twice")]
)
def test_path_is_decoded_and_begins_with_a_slash(function: Callable[..., Function], path: str, seen: str) -> None:
    made = function({"main.py": "def main(context):\n    return context.res.text(context.req.path)"})
    assert made.one(ask(path)).body.decode() == seen


def test_host_that_is_none_answers_500_instead_of_hanging(many: Function) -> None:
    reply = many.one(ask("/show", headers={"host": "h:port"}))
    assert (reply.status, reply.body) == (500, b"")
    assert "ValueError" in reply.errors


def test_https_behind_a_proxy_has_its_default_port(many: Function) -> None:
    seen = shown(many.one(ask("/show", headers={"host": "h.example", "x-forwarded-proto": "https"})))
    assert (seen["scheme"], seen["port"], seen["url"]) == ("https", 443, "https://h.example/show")


def test_first_spelling_of_a_header_wins_and_the_runtimes_own_are_hidden(many: Function) -> None:
    sent = {"X-Appwrite-User-Id": "forged", "x-appwrite-user-id": "real", "x-open-runtimes-secret": "s"}
    assert shown(many.one(ask("/show", headers=sent)))["headers"] == {"x-appwrite-user-id": "forged"}


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/json", b'{"a": 1}', {"a": 1}),
        ("Application/JSON; charset=utf-8", b"[1]", [1]),
        ("application/json", b"", {}),
        ("text/plain", b'{"a": 1}', '{"a": 1}'),
        ("application/octet-stream", "✓".encode(), "✓"),
    ],
)
def test_body_is_parsed_for_json_only(many: Function, content_type: str, body: bytes, expected: object) -> None:
    sent = ask("/body", headers={"content-type": content_type}, body=body)
    assert shown(many.one(sent)) == {"body": expected}


@pytest.mark.parametrize(
    ("headers", "body", "error"),
    [
        ({"content-type": "application/json"}, b"{", "JSONDecodeError"),
        ({}, b"\xff", "UnicodeDecodeError"),
    ],
)
def test_body_that_cannot_be_read_as_it_claims_raises(
    many: Function, headers: dict[str, str], body: bytes, error: str
) -> None:
    reply = many.one(ask("/body", headers=headers, body=body))
    assert reply.status == 500
    assert error in reply.errors


@pytest.mark.parametrize(
    ("given", "content_type"),
    [
        ({}, "text/plain; charset=utf-8"),
        ({"content-type": "text/CSV"}, "text/csv; charset=utf-8"),
        ({"Content-Type": "text/csv"}, "text/plain; charset=utf-8"),
        ({"content-type": "text/html; charset=latin-1"}, "text/html; charset=latin-1"),
        ({"content-type": "multipart/mixed; boundary=b"}, "multipart/mixed; boundary=b"),
    ],
)
def test_content_type_comes_from_the_lower_case_key_alone(
    many: Function, given: dict[str, str], content_type: str
) -> None:
    reply = many.one(ask("/header", body=json.dumps(given).encode()))
    assert reply.headers["content-type"] == content_type


def test_response_headers_are_lower_cased_and_the_runtimes_own_dropped(many: Function) -> None:
    reply = many.one(ask("/header", body=b'{"X-Mine": "a", "X-Open-Runtimes-Log-Id": "b"}'))
    own = {"content-type": "text/plain; charset=utf-8", "content-length": "1"}
    assert reply.headers == {"x-mine": "a", **own}


def test_header_that_is_not_text_is_an_error(many: Function) -> None:
    reply = many.one(ask("/header", body=b'{"x-count": 1}'))
    assert (reply.status, reply.body) == (500, b"")
    assert "TypeError" in reply.errors


def test_json_writes_into_the_headers_it_was_given(many: Function) -> None:
    assert shown(many.one(ask("/json-headers"))) == {"x-mine": "1", "content-type": "application/json"}


@pytest.mark.parametrize(
    ("path", "status", "body", "header"),
    [
        ("/empty", 204, b"", ("content-length", "0")),
        ("/redirect", 301, b"", ("location", "https://example.org/")),
        ("/binary", 201, b"\xff\x00", ("content-type", "application/pdf; charset=utf-8")),
        ("/send-text", 200, b"text", ("content-type", "text/plain; charset=utf-8")),
        ("/send-dict", 500, b"", None),
        ("/json", 418, b'{"name":"\\u00e9"}', ("content-type", "application/json; charset=utf-8")),
    ],
)
def test_each_way_to_answer(
    many: Function, path: str, status: int, body: bytes, header: tuple[str, str] | None
) -> None:
    reply = many.one(ask(path))
    assert (reply.status, reply.body) == (status, body)
    assert header is None or header in reply.headers.items()


def test_body_over_20_mib_answers_413(many: Function) -> None:
    assert many.one(ask("/body", body=b"a" * (20 * 1024 * 1024))).status == 200
    assert many.one(ask("/body", body=b"a" * (20 * 1024 * 1024 + 1))).status == 413


def test_logs_are_written_as_the_runtime_writes_them(many: Function) -> None:
    reply = many.one(ask("/logs"))
    note = "Native logs detected. Use context.log() or context.error() for better experience."
    assert reply.logs == 'text {"a":1} [1,2] 3\n' + "x" * 8000 + "\n" + note + "native\n"
    assert reply.errors == '["b"] None\n'


def test_log_that_utf_8_cannot_write_does_no_harm(function: Callable[..., Function]) -> None:
    made = function({"main.py": "def main(context):\n    context.log('a\\ud800b')\n    return context.res.empty()"})
    assert made.one(ask()).logs == "a?b\n"


def test_logging_off_keeps_nothing(many: Function) -> None:
    reply = many.one(ask("/logs", logging=False))
    assert (reply.status, reply.logs, reply.errors) == (204, "", "")


def test_exception_answers_500_without_a_body_and_keeps_the_traceback(many: Function) -> None:
    reply = many.one(ask("/fail"))
    assert (reply.status, reply.body) == (500, b"")
    assert reply.errors.startswith("Traceback (most recent call last):")
    assert 'function/main.py", line' in reply.errors
    assert "ValueError: on purpose" in reply.errors


def test_returning_nothing_is_an_error(many: Function) -> None:
    reply = many.one(ask("/none"))
    assert (reply.status, reply.body) == (500, b"")
    assert reply.errors == "Return statement missing. return context.res.empty() if no response is expected.\n"
