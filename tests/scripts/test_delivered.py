"""The demo's verdict: what a learner lacks is said, and nothing else passes for a delivered certificate."""

import hashlib
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from scripts.delivered import missing

NUMBER = "2026-AAAA-BBBB-CCCC"
PDF = b"%PDF-1.7 certificate"


def state(**changes: Any) -> dict[str, Any]:
    wanted = {
        "email": "ana@acme.example",
        "certificate_status": "sent",
        "certificate_number": NUMBER,
        "certificate_reason": None,
        "enrollment_reason": None,
    }
    return {**wanted, **changes}


def post(folder: Path, name: str, pdf: bytes) -> None:
    message = EmailMessage()
    message["To"] = "sop@acme.example"
    message["Message-ID"] = f"<{name}@training.example>"
    message.set_content("Attached.")
    message.add_attachment(pdf, "application", "pdf", filename=f"certificate-{NUMBER}.pdf")
    (folder / f"{name}.eml").write_bytes(message.as_bytes())


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / f"{NUMBER}.pdf").write_bytes(PDF)
    return folder


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    folder = tmp_path / "mails"
    folder.mkdir()
    post(folder, "one", PDF)
    return folder


def test_a_certificate_that_is_delivered_downloaded_and_mailed_once_lacks_nothing(downloads: Path, mails: Path) -> None:
    assert missing([state()], downloads, mails) == []


def test_a_certificate_that_failed_is_named_with_its_reason(downloads: Path, mails: Path) -> None:
    failed = state(certificate_status="failed", certificate_reason="took longer than 10 s")
    assert missing([failed], downloads, mails) == ["ana@acme.example: certificate failed (took longer than 10 s)"]


def test_a_learner_without_a_certificate_is_named_with_what_graphy_said(downloads: Path, mails: Path) -> None:
    none = state(certificate_status="none", enrollment_reason="No product")
    assert missing([none], downloads, mails) == ["ana@acme.example: certificate none (No product)"]


def test_a_file_that_is_missing_or_no_pdf_is_named(downloads: Path, mails: Path) -> None:
    (downloads / f"{NUMBER}.pdf").write_bytes(b"<html>")
    assert missing([state()], downloads, mails) == ["ana@acme.example: what was downloaded is no PDF"]
    (downloads / f"{NUMBER}.pdf").unlink()
    assert missing([state()], downloads, mails) == ["ana@acme.example: not downloaded"]


def test_a_mail_that_is_missing_or_sent_twice_or_holds_another_pdf_is_named(downloads: Path, mails: Path) -> None:
    post(mails, "two", PDF)
    assert missing([state()], downloads, mails) == ["ana@acme.example: mailed 2 times"]
    for path in mails.iterdir():
        path.unlink()
    post(mails, "three", PDF + hashlib.sha256(PDF).digest())
    assert missing([state()], downloads, mails) == ["ana@acme.example: mailed 0 times"]
