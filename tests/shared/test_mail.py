"""What people get to read, and what can't get into a mail."""

import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.config import Settings
from shared.mail.letters import Enclosed, certificates_mail, invitation_mail, trial_mail
from shared.mail.message import Mail, Sender, as_message, one_line
from shared.records import Certificate

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ENVIRON = {
    "APPWRITE_FUNCTION_API_ENDPOINT": "x",
    "APPWRITE_FUNCTION_PROJECT_ID": "p",
    "FROM_EMAIL": "Näme <c@t.example>",
}


def sender(**more: str) -> Sender:
    return Sender.of(Settings.from_environ({**ENVIRON, **more}))


def certificate(learner: str = "Ana Lima", number: str = "C-1", **changes: str) -> Certificate:
    texts = {"course_name": "Fire <Safety>", "organization_name": "Acme & Sons", **changes}
    return Certificate(
        id="c", certificate_number=number, learner_id="l", course_id="k", organization_id="o", template_id="t",
        learner_name=learner, learner_email="a@b.example", completed_at=NOW, issued_at=NOW, **texts,
    )  # fmt: skip


def read(mail: Mail, **more: str) -> EmailMessage:
    """As a mail program reads what is sent."""
    raw = as_message(mail, sender(**more), NOW).as_bytes(policy=email.policy.SMTP)
    return BytesParser(EmailMessage, policy=email.policy.default).parsebytes(raw)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@given(st.text(min_size=1, max_size=60))
def test_no_name_ends_a_header_or_leaves_its_element(name: str) -> None:
    message = read(certificates_mail("m", "sop@acme.example", [Enclosed(certificate(name), b"%PDF-")], ["d"]))
    headers = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
    assert message.keys() == headers
    learner = one_line(name)
    assert not any(sign in learner for sign in "\r\n\0")


@pytest.mark.parametrize("name", ["Анна Ким", "李小龙", "ممم‌ماری", "Zoë 🎓", "José\r\nBcc: all@acme.example"])
def test_names_in_any_script_arrive_in_subject_text_and_html(name: str) -> None:
    message = read(certificates_mail("m", "sop@acme.example", [Enclosed(certificate(name), b"%PDF-")], ["d"]))
    shown = one_line(name)
    assert message["Subject"] == f"Certificate: {shown} – Fire <Safety>"
    assert message["Bcc"] is None
    assert shown in body(message, "plain")
    assert shown in body(message, "html")


def test_the_html_names_the_organization_and_escapes_what_people_typed() -> None:
    message = read(certificates_mail("m", "s@a.example", [Enclosed(certificate("<b>Ana</b>"), b"%PDF-")], ["d"]))
    html = body(message, "html")
    assert "Acme &amp; Sons" in html
    assert "&lt;b&gt;Ana&lt;/b&gt;" in html
    assert "<b>" not in html
    assert "<b>Ana</b> has completed the course “Fire <Safety>”." in body(message, "plain")


def test_many_certificates_are_listed_and_attached_under_their_numbers() -> None:
    enclosed = [Enclosed(certificate(f"Learner {n}", f"C-{n}"), b"%PDF-" + bytes([n])) for n in range(3)]
    message = read(certificates_mail("m", "s@a.example", enclosed, ["d"]))
    assert message["Subject"] == "3 certificates for Acme & Sons"
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == ["certificate-C-0.pdf", "certificate-C-1.pdf", "certificate-C-2.pdf"]
    assert "Learner 2 – Fire <Safety>, C-2, 21 November 2026" in body(message, "plain")


def test_what_is_too_large_is_a_link_in_text_and_html() -> None:
    link = "https://files.example/download?project=p&token=t"
    message = read(certificates_mail("m", "s@a.example", [Enclosed(certificate(), link=link)], ["d"]))
    assert list(message.iter_attachments()) == []
    assert link in body(message, "plain")
    assert "token=t" in body(message, "html")


def test_answers_go_where_reply_to_says() -> None:
    assert read(trial_mail("m", "a@b.example"))["Reply-To"] is None
    message = read(trial_mail("m", "a@b.example"), REPLY_TO="Büro <office@t.example>")
    assert (message["From"], message["Reply-To"]) == ("Näme <c@t.example>", "Büro <office@t.example>")
    assert message["Message-ID"] == "<m@t.example>"


def test_an_invitation_tells_the_portal_only_if_there_is_one() -> None:
    assert "https://portal.example" in body(
        read(invitation_mail("m", "a@b.example", "Acme", "https://portal.example")), "html"
    )
    assert "Your training company tells you" in body(read(invitation_mail("m", "a@b.example", "Acme", "")), "plain")


@pytest.mark.parametrize(("name", "value"), [("FROM_EMAIL", "Training"), ("REPLY_TO", "nobody")])
def test_an_address_that_is_none_is_named(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        sender(**{name: value})


def test_file_names_in_any_script_survive() -> None:
    mail = certificates_mail("m", "s@a.example", [Enclosed(certificate(number="Ä-1"), b"%PDF-")], ["d"])
    [part] = read(mail).iter_attachments()
    assert part.get_filename() == "certificate-Ä-1.pdf"
