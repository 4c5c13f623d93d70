"""An admin learns whether mails go out, and if not, why."""

import json
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from functions.admin_router.main import main
from infra.local.mail.catcher import Catcher, Login
from infra.local.mail.mailbox import Mailbox
from infra.local.mail.server import serving
from tests.functions.backend import ADMIN, Answer, Backend, Person
from tests.functions.organizations import letters_to


def test_a_test_mail_goes_to_the_caller_unless_told_otherwise(backend: Backend) -> None:
    before = len(letters_to(backend, ADMIN))
    answer = backend.ask_admin("TEST_EMAIL")
    shown = (answer.data["sent"], answer.data["recipient"], answer.data["reason"])
    assert shown == (True, ADMIN, None)
    assert len(letters_to(backend, ADMIN)) == before + 1
    answer = backend.ask_admin("TEST_EMAIL", recipient="Ops@Training.example")
    assert answer.data["recipient"] == "ops@training.example"
    [letter] = letters_to(backend, "ops@training.example")
    assert letter["From"] == "Training <certificates@training.example>"


def failed(backend: Backend, reason: str) -> Answer:
    """The check, which is an answer and no error, and is recorded."""
    answer = backend.ask_admin("TEST_EMAIL")
    assert (answer.data["sent"], answer.data["reason"]) == (False, reason)
    row = backend.rows("activity_logs", {"method": "equal", "attribute": "activity", "values": ["mail.tested"]})[-1]
    assert (row["status"], row["actor_email"]) == ("failed", ADMIN)
    assert json.loads(row["changes"]) == {"recipient": [None, ADMIN], "reason": [None, reason]}
    return answer


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [("SMTP_HOST", "", "SMTP_HOST"), ("FROM_EMAIL", "", "FROM_EMAIL"), ("FROM_EMAIL", "Training", "FROM_EMAIL")],
)
def test_a_mail_server_that_is_not_set_is_told(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, name: str, value: str, word: str
) -> None:
    monkeypatch.setenv(name, value)
    assert word in failed(backend, "not_set").data["message"]


def test_a_mail_server_that_is_not_there_is_told(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PORT", "9")
    assert failed(backend, "unreachable").data["message"] == "127.0.0.1:9 can't be reached: Connection refused."


@pytest.fixture
def babbler() -> Iterator[int]:
    """The port of a mail server that offers STARTTLS and then goes on in plain text."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 babbler\r\n")
            for line in self.rfile:
                self.wfile.write(b"250-babbler\r\n250 STARTTLS\r\n" if line.startswith(b"ehlo") else b"220 go on\r\n")
                if line.startswith(b"STARTTLS"):
                    self.wfile.write(b"this is no TLS record at all\r\n")
                    return

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_tls_that_fails_is_told(backend: Backend, monkeypatch: pytest.MonkeyPatch, babbler: int) -> None:
    monkeypatch.setenv("SMTP_PORT", str(babbler))
    assert failed(backend, "tls").data["message"].startswith(f"TLS with 127.0.0.1:{babbler} failed: ")


@pytest.mark.parametrize(("password", "sent"), [("the mail password", True), ("a wrong password", False)])
def test_a_login_that_the_mail_server_refuses_is_told_without_the_password(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, password: str, sent: bool
) -> None:
    catcher = Catcher(Mailbox(tmp_path, lambda: datetime.now(UTC)), Login("user", "the mail password"))
    with serving(catcher) as port:
        for name, value in {"SMTP_PORT": str(port), "SMTP_USER": "user", "SMTP_PASS": password}.items():
            monkeypatch.setenv(name, value)
        answer = backend.ask_admin("TEST_EMAIL") if sent else failed(backend, "login")
    assert answer.data["sent"] is sent
    assert password not in json.dumps(answer.body) + answer.logs


def test_a_mail_server_that_knows_no_login_is_told(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_USER", "user")
    assert "AUTH" in failed(backend, "refused").data["message"]


@pytest.mark.parametrize(
    ("reply", "reason"), [("451 4.3.0 Try again later", "later"), ("554 5.7.1 Relaying denied", "refused")]
)
def test_what_the_mail_server_says_is_told(backend: Backend, reply: str, reason: str) -> None:
    backend.catcher.refuse_next(1, reply)
    code, _, text = reply.partition(" ")
    assert f"answered {code}: {text}" in failed(backend, reason).data["message"]


def test_a_recipient_that_is_no_address_is_a_bad_field(backend: Backend) -> None:
    answer = backend.ask_admin("TEST_EMAIL", recipient="ops")
    assert (answer.status, list(answer.error["details"]["fields"])) == (422, ["recipient"])


def test_a_caller_without_an_address_must_name_a_recipient(backend: Backend) -> None:
    user = backend.server.post("/users", userId="unique()", phone="+4915112345678")
    backend.server.put(f"/users/{user['$id']}/labels", labels=["admin"])
    person = Person(backend.server.post(f"/users/{user['$id']}/jwts")["jwt"])
    answer = backend.call(main, "TEST_EMAIL", person, {})
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert backend.call(main, "TEST_EMAIL", person, {"recipient": ADMIN}).data["sent"] is True
