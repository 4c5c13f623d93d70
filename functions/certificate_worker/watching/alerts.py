"""A mail to ALERT_EMAIL, at most one a day for each cause, however many containers there are.

    wrong --> row (cause, day) inserted --> mail --taken--> sent_at noted
                  | taken already            |--not taken--> row removed: the next check tries again
                  v                          '--nobody knows--> row kept: it may have arrived
              nothing more today

Who dies between row and mail keeps that day's mail of that cause from going out: one too few is better than a hundred,
and the log has a line for each finding. A worker that does not run at all can't say so; `METRICS` tells when it ran.
"""

import threading
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from pydantic import AwareDatetime

from functions.certificate_worker.watching.checks import Cause, Check, Finding, failing, silent, waiting
from shared.context import Ctx
from shared.errors import AlreadyExists, AppError
from shared.exports import Export
from shared.identifiers import email_address
from shared.ids import stable_id
from shared.mail.alerts import alert_mail
from shared.mail.failures import Uncertain
from shared.mail.mailer import Mailer
from shared.record import Record
from shared.records import Certificate, Completion, Delivery, Enrollment

#: Seconds; a process looks once in each such stretch of the clock.
STRETCH = 300
#: Looked at in turn, one group in each stretch, so that a check costs 4 calls at most. All containers go by the same
#: clock, so each group has its turn, however short they live.
GROUPS: Sequence[Sequence[Check]] = (
    (waiting(Completion), waiting(Certificate), waiting(Delivery)),
    (waiting(Enrollment), waiting(Export), failing),
    (silent,),
)


class Alert(Record):
    """A mail that is sent, or was."""

    table = "alerts"

    cause: Cause
    #: None = it is just being sent, or nobody knows whether it was.
    sent_at: AwareDatetime | None = None

    @staticmethod
    def id_for(cause: Cause, day: datetime) -> str:
        return stable_id("alert", cause, f"{day:%Y-%m-%d}")


class Watch:
    """When this process looked, and what it told itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked: int | None = None
        self._told: set[str] = set()

    def look(self, ctx: Ctx) -> None:
        """Check the group whose turn it is, and tell what is wrong. Whatever goes wrong here, the worker goes on."""
        if not ctx.settings.alert_email or not self._is_time(ctx.now()):
            return
        try:
            for finding in _findings(ctx):
                self._tell(ctx, finding)
        except Exception as error:  # noqa: BLE001 - certificates are more important than the watch over them
            details = error.details if isinstance(error, AppError) else {}
            ctx.log.failure("alerts not checked", error, **details)

    def _is_time(self, now: datetime) -> bool:
        with self._lock:
            stretch = _stretch(now)
            first = stretch != self._looked
            self._looked = stretch
            return first

    def _tell(self, ctx: Ctx, finding: Finding) -> None:
        ctx.log.warning("alert", cause=finding.cause, **finding.facts)
        alert = Alert(id=Alert.id_for(finding.cause, ctx.now()), cause=finding.cause)
        if alert.id in self._told or not _is_ours(ctx, alert):
            return
        if _sent(ctx, alert, finding):
            self._told.add(alert.id)
        else:
            ctx.store.delete(Alert, alert.id)


def _stretch(now: datetime) -> int:
    return int(now.timestamp() // STRETCH)


def _findings(ctx: Ctx) -> list[Finding]:
    """One for each cause."""
    group = GROUPS[_stretch(ctx.now()) % len(GROUPS)]
    found = [finding for check in group if (finding := check(ctx))]
    return list({finding.cause: finding for finding in reversed(found)}.values())


def _is_ours(ctx: Ctx, alert: Alert) -> bool:
    try:
        ctx.store.insert(alert)
    except AlreadyExists:
        return False
    return True


def _sent(ctx: Ctx, alert: Alert, finding: Finding) -> bool:
    """False if it surely was not."""
    try:
        recipient = email_address(ctx.settings.alert_email)
        mail = alert_mail(alert.id, recipient, finding.warned, ctx.settings.project, _console(ctx.settings.endpoint))
        with Mailer(ctx.settings, now=ctx.now) as mailer:
            mailer.send(mail, last=True)
    except Uncertain as error:
        ctx.log.failure("alert perhaps not sent", error, cause=finding.cause, reason=error.message)
        return True
    except (AppError, ValueError) as error:
        ctx.log.failure("alert not sent", error, cause=finding.cause, reason=_reason(error))
        return False
    ctx.store.update(Alert, alert.id, sent_at=ctx.now())
    ctx.log.info("alert sent", cause=finding.cause)
    return True


def _reason(error: AppError | ValueError) -> str:
    return error.message if isinstance(error, AppError) else "ALERT_EMAIL is no address."


def _console(endpoint: str) -> str:
    """Appwrite Cloud has one for all its regions."""
    parts = urlsplit(endpoint)
    host = "cloud.appwrite.io" if parts.netloc.endswith(".cloud.appwrite.io") else parts.netloc
    return f"{parts.scheme}://{host}/console/"
