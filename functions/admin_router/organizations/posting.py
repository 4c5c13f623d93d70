"""A mail that goes out while somebody waits for the answer, which tells what became of it."""

from dataclasses import dataclass

from shared.config import Settings
from shared.mail.failures import Busy, Closed, Problem, Refused, Uncertain
from shared.mail.mailer import Mailer
from shared.mail.message import Mail

#: Seconds for each step with a provider; a call that somebody waits for has 30 in all.
TIMEOUT = 5.0


@dataclass(frozen=True)
class Posted:
    #: None = somebody took the mail.
    problem: Problem | None
    #: For people.
    message: str
    #: Who took it: sendgrid or smtp.
    provider: str | None = None


def post(settings: Settings, mail: Mail) -> Posted:
    """Send `mail`, once; a mail that can't be sent is told, not raised."""
    try:
        with Mailer(settings, TIMEOUT) as mailer:
            taken = mailer.send(mail, last=True)
    except (Closed, Busy, Uncertain, Refused) as error:
        return Posted(error.problem, error.message)
    return Posted(None, taken.message, taken.provider)
