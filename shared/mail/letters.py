"""What people get to read: certificates for an organisation's SOP, an invitation for a contact, a test.

Each mail is written once, as paragraphs and lists; its plain text and its HTML say the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.mail.message import Attachment, Mail, logo_cid, one_line
from shared.mail.page import Block, Point, Shown, html, plain_text
from shared.pictures import Picture
from shared.records import Certificate


@dataclass(frozen=True)
class Enclosed:
    """A certificate that a mail is about; most bring it, as an attachment, or as a link where it is too large."""

    certificate: Certificate
    pdf: bytes | None = None
    link: str = ""
    #: The reason for which it was replaced or revoked.
    why: str = ""

    @property
    def filename(self) -> str:
        return f"certificate-{self.certificate.certificate_number}.pdf"


def certificates_mail(
    mail_id: str,
    recipient: str,
    enclosed: Sequence[Enclosed],
    deliveries: Sequence[str],
    logo: Picture | None = None,
) -> Mail:
    """One mail with all `enclosed`, of which there must be one at least; they are one organisation's."""
    organization = organization_of(enclosed)
    mail = Mail(mail_id, recipient, _subject(enclosed, organization), "", "", deliveries=tuple(deliveries), logo=logo)
    return filled(mail, enclosed, _news(enclosed))


def filled(mail: Mail, enclosed: Sequence[Enclosed], news: Sequence[Block]) -> Mail:
    """`mail` with what it says, and with what is `enclosed`."""
    organization = organization_of(enclosed)
    linked = [each for each in enclosed if each.link]
    blocks: list[Block] = ["Hello,", *news]
    if linked:
        blocks.append("What is too large for a mail can be opened here for 7 days, by whoever has the link:")
        blocks.append([Point(one_line(each.certificate.learner_name), each.link) for each in linked])
    blocks.append(f"Issued for {organization}.")
    return replace(
        mail,
        text=plain_text(blocks),
        html=html(organization, blocks, _shown(mail.id, mail.logo)),
        attachments=tuple(Attachment(each.filename, each.pdf) for each in enclosed if each.pdf is not None),
    )


def organization_of(enclosed: Sequence[Enclosed]) -> str:
    return one_line(enclosed[0].certificate.organization_name)


def invitation_mail(
    mail_id: str, recipient: str, organization: str, portal_url: str, logo: Picture | None = None
) -> Mail:
    """Tells somebody that they are a contact of `organization`, and how they get a password.

    `portal_url` may be empty.
    """
    name = one_line(organization)
    where: Block = [Point("The portal", portal_url)] if portal_url else "Your training company tells you the address."
    blocks = [
        "Hello,",
        f"you are now a contact of {name}: you can see its learners and download their certificates.",
        where,
        f"You sign in with this address, {recipient}.",
        "You have no password yet: choose “forgotten password” there to set one.",
    ]
    page = html(name, blocks, _shown(mail_id, logo))
    return Mail(mail_id, recipient, f"You are a contact of {name}", plain_text(blocks), page, logo=logo)


def trial_mail(mail_id: str, recipient: str) -> Mail:
    """A mail whose arrival shows that mails arrive."""
    blocks = [
        "Hello,",
        "this mail was sent to see whether mails with certificates will arrive. You can read it, so they will.",
    ]
    return Mail(mail_id, recipient, "Test mail", plain_text(blocks), html("Test mail", blocks))


def _shown(mail_id: str, logo: Picture | None) -> Shown | None:
    return Shown(logo, f"cid:{logo_cid(mail_id)}") if logo else None


def _subject(enclosed: Sequence[Enclosed], organization: str) -> str:
    if len(enclosed) > 1:
        return f"{len(enclosed)} certificates for {organization}"
    certificate = enclosed[0].certificate
    return f"Certificate: {one_line(certificate.learner_name)} – {one_line(certificate.course_name)}"


def _news(enclosed: Sequence[Enclosed]) -> list[Block]:
    if len(enclosed) == 1:
        one = enclosed[0].certificate
        brought = "is below" if enclosed[0].link else "is attached"
        return [
            f"{one_line(one.learner_name)} has completed the course “{one_line(one.course_name)}”.",
            f"The certificate {one.certificate_number} of {one.issued_at:%d %B %Y} {brought}.",
        ]
    return [
        "these learners have completed their courses; their certificates come with this mail:",
        [Point(_line(each.certificate)) for each in enclosed],
    ]


def _line(certificate: Certificate) -> str:
    learner, course = one_line(certificate.learner_name), one_line(certificate.course_name)
    return f"{learner} – {course}, {certificate.certificate_number}, {certificate.issued_at:%d %B %Y}"
