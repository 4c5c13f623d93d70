"""Sending by SMTP: https://datatracker.ietf.org/doc/html/rfc5321"""

import smtplib
import ssl
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from shared.config import Settings
from shared.errors import AppError, Unavailable

TIMEOUT = 20.0
#: The port of "implicit TLS": https://datatracker.ietf.org/doc/html/rfc8314#section-3.3
TLS_PORT = 465


class Refused(AppError):
    """The mail server refuses this mail for good."""

    code = "MAIL_REFUSED"


class SmtpMailer:
    """One connection for many mails, opened on entering and again if the server closed it. TLS where the server has it.

    Raises `Unavailable` if the server can't be reached or says "later" (4xx); `Refused` if it says "never" (5xx).
    """

    def __init__(self, settings: Settings, timeout: float = TIMEOUT) -> None:
        self._settings = settings
        self._timeout = timeout
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, message: EmailMessage) -> None:
        """Returns once the server has taken responsibility for `message`."""
        try:
            self._open().send_message(message)
        except smtplib.SMTPResponseException as error:
            self._close()
            raise _refusal(error.smtp_code) from error
        except smtplib.SMTPRecipientsRefused as error:
            self._close()
            raise _refusal(max(code for code, _ in error.recipients.values())) from error
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise Unavailable("The mail server can't be reached.") from error

    def reachable(self) -> bool:
        try:
            return self._open().noop()[0] == 250
        except (OSError, smtplib.SMTPException, Unavailable):
            return False

    def _open(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = self._connect()
            try:
                self._sign_in(self._connection)
            except BaseException:
                self._close()
                raise
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        host, port = self._settings.smtp_host, self._settings.smtp_port
        if not host or not self._settings.from_email:
            raise Unavailable("SMTP_HOST and FROM_EMAIL are not set.")
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

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()


def _refusal(code: int) -> AppError:
    return (
        Refused(f"The mail server answered {code}.")
        if code >= 500
        else Unavailable(f"The mail server answered {code}.")
    )
