"""What the SMTP server does with a message: who may send, and when 250 is said."""

import asyncio
import hmac
from collections import deque
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from infra.local.mail.mailbox import Mailbox


@dataclass(frozen=True)
class Login:
    """What a sender must present."""

    user: str
    password: str = field(repr=False)

    def fits(self, given: object) -> bool:
        if not isinstance(given, LoginPassword):
            return False
        pairs = ((given.login, self.user.encode()), (given.password, self.password.encode()))
        return all(hmac.compare_digest(one, other) for one, other in pairs)


class Catcher:
    """Keeps what it accepts; aiosmtpd calls the `handle_` methods, https://aiosmtpd.aio-libs.org/en/latest/handlers.html"""

    def __init__(self, mailbox: Mailbox, login: Login | None = None) -> None:
        self._mailbox = mailbox
        self._login = login
        self._refusals: deque[str] = deque()

    def refuse_next(self, messages: int, reply: str = "451 4.3.0 Try again later") -> None:
        """Answer the next messages with `reply` and keep none of them."""
        self._refusals.extend([reply] * messages)

    def protocol(self) -> SMTP:
        """The protocol of one connection."""
        return SMTP(
            self,
            hostname="localhost",
            enable_SMTPUTF8=True,
            # There is no TLS here: this keeps AUTH from being offered where nobody has to log in.
            auth_require_tls=self._login is None,
            authenticator=self._authenticate,
            loop=asyncio.get_running_loop(),
        )

    async def handle_MAIL(  # noqa: N802 # the name that aiosmtpd looks for
        self, _: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        # Not `auth_required`: that makes aiosmtpd warn about the missing TLS, which loopback does not need.
        if self._login is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_DATA(self, _: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 # as above
        if self._refusals:
            return self._refusals.popleft()
        sender, content = envelope.mail_from or "", envelope.original_content or b""
        await asyncio.to_thread(self._mailbox.keep, sender, tuple(envelope.rcpt_tos), content)
        return "250 2.0.0 Kept"

    def _authenticate(
        self, _: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object
    ) -> AuthResult:
        return AuthResult(success=self._login is not None and self._login.fits(given), handled=False)
