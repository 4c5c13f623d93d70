"""The local SendGrid takes and refuses as the real one says it does, and signs what it tells."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests

from functions.graphy_webhook.sendgrid_signature import verify_event
from infra.local.sendgrid.app import Settings, create_app
from infra.local.web import serving

KEY = "SG.key"


@pytest.fixture
def hook() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """The address of a webhook, and what came there."""
    came: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/sendgrid", came
        server.shutdown()
        thread.join()


@pytest.fixture
def sendgrid(tmp_path: Path, hook: tuple[str, Any]) -> Iterator[str]:
    with serving(create_app(Settings(tmp_path, KEY, hook[0]))) as url:
        yield url


def mail(**changes: Any) -> dict[str, Any]:
    whole = {
        "personalizations": [{"to": [{"email": "a@b.example"}]}],
        "from": {"email": "c@t.example"},
        "subject": "S",
        "content": [{"type": "text/plain", "value": "T"}, {"type": "text/html", "value": "<p>T"}],
        "custom_args": {"mail_id": "m"},
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def post(url: str, body: Any, key: str = KEY) -> requests.Response:
    return requests.post(f"{url}/v3/mail/send", json=body, headers={"Authorization": f"Bearer {key}"}, timeout=10)


def test_what_is_taken_is_kept_as_it_was_posted(sendgrid: str) -> None:
    answer = post(sendgrid, mail())
    assert (answer.status_code, answer.content) == (202, b"")
    assert answer.headers["X-Message-Id"]
    assert requests.get(f"{sendgrid}/_control/mails", timeout=10).json() == [mail()]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"personalizations": []}, "personalizations.0.to"),
        ({"personalizations": [{"to": [{"email": "nobody"}]}]}, "personalizations.0.to.0.email"),
        ({"from": None}, "from.email"),
        ({"reply_to": {"email": "x"}}, "reply_to.email"),
        ({"subject": ""}, "subject"),
        ({"content": []}, "content"),
        ({"content": [{"type": "text/html", "value": "h"}, {"type": "text/plain", "value": "t"}]}, "content"),
        ({"attachments": []}, "attachments"),
        ({"attachments": [{"content": "?", "filename": "a.pdf"}]}, "attachments.0.content"),
        ({"attachments": [{"content": "QQ==", "filename": "a\r\nb"}]}, "attachments.0.filename"),
        ({"headers": {"Subject": "x"}}, "headers.Subject"),
        ({"custom_args": {"mail_id": 7}}, "custom_args"),
        ({"custom_args": {"mail_id": "x" * 10_000}}, "custom_args"),
    ],
)
def test_what_is_wrong_with_a_mail_is_named(sendgrid: str, changes: dict[str, Any], field: str) -> None:
    answer = post(sendgrid, mail(**changes))
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["field"], error.keys()) == (400, field, {"message", "field", "help"})


def test_a_wrong_key_opens_nothing(sendgrid: str) -> None:
    assert post(sendgrid, mail(), "SG.other").status_code == 401
    assert requests.get(f"{sendgrid}/v3/scopes", timeout=10).status_code == 401


def test_thirty_megabytes_are_too_much(sendgrid: str) -> None:
    content = base64.b64encode(bytes(23_000_000)).decode()
    answer = post(sendgrid, mail(attachments=[{"content": content, "filename": "a.pdf"}]))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("fault", "status"),
    [("unauthorized", 401), ("forbidden", 403), ("rate_limited", 429), ("server_error", 500), ("html", 502)],
)
def test_a_fault_lasts_as_many_calls_as_told(sendgrid: str, fault: str, status: int) -> None:
    requests.post(f"{sendgrid}/_control/faults", json={"fault": fault, "calls": 1}, timeout=10)
    assert [post(sendgrid, mail()).status_code for _ in range(2)] == [status, 202]
    requests.post(f"{sendgrid}/_control/faults", json={"fault": fault}, timeout=10)
    assert {post(sendgrid, mail()).status_code for _ in range(3)} == {status}
    requests.post(f"{sendgrid}/_control/heal", timeout=10)
    assert post(sendgrid, mail()).status_code == 202


@pytest.mark.parametrize(("fault", "taken"), [("no_answer", 0), ("taken_without_answer", 1)])
def test_silence_may_mean_either(sendgrid: str, fault: str, taken: int) -> None:
    requests.post(f"{sendgrid}/_control/faults", json={"fault": fault, "calls": 1}, timeout=10)
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(
            f"{sendgrid}/v3/mail/send", json=mail(), headers={"Authorization": f"Bearer {KEY}"}, timeout=(5, 0.5)
        )
    assert requests.get(f"{sendgrid}/_control/state", timeout=10).json()["taken"] == taken


def test_events_are_posted_signed_and_carry_the_custom_arguments(
    sendgrid: str, hook: tuple[str, list[tuple[dict[str, str], bytes]]]
) -> None:
    post(sendgrid, mail())
    post(sendgrid, mail(custom_args={"mail_id": "other"}))
    told = {"event": "bounce", "mail_id": "m", "reason": "550"}
    answer = requests.post(f"{sendgrid}/_control/events", json=told, timeout=10).json()
    assert (answer["events"], answer["status"]) == (1, 200)
    [(headers, body)] = hook[1]
    key = requests.get(f"{sendgrid}/_control/state", timeout=10).json()["event_key"]
    verify_event(key, body, headers, datetime.now(UTC))
    [event] = json.loads(body)
    assert (event["event"], event["mail_id"], event["reason"]) == ("bounce", "m", "550")
    assert event["sg_event_id"]


def test_what_is_not_emulated_is_refused(sendgrid: str) -> None:
    assert requests.get(f"{sendgrid}/v3/templates", timeout=10).status_code == 501


def test_it_runs_from_the_command_line_with_its_key_in_the_environment(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.local.sendgrid", "--data", str(tmp_path), "--port", "0"]
    bare = subprocess.run(
        command, check=False, env={**os.environ, "SENDGRID_API_KEY": ""}, capture_output=True, text=True, timeout=30
    )
    assert (bare.returncode, bare.stderr.strip()) == (1, "Set SENDGRID_API_KEY in the environment.")
    with subprocess.Popen(
        command, env={**os.environ, "SENDGRID_API_KEY": KEY}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("ready ").strip()
        assert post(url, mail()).status_code == 202
        process.terminate()
    assert process.returncode == 0
