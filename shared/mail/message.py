"""The mails that people get: a certificate for an organisation's SOP, an invitation for a contact, a test."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

from shared.records import Certificate, Delivery

_CERTIFICATE = """\
Hello,

{learner} has completed the course “{course}”.
The certificate {number} is attached.

It was issued for {organization} on {date}.
"""

_INVITATION = """\
Hello,

you are now a contact of {organization}: you can see its learners and download their certificates.

{where}
You sign in with this address, {recipient}. You have no password yet: choose “forgotten password” there to set one.
"""

_TEST = """\
Hello,

this mail was sent to see whether mails with certificates will arrive. You can read it, so they will.
"""


def certificate_mail(
    sender: str, delivery: Delivery, certificate: Certificate, pdf: bytes, now: datetime
) -> EmailMessage:
    """A plain-text mail with the PDF attached; its Message-ID is the delivery's, so that a repeat can be recognised.

    `sender` is `name@host` or `Name <name@host>`. Line breaks in what people typed can't end a header: they are spaces.
    """
    course, learner = one_line(certificate.course_name), one_line(certificate.learner_name)
    message = _mail(sender, delivery.recipient, f"Certificate: {learner} – {course}", delivery.id, now)
    message.set_content(
        _CERTIFICATE.format(
            learner=learner,
            course=course,
            number=certificate.certificate_number,
            organization=one_line(certificate.organization_name),
            date=f"{certificate.issued_at:%d %B %Y}",
        )
    )
    message.add_attachment(pdf, "application", "pdf", filename=f"certificate-{certificate.certificate_number}.pdf")
    return message


def invitation_mail(
    sender: str, recipient: str, organization: str, portal_url: str, message_id: str, now: datetime
) -> EmailMessage:
    """Tells somebody that they are a contact of `organization`, and how they get a password.

    `portal_url` may be empty.
    """
    name = one_line(organization)
    message = _mail(sender, recipient, f"You are a contact of {name}", message_id, now)
    where = f"The portal: {portal_url}" if portal_url else "Your training company tells you the portal's address."
    message.set_content(_INVITATION.format(organization=name, where=where, recipient=recipient))
    return message


def trial_mail(sender: str, recipient: str, message_id: str, now: datetime) -> EmailMessage:
    """A mail whose arrival shows that mails arrive."""
    message = _mail(sender, recipient, "Test mail", message_id, now)
    message.set_content(_TEST)
    return message


def one_line(text: str) -> str:
    return " ".join(text.split())


def _mail(sender: str, recipient: str, subject: str, message_id: str, now: datetime) -> EmailMessage:
    name, address = parseaddr(sender)
    message = EmailMessage()
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = subject
    message["Date"] = now
    message["Message-ID"] = f"<{message_id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    return message
