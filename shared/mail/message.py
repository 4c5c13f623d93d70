"""The mail that brings a certificate to its organisation's SOP."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

from shared.records import Certificate, Delivery

_TEXT = """\
Hello,

{learner} has completed the course “{course}”.
The certificate {number} is attached.

It was issued for {organization} on {date}.
"""


def certificate_mail(
    sender: str, delivery: Delivery, certificate: Certificate, pdf: bytes, now: datetime
) -> EmailMessage:
    """A plain-text mail with the PDF attached; its Message-ID is the delivery's, so that a repeat can be recognised.

    `sender` is `name@host` or `Name <name@host>`. Line breaks in what people typed can't end a header: they are spaces.
    """
    name, address = parseaddr(sender)
    course, learner = one_line(certificate.course_name), one_line(certificate.learner_name)
    message = EmailMessage()
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=delivery.recipient)
    message["Subject"] = f"Certificate: {learner} – {course}"
    message["Date"] = now
    message["Message-ID"] = f"<{delivery.id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    message.set_content(
        _TEXT.format(
            learner=learner,
            course=course,
            number=certificate.certificate_number,
            organization=one_line(certificate.organization_name),
            date=f"{certificate.issued_at:%d %B %Y}",
        )
    )
    message.add_attachment(pdf, "application", "pdf", filename=f"certificate-{certificate.certificate_number}.pdf")
    return message


def one_line(text: str) -> str:
    return " ".join(text.split())
