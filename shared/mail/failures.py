"""What may become of a mail that was not taken. The class says what to do next; problem and message are for people."""

from enum import StrEnum
from typing import Any

from shared.errors import AppError, Unavailable


class Problem(StrEnum):
    """Why a mail did not go out."""

    #: FROM_EMAIL is missing or not valid, or neither SENDGRID_API_KEY nor SMTP_HOST is set.
    NOT_SET = "not_set"
    #: Nobody answers there.
    UNREACHABLE = "unreachable"
    #: The server's certificate or its TLS can't be used.
    TLS = "tls"
    #: The server does not take SMTP_USER and SMTP_PASS, or SendGrid does not take SENDGRID_API_KEY.
    LOGIN = "login"
    #: The server refuses the mail for good.
    REFUSED = "refused"
    #: The server may take it later.
    LATER = "later"
    #: SendGrid did not say whether it took the mail.
    UNKNOWN = "unknown"


class Closed(Unavailable):
    """This provider can't be used now, and has not taken the mail: the next one may, at once."""

    def __init__(self, problem: Problem, message: str, **details: Any) -> None:
        super().__init__(message, **details)
        self.problem = problem


class Busy(Unavailable):
    """This provider says "later"; the next one may take the mail once this one was asked often enough."""

    problem = Problem.LATER


class Uncertain(Unavailable):
    """Nobody knows whether the mail was taken: it is for the same provider to be asked again, later."""

    problem = Problem.UNKNOWN


class Refused(AppError):
    """This mail is refused for good, and would be by others."""

    code = "MAIL_REFUSED"
    problem = Problem.REFUSED


Failure = Closed | Busy | Uncertain | Refused
