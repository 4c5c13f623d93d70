"""Who is asked to take a mail, in which order: SendGrid if there is a key for it, then SMTP if there is a host.

SendGrid says         then
202                   done: it is `sent`
400, 413, other 4xx   refused for good; SMTP would mail what SendGrid says is wrong
401, 403, no way in   SMTP, at once
429, 5xx              SendGrid again later; after the last attempt SMTP
nothing (time-out)    SendGrid again later, under the same id: it may have taken the mail
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Protocol, Self

from shared.config import Settings
from shared.mail.failures import Busy, Closed, Problem, Uncertain
from shared.mail.message import Mail, Sender
from shared.mail.sendgrid import SendGridProvider
from shared.mail.smtp import SmtpProvider

#: Seconds for each step with a provider.
TIMEOUT = 20.0


class Provider(Protocol):
    """Takes mails, one after another. `send` raises one of `shared.mail.failures`."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    def send(self, mail: Mail) -> None: ...

    def reachable(self) -> bool: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Taken:
    """Who took a mail; not yet whether it arrived."""

    #: sendgrid or smtp
    provider: str
    #: For people.
    message: str
    #: Why those asked before did not.
    passed_over: tuple[str, ...] = ()


class Mailer:
    """The providers that are set up, for as many mails as wanted."""

    def __init__(
        self, settings: Settings, timeout: float | None = None, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        #: Somebody did not answer: whoever has more mails does better to come back later.
        self.silent = False
        self._problem = ""
        self._providers: list[Provider] = []
        try:
            self._providers = _providers(settings, Sender.of(settings), timeout or TIMEOUT, now)
        except ValueError as error:
            self._problem = str(error) if settings.from_email else ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for provider in self._providers:
            provider.close()

    def send(self, mail: Mail, *, last: bool) -> Taken:
        """Raises `Closed`, `Busy` or `Uncertain` if nobody has surely taken `mail`; `Refused` if nobody will.

        `last`: it is not tried again, so that a provider that is only busy is passed over.
        """
        failure: Closed | Busy = Closed(Problem.NOT_SET, self._problem or _NOT_SET)
        passed: list[str] = []
        for provider in self._providers:
            try:
                provider.send(mail)
            except Closed as error:
                failure = error
            except Busy as error:
                if not last:
                    raise
                failure = error
            except Uncertain:
                self.silent = True
                raise
            else:
                return Taken(provider.name, " ".join([*passed, f"{provider.title} took the mail."]), tuple(passed))
            passed.append(failure.message)
        raise failure

    def reachable(self) -> bool:
        """Whether anybody would take a mail now."""
        return any(provider.reachable() for provider in self._providers)


_NOT_SET = "FROM_EMAIL, and SENDGRID_API_KEY or SMTP_HOST, must be set."


def _providers(settings: Settings, sender: Sender, timeout: float, now: Callable[[], datetime]) -> list[Provider]:
    providers: list[Provider] = []
    if settings.sendgrid_api_key.get_secret_value():
        providers.append(SendGridProvider(settings, sender, timeout))
    if settings.smtp_host:
        providers.append(SmtpProvider(settings, sender, now, timeout))
    return providers
