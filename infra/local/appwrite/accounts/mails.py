"""The mails that Appwrite itself sends, in plain words instead of the project's templates."""

import smtplib
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from html import escape

from infra.local.appwrite.collection import Document
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.services import Settings

SMTP_DISABLED = Fault.of("general_smtp_disabled", 503, "SMTP disabled")
SENDER = "noreply@appwrite.example"
_SECONDS = 20


def send_recovery(settings: Settings, user: Document, link: str) -> None:
    """Mail the link to the user, as text and as HTML. Raises OSError or SMTPException if that fails."""
    text = f"Hello {user['name'] or user['email']},\n\nFollow this link to reset your password:\n\n{link}\n"
    mail = EmailMessage()
    mail["From"] = f"{settings.project} <{SENDER}>"
    mail["To"] = user["email"]
    mail["Subject"] = f"Password Reset for {settings.project}"
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="appwrite.example")
    mail.set_content(f"{text}\nIf you did not ask for this, you can ignore it.\n")
    mail.add_alternative(f'<p>Hello,</p><p><a href="{escape(link)}">Reset password</a></p>', subtype="html")
    host, _, port = settings.smtp.rpartition(":")
    with smtplib.SMTP(host, int(port), timeout=_SECONDS) as server:
        server.send_message(mail)
