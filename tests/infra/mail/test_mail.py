import email
import os
import signal
import smtplib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path

import pytest

from infra.local import listening
from infra.local.mail.catcher import Catcher, Login
from infra.local.mail.mailbox import Mailbox
from infra.local.mail.server import serving

MOMENT = datetime(2026, 11, 21, 4, 5, 6, 789, tzinfo=UTC)


@pytest.fixture
def catcher(tmp_path: Path) -> Catcher:
    return Catcher(Mailbox(tmp_path, lambda: MOMENT))


@pytest.fixture
def smtp(catcher: Catcher) -> Iterator[smtplib.SMTP]:
    with connected(catcher) as client:
        yield client


@contextmanager
def connected(catcher: Catcher) -> Iterator[smtplib.SMTP]:
    with serving(catcher) as port, smtplib.SMTP("127.0.0.1", port, "localhost", timeout=10) as client:
        yield client


def message(recipient: str = "sop@example.com", text: str = "Hello") -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = "from@example.com", recipient, "प्रमाणपत्र"
    made.set_content(text)
    return made


def test_a_message_is_kept_under_a_name_of_time_number_and_recipient(smtp: smtplib.SMTP, tmp_path: Path) -> None:
    smtp.send_message(message())
    smtp.send_message(message())
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "20261121T040506.000789Z-1-sop@example.com.eml",
        "20261121T040506.000789Z-2-sop@example.com.eml",
    ]


def test_the_message_is_kept_byte_for_byte_below_its_envelope(smtp: smtplib.SMTP, tmp_path: Path) -> None:
    sent = message(text=".dots\n..at the start\n")
    sent.add_attachment(bytes(range(256)) * 4000, maintype="application", subtype="pdf", filename="c.pdf")
    content = sent.as_bytes()
    smtp.sendmail("from@example.com", ["sop@example.com"], content)
    (path,) = tmp_path.iterdir()
    envelope = b"Return-Path: <from@example.com>\r\nDelivered-To: sop@example.com\r\n"
    assert path.read_bytes() == envelope + content
    read = email.message_from_bytes(path.read_bytes(), policy=SMTP)
    (attachment,) = read.iter_attachments()
    assert attachment.get_content() == bytes(range(256)) * 4000
    assert read["Subject"] == "प्रमाणपत्र"


def test_each_recipient_gets_a_copy_even_one_in_bcc(smtp: smtplib.SMTP, tmp_path: Path) -> None:
    smtp.send_message(message(), to_addrs=["a@example.com", "b@example.com"])
    assert sorted(path.name.split("-")[-1] for path in tmp_path.iterdir()) == ["a@example.com.eml", "b@example.com.eml"]


def test_a_recipient_cannot_choose_the_file(smtp: smtplib.SMTP, tmp_path: Path) -> None:
    hostile = '"../../etc/x y"@example.com', f"{'x' * 300}@example.com"
    for recipient in hostile:
        smtp.sendmail("from@example.com", [recipient], b"Subject: x\r\n\r\nx\r\n")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "20261121T040506.000789Z-1-_.._.._etc_x_y_@example.com.eml",
        f"20261121T040506.000789Z-2-{'x' * 100}.eml",
    ]


def test_an_international_address_is_taken(smtp: smtplib.SMTP, tmp_path: Path) -> None:
    sent = EmailMessage(policy=SMTPUTF8)
    sent["From"], sent["To"] = "from@example.com", "अनाम@example.com"
    sent.set_content("Hello")
    smtp.send_message(sent)
    (path,) = tmp_path.iterdir()
    assert "Delivered-To: अनाम@example.com" in path.read_text()


def test_refused_messages_are_not_kept_and_the_next_one_is(
    smtp: smtplib.SMTP, catcher: Catcher, tmp_path: Path
) -> None:
    catcher.refuse_next(1)
    catcher.refuse_next(1, "550 5.1.1 No such user")
    for code in (451, 550):
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            smtp.send_message(message())
        assert refusal.value.smtp_code == code
    smtp.send_message(message())
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_there_is_whole_and_no_half_written_file_remains(catcher: Catcher, tmp_path: Path) -> None:
    with serving(catcher) as port:

        def send() -> None:
            with smtplib.SMTP("127.0.0.1", port, "localhost", timeout=10) as client:
                for _ in range(5):
                    client.send_message(message(text="x" * 900 + "\nend"))

        senders = [threading.Thread(target=send) for _ in range(8)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
    kept = list(tmp_path.iterdir())
    assert len(kept) == 40
    assert all(path.suffix == ".eml" and path.read_bytes().endswith(b"end\r\n") for path in kept)


def test_a_login_is_asked_for_when_one_is_set(tmp_path: Path) -> None:
    catcher = Catcher(Mailbox(tmp_path, lambda: MOMENT), Login("user", "s3cret"))
    with connected(catcher) as client:
        with pytest.raises(smtplib.SMTPSenderRefused) as refusal:
            client.send_message(message())
        assert refusal.value.smtp_code == 530
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("user", "wrong")
        client.login("user", "s3cret")
        client.send_message(message())
    assert len(list(tmp_path.iterdir())) == 1


def test_no_login_is_offered_when_none_is_set(smtp: smtplib.SMTP) -> None:
    smtp.ehlo()
    assert not smtp.has_extn("auth")
    assert smtp.has_extn("smtputf8")


def command(folder: Path, port: int, *more: str) -> list[str]:
    return [sys.executable, "-m", "infra.local.mail", "--data", str(folder), "--port", str(port), *more]


def test_the_command_says_ready_keeps_mail_and_ends_cleanly(tmp_path: Path) -> None:
    with subprocess.Popen(command(tmp_path, 0), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline().removeprefix("ready smtp://127.0.0.1:"))
            with smtplib.SMTP("127.0.0.1", port, "localhost", timeout=10) as client:
                client.send_message(message())
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        finally:
            process.kill()
    assert len(list(tmp_path.glob("*.eml"))) == 1


def test_the_command_says_that_its_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = command(tmp_path, listening.port_of(other))
        ended = subprocess.run(taken, check=False, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "Address already in use" in ended.stderr


def test_the_command_names_the_missing_password(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "SMTP_PASS"}
    ended = subprocess.run(
        command(tmp_path, 0, "--user", "u"), check=False, env=environment, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (1, "Set SMTP_PASS in the environment.\n")
