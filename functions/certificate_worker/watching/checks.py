"""What is looked at, and what is wrong enough for a mail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from appwrite.query import Query

from functions.certificate_worker.graphy.missed import EVENT_ID
from functions.certificate_worker.schedule import due
from functions.certificate_worker.watching import words
from shared.context import Ctx
from shared.exports import Export
from shared.mail.alerts import Warned
from shared.record import Record, Work, wire_time
from shared.records import Certificate, CertificateStatus, Completion, Delivery, Enrollment, EnrollmentStatus

#: Of the last 24 hours, from which on a share of failures means something.
FEWEST_CERTIFICATES = 5
#: In the mails.
_NAMES: Mapping[type[Work], str] = {
    Completion: "reported completions",
    Certificate: "certificates to print",
    Delivery: "mails to send",
    Enrollment: "learners to enrol",
    Export: "files to make on request",
}


class Cause(StrEnum):
    """There is one mail a day for each."""

    QUEUE = "queue"
    FAILURES = "failures"
    SILENCE = "silence"


@dataclass(frozen=True)
class Finding:
    """Something that is wrong."""

    cause: Cause
    warned: Warned
    #: For the log.
    facts: Mapping[str, object]


#: Answers None if all is well.
Check = Callable[[Ctx], Finding | None]


def waiting(kind: type[Work]) -> Check:
    """Whether work of that kind has been due for too long. One call."""

    def check(ctx: Ctx) -> Finding | None:
        now, limit = ctx.now(), ctx.settings.alert_queue_minutes
        oldest = due(ctx.store, kind, now, 1)
        since = oldest[0].due_at if oldest else None
        if since is None or now - since <= timedelta(minutes=limit):
            return None
        minutes = int((now - since).total_seconds() // 60)
        return Finding(Cause.QUEUE, words.waits(_NAMES[kind], minutes, limit), {"kind": kind.table, "minutes": minutes})

    return check


def failing(ctx: Ctx) -> Finding | None:
    """Whether too many of the last 24 hours' certificates could not be printed. Two calls, one if none failed;
    more beyond 5,000 a day."""
    today = Query.greater_than_equal("$createdAt", wire_time(ctx.now() - timedelta(days=1)))
    failed = ctx.store.count(Certificate, [today, Query.equal("status", [CertificateStatus.FAILED])])
    if not failed:
        return None
    every = ctx.store.count(Certificate, [today])
    if every < FEWEST_CERTIFICATES or failed * 100 <= every * ctx.settings.alert_failure_percent:
        return None
    return Finding(Cause.FAILURES, words.fails(failed, every), {"failed": failed, "certificates": every})


def silent(ctx: Ctx) -> Finding | None:
    """Whether Graphy's hook said nothing although learners are in courses for that long. Two calls at most."""
    hours = ctx.settings.alert_silent_hours
    if not hours:
        return None
    since = ctx.now() - timedelta(hours=hours)
    by_hook = Query.not_equal("event_id", EVENT_ID)
    if _any(ctx, Completion, Query.greater_than_equal("received_at", wire_time(since)), by_hook):
        return None
    if not _any(ctx, Enrollment, *_open(since)):
        return None
    return Finding(Cause.SILENCE, words.says_nothing(hours), {"hours": hours})


def _open(since: datetime) -> list[str]:
    return [
        Query.equal("completed", [False]),
        Query.equal("status", [EnrollmentStatus.ENROLLED]),
        Query.less_than_equal("enrolled_at", wire_time(since)),
    ]


def _any(ctx: Ctx, kind: type[Record], *queries: str) -> bool:
    return bool(ctx.store.first(kind, [*queries], 1))
