"""What is measured. Units end the names; a figure that can't be had is None."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil

from functions.admin_router.look_ups import Figures
from shared.actions import Result


class Latency(Result):
    """How long things took."""

    #: Half of them took no longer.
    p50_seconds: float | None
    #: 95 of 100 took no longer.
    p95_seconds: float | None
    #: How many were looked at.
    samples: int


def latency(seconds: Sequence[float]) -> Latency:
    """By the nearest rank: each figure is one that was measured."""
    ordered = sorted(seconds)

    def rank(share: float) -> float | None:
        return round(ordered[ceil(share * len(ordered)) - 1], 4) if ordered else None

    return Latency(p50_seconds=rank(0.5), p95_seconds=rank(0.95), samples=len(ordered))


class CertificateStates(Result):
    """Each certificate counts once: a revoked one as revoked alone."""

    queued: int
    rendering: int
    #: Printed, and not mailed yet.
    stored: int
    #: SendGrid or the mail server took the mail.
    sent: int
    #: It arrived, SendGrid says.
    delivered: int
    #: It could not be printed.
    failed: int
    revoked: int


class CompletionFigures(Result):
    """What Graphy reported, or the worker found there, by what became of it."""

    received: int
    matched: int
    unmatched: int
    not_passed: int
    unreadable: int
    #: Of all of these, those that came in the last 24 hours.
    last_24_hours: int
    #: Since the latest came in. None = none ever did.
    last_age_seconds: float | None


class Queue(Result):
    """Work whose time has come."""

    length: int
    #: How long the longest waiting has been due; 0 if nothing is.
    oldest_age_seconds: float


class Queues(Result):
    """By the table that the work is in."""

    completions: Queue
    certificates: Queue
    deliveries: Queue
    enrollments: Queue
    exports: Queue


class Mails(Result):
    """Mails that share a provider and a fate."""

    #: sendgrid or smtp; None = nobody has taken them, or it was not written down who did.
    provider: str | None
    #: queued, sending, sent, delivered, bounced, dropped or failed.
    outcome: str
    count: int


class GraphyFigures(Result):
    """Enrolments that Graphy has not taken, though it was asked."""

    #: Graphy refused them; tried again from time to time.
    enrollments_failed: int
    #: Tried again soon; Graphy was busy or could not be reached.
    enrollments_waiting: int


class WorkerFigures(Result):
    """The worker's latest executions, as Appwrite keeps them."""

    #: Since the latest that has ended began. None = none is known.
    last_pass_age_seconds: float | None
    #: How many were looked at.
    passes: int
    #: Of these, those that failed.
    failed_passes: int


class Metrics(Result):
    measured_at: datetime
    certificates: CertificateStates
    #: Of the unrevoked that were sent, delivered or failed, the share (0 to 1) that did not fail.
    success_ratio: float | None
    #: From the webhook to the moment that somebody took the mail; of the 500 latest that brought a new certificate.
    completion_to_delivery: Latency
    queues: Queues
    #: Of the last 100 executions of graphy_webhook. None = Appwrite did not tell.
    webhook: Latency | None
    completions: CompletionFigures
    mails: list[Mails]
    graphy: GraphyFigures
    #: Of the calls to the database that these figures took.
    database: Latency
    #: Since midnight, UTC.
    look_ups_today: Figures
    #: None = Appwrite did not tell.
    worker: WorkerFigures | None
    #: Calls to Appwrite that these figures took, and how long they took in all.
    calls: int
    took_seconds: float
