"""What people get to read: certificates for an organisation's SOP, an invitation for a contact, a test.

Each mail is written once, as paragraphs and lists; its plain text and its HTML say the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from string import Template

from shared.mail.message import Attachment, Mail, one_line
from shared.records import Certificate

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;background:#f3f4f6;font:16px/1.5 system-ui,'Segoe UI',Helvetica,Arial,sans-serif;color:#1f2937">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" style="max-width:100%;background:#ffffff">
<tr><td dir="auto" style="padding:20px 32px;background:#1f3a5f;color:#ffffff;font-size:20px">$heading</td></tr>
<tr><td style="padding:24px 32px">
$content
</td></tr></table>
</td></tr></table>
</body></html>
""")


@dataclass(frozen=True)
class _Point:
    """An entry of a list; with a link, which is shown whole in plain text."""

    text: str
    link: str = ""


#: A paragraph, or a list.
_Block = str | Sequence[_Point]


@dataclass(frozen=True)
class Enclosed:
    """A certificate that a mail brings: as an attachment, or as a link where it is too large."""

    certificate: Certificate
    pdf: bytes | None = None
    link: str = ""

    @property
    def filename(self) -> str:
        return f"certificate-{self.certificate.certificate_number}.pdf"


def certificates_mail(mail_id: str, recipient: str, enclosed: Sequence[Enclosed], deliveries: Sequence[str]) -> Mail:
    """One mail with all `enclosed`, of which there must be one at least; they are one organisation's."""
    first = enclosed[0].certificate
    organization = one_line(first.organization_name)
    linked = [each for each in enclosed if each.link]
    blocks: list[_Block] = ["Hello,", *_news(enclosed)]
    if linked:
        blocks.append("What is too large for a mail can be opened here for 7 days, by whoever has the link:")
        blocks.append([_Point(one_line(each.certificate.learner_name), each.link) for each in linked])
    blocks.append(f"Issued for {organization}.")
    return Mail(
        id=mail_id,
        recipient=recipient,
        subject=_subject(enclosed, organization),
        text=_text(blocks),
        html=_html(organization, blocks),
        attachments=tuple(Attachment(each.filename, each.pdf) for each in enclosed if each.pdf is not None),
        deliveries=tuple(deliveries),
    )


def invitation_mail(mail_id: str, recipient: str, organization: str, portal_url: str) -> Mail:
    """Tells somebody that they are a contact of `organization`, and how they get a password.

    `portal_url` may be empty.
    """
    name = one_line(organization)
    where: _Block = [_Point("The portal", portal_url)] if portal_url else "Your training company tells you the address."
    blocks = [
        "Hello,",
        f"you are now a contact of {name}: you can see its learners and download their certificates.",
        where,
        f"You sign in with this address, {recipient}.",
        "You have no password yet: choose “forgotten password” there to set one.",
    ]
    return Mail(mail_id, recipient, f"You are a contact of {name}", _text(blocks), _html(name, blocks))


def trial_mail(mail_id: str, recipient: str) -> Mail:
    """A mail whose arrival shows that mails arrive."""
    blocks = [
        "Hello,",
        "this mail was sent to see whether mails with certificates will arrive. You can read it, so they will.",
    ]
    return Mail(mail_id, recipient, "Test mail", _text(blocks), _html("Test mail", blocks))


def _subject(enclosed: Sequence[Enclosed], organization: str) -> str:
    if len(enclosed) > 1:
        return f"{len(enclosed)} certificates for {organization}"
    certificate = enclosed[0].certificate
    return f"Certificate: {one_line(certificate.learner_name)} – {one_line(certificate.course_name)}"


def _news(enclosed: Sequence[Enclosed]) -> list[_Block]:
    if len(enclosed) == 1:
        one = enclosed[0].certificate
        brought = "is below" if enclosed[0].link else "is attached"
        return [
            f"{one_line(one.learner_name)} has completed the course “{one_line(one.course_name)}”.",
            f"The certificate {one.certificate_number} of {one.issued_at:%d %B %Y} {brought}.",
        ]
    return [
        "these learners have completed their courses; their certificates come with this mail:",
        [_Point(_line(each.certificate)) for each in enclosed],
    ]


def _line(certificate: Certificate) -> str:
    learner, course = one_line(certificate.learner_name), one_line(certificate.course_name)
    return f"{learner} – {course}, {certificate.certificate_number}, {certificate.issued_at:%d %B %Y}"


def _text(blocks: Sequence[_Block]) -> str:
    return "\n\n".join(block if isinstance(block, str) else "\n".join(map(_plain, block)) for block in blocks) + "\n"


def _plain(point: _Point) -> str:
    return f"- {point.text}: {point.link}" if point.link else f"- {point.text}"


def _html(heading: str, blocks: Sequence[_Block]) -> str:
    content = "\n".join(
        f'<p dir="auto">{escape(block)}</p>' if isinstance(block, str) else f"<ul>{''.join(map(_item, block))}</ul>"
        for block in blocks
    )
    return _PAGE.substitute(heading=escape(heading), content=content)


def _item(point: _Point) -> str:
    text = escape(point.text)
    return (
        f'<li dir="auto"><a href="{escape(point.link)}">{text}</a></li>'
        if point.link
        else f'<li dir="auto">{text}</li>'
    )
