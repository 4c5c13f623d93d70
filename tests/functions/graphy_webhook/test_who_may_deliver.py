"""A secret, a token or both prove that an event is Graphy's: what is set is demanded, and nothing set opens nothing."""

import asyncio
import json

import pytest

from functions.graphy_webhook.main import main
from infra.local.appwrite.compute.open_runtimes.context import Context
from infra.local.appwrite.compute.open_runtimes.frames import Request
from infra.local.appwrite.compute.open_runtimes.logger import Logger
from shared.webhooks import sign
from tests.functions.backend import SECRET, Answer, Backend

TOKEN = "0123456789abcdef-token"


@pytest.fixture
def configured(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("GRAPHY_WEBHOOK_TOKEN", TOKEN)
    return monkeypatch


def post(
    backend: Backend, target: str, body: bytes, signature: str | None = None, method: str = "POST", kind: str = ""
) -> Answer:
    headers = {"x-appwrite-key": backend.key, "content-type": kind or "application/json"}
    if signature is not None:
        headers["x-graphy-signature"] = signature
    logger = Logger(enabled=True)
    output = asyncio.run(main(Context(Request(method, target, headers, body, 30), logger)))
    return Answer(output["statusCode"], json.loads(output["body"]), logger.logs + logger.errors)


def event(name: str) -> bytes:
    return json.dumps({"course_id": "unknown", "email": "nobody@nowhere.example", "event_id": name}).encode()


def is_stored(backend: Backend, name: str) -> bool:
    return bool(backend.rows("completions", {"method": "equal", "attribute": "event_id", "values": [name]}))


@pytest.mark.parametrize("target", [f"/hook/{TOKEN}", f"/hook/{TOKEN}/", f"/?token={TOKEN}", f"/hook/{TOKEN}?x=1"])
def test_the_token_alone_is_enough_where_no_secret_is_set(
    backend: Backend, configured: pytest.MonkeyPatch, target: str
) -> None:
    configured.setenv("GRAPHY_WEBHOOK_SECRET", "")
    answer = post(backend, target, event(target[-20:]))
    assert answer.status == 202
    assert is_stored(backend, target[-20:])
    assert TOKEN not in answer.logs + json.dumps(answer.body)


@pytest.mark.parametrize(
    "target", ["/", "/hook/", "/hook/wrong", f"/{TOKEN}", f"/hook/{TOKEN}x", "/?token=", "/?token=x"]
)
@pytest.mark.parametrize("secret", ["", SECRET])
def test_without_the_right_token_nothing_is_stored(
    backend: Backend, configured: pytest.MonkeyPatch, target: str, secret: str
) -> None:
    configured.setenv("GRAPHY_WEBHOOK_SECRET", secret)
    answer = post(backend, target, event("astray"), sign(SECRET, event("astray")))
    assert (answer.status, answer.error["code"], answer.error["details"]) == (401, "INVALID_TOKEN", {})
    assert not is_stored(backend, "astray")
    assert TOKEN not in answer.logs + json.dumps(answer.body)


@pytest.mark.parametrize("signature", [None, "", "sha256=" + "0" * 64])
def test_with_both_set_the_token_does_not_replace_the_signature(
    backend: Backend, configured: pytest.MonkeyPatch, signature: str | None
) -> None:
    answer = post(backend, f"/hook/{TOKEN}", event("unsigned"), signature)
    assert (answer.status, answer.error["code"]) == (401, "INVALID_SIGNATURE")
    assert not is_stored(backend, "unsigned")
    assert post(backend, f"/hook/{TOKEN}", event("both"), sign(SECRET, event("both"))).status == 202


def test_with_neither_set_nothing_is_accepted_and_the_log_names_the_variables(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRAPHY_WEBHOOK_SECRET", "")
    answer = post(backend, "/?token=", event("open"), "")
    assert (answer.status, answer.error["code"], answer.error["details"]) == (500, "MISCONFIGURED", {})
    assert "GRAPHY_WEBHOOK_SECRET" in answer.logs
    assert "GRAPHY_WEBHOOK_TOKEN" in answer.logs
    assert not is_stored(backend, "open")
    health = post(backend, "/", b'{"action": "health"}')
    assert health.data["healthy"] is True


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_whoever_looks_at_the_hook_is_told_to_post(
    backend: Backend, configured: pytest.MonkeyPatch, method: str
) -> None:
    answer = post(backend, f"/hook/{TOKEN}", b"", method=method)
    assert (answer.status, answer.error["code"]) == (405, "METHOD_NOT_ALLOWED")


def test_a_form_is_taken_like_json(backend: Backend, configured: pytest.MonkeyPatch) -> None:
    configured.setenv("GRAPHY_WEBHOOK_SECRET", "")
    form = b"courseId=unknown&Learner+Email=nobody%40nowhere.example&event_id=form"
    answer = post(backend, f"/hook/{TOKEN}", form, kind="application/x-www-form-urlencoded; charset=UTF-8")
    assert (answer.status, answer.data["status"]) == (202, "received")
    [row] = backend.rows("completions", {"method": "equal", "attribute": "event_id", "values": ["form"]})
    assert (row["course_id"], row["email"]) == ("unknown", "nobody@nowhere.example")
