"""A mail as both providers are handed it, and as SMTP sends it."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

from shared.config import Settings
from shared.identifiers import email_address
from shared.pictures import Picture


@dataclass(frozen=True)
class Attachment:
    """A PDF."""

    filename: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One mail to one recipient; all text is plain, `html` apart."""

    #: Ends up in the Message-ID: who sends a mail again does so under the same id.
    id: str
    recipient: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    #: The ids of the rows of the outbox that it is about.
    deliveries: tuple[str, ...] = ()
    #: What `html` shows as `cid:` and `logo_cid` of this mail's id; a PNG or JPEG.
    logo: Picture | None = None


@dataclass(frozen=True)
class Mailbox:
    """`Name <name@host>`, or the address alone."""

    name: str
    address: str

    @classmethod
    def read(cls, text: str) -> "Mailbox":
        """Raises ValueError if there is no address in it."""
        name, address = parseaddr(text)
        return cls(one_line(name), email_address(address))

    def header(self) -> Address:
        return Address(self.name, addr_spec=self.address)


@dataclass(frozen=True)
class Sender:
    """Who our mails come from, and who gets the answers, if somebody else."""

    mailbox: Mailbox
    reply_to: Mailbox | None

    @classmethod
    def of(cls, settings: Settings) -> "Sender":
        """Raises ValueError naming the variable that is not valid."""
        return cls(
            _mailbox("FROM_EMAIL", settings.from_email),
            _mailbox("REPLY_TO", settings.reply_to) if settings.reply_to else None,
        )

    def message_id(self, mail: Mail) -> str:
        return f"<{mail.id}@{self.mailbox.address.rpartition('@')[2]}>"


def as_message(mail: Mail, sender: Sender, now: datetime) -> EmailMessage:
    """As SMTP takes it: text and HTML, then the PDFs, with names in any script (RFC 2047, RFC 2231).

    Raises ValueError if the recipient is no address.
    """
    message = EmailMessage()
    message["From"] = sender.mailbox.header()
    message["To"] = Address(addr_spec=mail.recipient)
    if sender.reply_to:
        message["Reply-To"] = sender.reply_to.header()
    message["Subject"] = one_line(mail.subject)
    message["Date"] = now
    message["Message-ID"] = sender.message_id(mail)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    if mail.logo:
        _add_logo(message, mail, mail.logo)
    for each in mail.attachments:
        message.add_attachment(each.content, "application", "pdf", filename=one_line(each.filename))
    return message


def logo_cid(mail_id: str) -> str:
    """The Content-ID of a mail's logo, without the angle brackets (RFC 2392)."""
    return f"logo@{mail_id}"


def _add_logo(message: EmailMessage, mail: Mail, logo: Picture) -> None:
    """The HTML becomes a multipart/related with what it shows (RFC 2387)."""
    html = list(message.iter_parts())[-1]
    name, cid = f"logo.{logo.kind}", f"<{logo_cid(mail.id)}>"
    html.add_related(logo.content, "image", logo.kind, disposition="inline", filename=name, cid=cid)
    html.set_param("type", "text/html")


def one_line(text: str) -> str:
    """What people typed can't end a header: line breaks, and all other control characters, are spaces."""
    return " ".join("".join(" " if unicodedata.category(each) == "Cc" else each for each in text).split())


def _mailbox(variable: str, text: str) -> Mailbox:
    try:
        return Mailbox.read(text)
    except ValueError as error:
        raise ValueError(f"{variable}: {error}") from None
