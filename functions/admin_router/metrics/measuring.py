"""Takes all figures. The database counts; a few dozen small calls, several at a time, however much there is."""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from appwrite.query import Query
from pydantic import AwareDatetime

from functions.admin_router.look_ups import Figures
from functions.admin_router.metrics.delays import completion_to_delivery
from functions.admin_router.metrics.executions import webhook_latency, worker_figures
from functions.admin_router.metrics.figures import (
    CertificateStates,
    CompletionFigures,
    GraphyFigures,
    Mails,
    Metrics,
    Queue,
    Queues,
    latency,
)
from functions.admin_router.metrics.stopwatch import Stopwatch
from shared.context import Ctx
from shared.exports import Export
from shared.look_ups import LookUps, Outcome, beginning_of_day
from shared.portal.figures import Figure, count
from shared.record import Record, Work, wire_time
from shared.records import (
    Certificate,
    CertificateStatus,
    Completion,
    CompletionStatus,
    Delivery,
    DeliveryStatus,
    Enrollment,
    EnrollmentStatus,
)
from shared.store import COUNTED, Store, together

_QUEUES: Mapping[str, type[Work]] = {
    "completions": Completion,
    "certificates": Certificate,
    "deliveries": Delivery,
    "enrollments": Enrollment,
    "exports": Export,
}
_UNREVOKED = Query.is_null("revoked_at")
#: Only of these two is it written down who took the mail; what SendGrid says later is about its own.
_PROVIDERS = ("sendgrid", "smtp")


class _Heard(Record):
    """Of a completion, what is needed here; its payload may be large."""

    table = "completions"

    received_at: AwareDatetime


def measure(ctx: Ctx) -> Metrics:
    """All figures, as they are now."""
    start, now = time.perf_counter(), ctx.now()
    rows, others = Stopwatch(ctx.client), Stopwatch(ctx.client)
    store = Store(rows)
    counts = count(store, {**_certificates(), **_completions(now), **_mails(), **_graphy()})
    certificates = CertificateStates(**_part(counts, "certificates"))
    return Metrics(
        measured_at=now,
        certificates=certificates,
        success_ratio=_success_ratio(certificates),
        completion_to_delivery=completion_to_delivery(store),
        queues=_queues(store, now),
        webhook=webhook_latency(others, ctx.log),
        completions=CompletionFigures(**_part(counts, "completions"), last_age_seconds=_last_age(store, now)),
        mails=[Mails(provider=who or None, outcome=fate, count=counts[f"mails {who} {fate}"]) for who, fate in _FATES],
        graphy=GraphyFigures(**_part(counts, "graphy")),
        look_ups_today=_look_ups(store, now),
        worker=worker_figures(others, ctx.log, now),
        # The last, so that all calls are in them.
        database=latency(rows.seconds),
        calls=len(rows.seconds) + len(others.seconds),
        took_seconds=round(time.perf_counter() - start, 3),
    )


def _part(counts: Mapping[str, int], group: str) -> dict[str, int]:
    """The counts whose names begin with `group`, without it."""
    return {name.removeprefix(f"{group} "): number for name, number in counts.items() if name.startswith(f"{group} ")}


def _certificates() -> dict[str, Figure]:
    revoked: Figure = (Certificate, [Query.is_not_null("revoked_at")])
    states: dict[str, Figure] = {
        f"certificates {status}": (Certificate, [Query.equal("status", [status]), _UNREVOKED])
        for status in CertificateStatus
    }
    return states | {"certificates revoked": revoked}


def _success_ratio(certificates: CertificateStates) -> float | None:
    arrived = certificates.sent + certificates.delivered
    ended = arrived + certificates.failed
    return round(arrived / ended, 4) if ended else None


def _completions(now: datetime) -> dict[str, Figure]:
    recent = Query.greater_than_equal("received_at", wire_time(now - timedelta(days=1)))
    states: dict[str, Figure] = {
        f"completions {status}": (Completion, [Query.equal("status", [status])]) for status in CompletionStatus
    }
    return states | {"completions last_24_hours": (Completion, [recent])}


def _last_age(store: Store, now: datetime) -> float | None:
    newest = [Query.order_desc("received_at"), Query.select(["$id", "received_at"])]
    found = store.first(_Heard, newest, 1)
    return max(0.0, (now - found[0].received_at).total_seconds()) if found else None


#: Provider, empty if it does not matter or is not known, and outcome.
_FATES = [
    ("", DeliveryStatus.QUEUED),
    ("", DeliveryStatus.SENDING),
    ("", DeliveryStatus.FAILED),
    *((provider, DeliveryStatus.SENT) for provider in ("", *_PROVIDERS)),
    ("sendgrid", DeliveryStatus.DELIVERED),
    ("sendgrid", DeliveryStatus.BOUNCED),
    ("sendgrid", DeliveryStatus.DROPPED),
]


def _mails() -> dict[str, Figure]:
    def figure(provider: str, status: DeliveryStatus) -> Figure:
        of_status = Query.equal("status", [status])
        if status is not DeliveryStatus.SENT:
            return Delivery, [of_status]
        taken_by = Query.equal("provider", [provider]) if provider else Query.is_null("provider")
        return Delivery, [of_status, taken_by]

    return {f"mails {provider} {status}": figure(provider, status) for provider, status in _FATES}


def _graphy() -> dict[str, Figure]:
    failed = Query.equal("status", [EnrollmentStatus.FAILED])
    put_off = [Query.equal("status", [EnrollmentStatus.QUEUED]), Query.is_not_null("reason")]
    return {"graphy enrollments_failed": (Enrollment, [failed]), "graphy enrollments_waiting": (Enrollment, put_off)}


def _queues(store: Store, now: datetime) -> Queues:
    found = together(lambda kind: _queue(store, kind, now), _QUEUES.values())
    return Queues(**dict(zip(_QUEUES, found, strict=True)))


def _queue(store: Store, kind: type[Work], now: datetime) -> Queue:
    """One call tells both, up to what Appwrite counts."""
    due = Query.less_than_equal("due_at", wire_time(now))
    page = store.page(kind, [due, Query.order_asc("due_at")], limit=1)
    length = page.total if page.total < COUNTED else store.count(kind, [due])
    since = page.items[0].due_at if page.items else None
    return Queue(length=length, oldest_age_seconds=max(0.0, (now - since).total_seconds()) if since else 0.0)


def _look_ups(store: Store, now: datetime) -> Figures:
    today = Query.greater_than_equal("day", wire_time(beginning_of_day(now)))
    return Figures(**{row.outcome.value: row.count for row in store.first(LookUps, [today], len(Outcome))})
