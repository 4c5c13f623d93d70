"""Sending by SMTP: https://datatracker.ietf.org/doc/html/rfc5321"""

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime

from shared.config import Settings
from shared.mail.failures import Busy, Closed, Failure, Problem, Refused
from shared.mail.message import Mail, Sender, as_message

#: The port of "implicit TLS": https://datatracker.ietf.org/doc/html/rfc8314#section-3.3
TLS_PORT = 465


class SmtpProvider:
    """One connection for many mails, opened when needed and again if it was closed. TLS where the server has it."""

    name = "smtp"
    title = "The mail server"

    def __init__(self, settings: Settings, sender: Sender, now: Callable[[], datetime], timeout: float) -> None:
        self._settings = settings
        self._sender = sender
        self._now = now
        self._timeout = timeout
        self._connection: smtplib.SMTP | None = None

    def send(self, mail: Mail) -> None:
        """Returns once the server has taken responsibility for `mail`.

        Raises `Closed` if the server can't be reached or does not let us in, `Busy` if it says "later" (4xx), `Refused`
        if it says "never" (5xx) or the recipient is no address.
        """
        try:
            message = as_message(mail, self._sender, self._now())
        except ValueError as error:
            raise Refused(f"The mail can't be written: {error}") from error
        try:
            self._open().send_message(message)
        except OSError as error:  # which smtplib's own are, too
            self.close()
            raise _failure(f"{self._settings.smtp_host}:{self._settings.smtp_port}", error) from error

    def reachable(self) -> bool:
        try:
            return self._open().noop()[0] == 250
        except OSError:
            return False

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()

    def _open(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = self._connect()
            try:
                self._sign_in(self._connection)
            except BaseException:
                self.close()
                raise
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        host, port = self._settings.smtp_host, self._settings.smtp_port
        if port == TLS_PORT:
            return smtplib.SMTP_SSL(host, port, timeout=self._timeout, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=self._timeout)

    def _sign_in(self, connection: smtplib.SMTP) -> None:
        if self._settings.smtp_port != TLS_PORT:
            connection.ehlo()
            if connection.has_extn("starttls"):
                connection.starttls(context=ssl.create_default_context())
        if self._settings.smtp_user:
            connection.login(self._settings.smtp_user, self._settings.smtp_pass.get_secret_value())


def _failure(server: str, error: OSError) -> Failure:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Closed(Problem.LOGIN, f"{server} answered {error.smtp_code} to SMTP_USER and SMTP_PASS.")
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(server, error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _answered(server, *next(iter(error.recipients.values())))
    if isinstance(error, ssl.SSLError):
        return Closed(Problem.TLS, f"TLS with {server} failed: {error.reason or type(error).__name__}.")
    if isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected):
        return Closed(Problem.REFUSED, f"{server} can't do it: {error}")
    return Closed(Problem.UNREACHABLE, f"{server} can't be reached: {error.strerror or error}.")


def _answered(server: str, code: int, reply: bytes | str) -> Failure:
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    message = f"{server} answered {code}: {' '.join(text.split())[:300]}"
    return Refused(message) if code >= 500 else Busy(message)
