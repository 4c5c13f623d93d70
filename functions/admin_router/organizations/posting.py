"""A mail that goes out while somebody waits for the answer, which tells what the mail server made of it."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from enum import StrEnum

from shared.config import Settings
from shared.errors import AppError
from shared.identifiers import email_address
from shared.mail.smtp import SmtpMailer

#: Seconds for each step with the mail server; a call that somebody waits for has 30 in all.
TIMEOUT = 5.0


class Problem(StrEnum):
    """Why a mail did not go out."""

    #: SMTP_HOST or FROM_EMAIL is missing, or not valid.
    NOT_SET = "not_set"
    #: Nobody answers there.
    UNREACHABLE = "unreachable"
    #: The server's certificate or its TLS can't be used.
    TLS = "tls"
    #: The server does not take SMTP_USER and SMTP_PASS.
    LOGIN = "login"
    #: The server refuses the mail for good.
    REFUSED = "refused"
    #: The server may take it later.
    LATER = "later"


@dataclass(frozen=True)
class Posted:
    #: None = the mail server took it.
    problem: Problem | None
    #: For people.
    message: str


def post(settings: Settings, write: Callable[[str], EmailMessage]) -> Posted:
    """Send what `write` makes of the sender's address; a mail that can't be sent is told, not raised."""
    if not settings.smtp_host or not settings.from_email:
        return Posted(Problem.NOT_SET, "SMTP_HOST and FROM_EMAIL are not set.")
    try:
        email_address(parseaddr(settings.from_email)[1])
    except ValueError as error:
        return Posted(Problem.NOT_SET, f"FROM_EMAIL: {error}")
    try:
        with SmtpMailer(settings, TIMEOUT) as mailer:
            mailer.send(write(settings.from_email))
    except AppError as error:
        return _explained(settings, error.__cause__)
    return Posted(None, "The mail server took the mail.")


def _explained(settings: Settings, cause: BaseException | None) -> Posted:
    server = f"{settings.smtp_host}:{settings.smtp_port}"
    if isinstance(cause, smtplib.SMTPAuthenticationError):
        return Posted(Problem.LOGIN, f"{server} answered {cause.smtp_code} to SMTP_USER and SMTP_PASS.")
    if isinstance(cause, smtplib.SMTPResponseException):
        return _answered(server, cause.smtp_code, cause.smtp_error)
    if isinstance(cause, smtplib.SMTPRecipientsRefused):
        return _answered(server, *next(iter(cause.recipients.values())))
    if isinstance(cause, ssl.SSLError):
        return Posted(Problem.TLS, f"TLS with {server} failed: {cause.reason or type(cause).__name__}.")
    if isinstance(cause, smtplib.SMTPException) and not isinstance(cause, smtplib.SMTPServerDisconnected):
        return Posted(Problem.REFUSED, f"{server} can't do it: {cause}")
    why = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
    return Posted(Problem.UNREACHABLE, f"{server} can't be reached: {why}.")


def _answered(server: str, code: int, reply: bytes | str) -> Posted:
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    problem = Problem.REFUSED if code >= 500 else Problem.LATER
    return Posted(problem, f"{server} answered {code}: {' '.join(text.split())[:300]}")
