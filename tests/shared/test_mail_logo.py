"""A mail shows its organisation's logo where mail programs show one; without a logo it is as it was."""

import email.policy
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser

import pytest

from shared.config import Settings
from shared.mail.letters import Enclosed, certificates_mail, invitation_mail
from shared.mail.message import Mail, Sender, as_message
from shared.pictures import Picture
from shared.records import Certificate
from tests.pictures import JPEG, png

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SENDER = Sender.of(
    Settings.from_environ(
        {"APPWRITE_FUNCTION_API_ENDPOINT": "x", "APPWRITE_FUNCTION_PROJECT_ID": "p", "FROM_EMAIL": "c@t.example"}
    )
)
LOGO = Picture("png", png(400, 120))


def read(mail: Mail) -> EmailMessage:
    """As a mail program reads what is sent."""
    raw = as_message(mail, SENDER, NOW).as_bytes(policy=email.policy.SMTP)
    return BytesParser(EmailMessage, policy=email.policy.default).parsebytes(raw)


def certificates(logo: Picture | None, organization: str = "Acme") -> Mail:
    certificate = Certificate(
        id="c", certificate_number="C-1", learner_id="l", course_id="k", organization_id="o", template_id="t",
        learner_name="Ana", learner_email="a@b.example", completed_at=NOW, issued_at=NOW, course_name="Fire",
        organization_name=organization,
    )  # fmt: skip
    return certificates_mail("ab12", "sop@acme.example", [Enclosed(certificate, b"%PDF-")], ["d"], logo)


def invitation(logo: Picture | None) -> Mail:
    return invitation_mail("ab12", "sop@acme.example", "Acme", "", logo)


def types(message: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in message.walk()]


def image(html: str) -> dict[str, str]:
    """The attributes of the only image."""
    [tag] = re.findall(r"<img ([^>]*)>", html)
    return dict(re.findall(r'([a-z]+)="([^"]*)"', tag))


def test_the_logo_comes_with_the_html_and_the_pdf_beside_both() -> None:
    message = read(certificates(LOGO))
    assert types(message) == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    [related] = [part for part in message.walk() if part.get_content_type() == "multipart/related"]
    assert dict(related["Content-Type"].params)["type"] == "text/html"
    assert [part.get_filename() for part in message.iter_attachments()] == ["certificate-C-1.pdf"]


@pytest.mark.parametrize("mail", [certificates(LOGO), invitation(LOGO), certificates(Picture("jpeg", JPEG))])
def test_the_html_shows_the_part_that_the_mail_brings(mail: Mail) -> None:
    message = read(mail)
    [part] = [each for each in message.walk() if each.get_content_maintype() == "image"]
    assert part["Content-ID"] == f"<{image(mail.html)['src'].removeprefix('cid:')}>"
    assert part.get_content_disposition() == "inline"
    assert mail.logo is not None
    assert part.get_payload(decode=True) == mail.logo.content
    assert part.get_content_subtype() == mail.logo.kind


@pytest.mark.parametrize("make", [certificates, invitation])
def test_without_a_logo_a_mail_has_no_other_part_and_not_one_byte_of_one(make: type) -> None:
    plain, with_logo = make(None), make(LOGO)
    assert not {"multipart/related", "image/png"} & set(types(read(plain)))
    assert re.sub(r'<tr><td style="[^"]*"><img [^>]*></td></tr>\n', "", with_logo.html) == plain.html
    assert "cid:" not in plain.html
    assert with_logo.text == plain.text


@pytest.mark.parametrize(
    ("size", "drawn"),
    [
        ((400, 120), ("200", "60")),
        ((400, 20), ("200", "10")),
        ((60, 600), ("6", "60")),
        ((100, 30), ("100", "30")),
        ((5000, 1), ("200", "1")),
    ],
)
def test_a_logo_is_drawn_within_its_limits_in_its_own_shape(size: tuple[int, int], drawn: tuple[str, str]) -> None:
    shown = image(certificates(Picture("png", png(*size))).html)
    assert (shown["width"], shown["height"]) == drawn


def test_the_name_stands_in_for_a_logo_that_is_not_shown_and_can_not_leave_its_attribute() -> None:
    html = certificates(LOGO, 'A "B" <script> & Sons').html
    assert image(html)["alt"] == "A &quot;B&quot; &lt;script&gt; &amp; Sons"
    assert "<script" not in html
