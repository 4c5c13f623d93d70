"""Figures as Prometheus reads them: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format

All are gauges: rows come and go, and the database, not this process, counts them. The format is a few lines to write;
`prometheus_client` would add 30 ms to each cold start, most of it for servers that are not used here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from functions.admin_router.metrics.figures import Latency, Metrics
from shared.actions import Result

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "certificate_backend"

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Family:
    """One metric: its samples by their labels; None where there is no figure."""

    name: str
    help: str
    samples: Sequence[tuple[Labels, float | None]]


def text(metrics: Metrics) -> str:
    return "".join(line + "\n" for family in families(metrics) for line in _lines(family))


def families(metrics: Metrics) -> Iterator[Family]:
    """Every figure; `make metrics` shows the same."""
    yield _by("certificates", "Certificates by state.", "state", _numbers(metrics.certificates))
    yield _one("success_ratio", "Share of certificates that did not fail.", metrics.success_ratio)
    yield _latency("completion_to_delivery", "From the webhook to the taken mail.", metrics.completion_to_delivery)
    yield from _queue_families(metrics)
    yield _latency("webhook", "Executions of graphy_webhook, the last 100.", metrics.webhook)
    yield from _completion_families(metrics)
    mails: list[tuple[Labels, float | None]] = [
        ({"provider": each.provider or "none", "outcome": each.outcome}, each.count) for each in metrics.mails
    ]
    yield Family("mails", "Mails with certificates, by who took them and what became of them.", mails)
    refused = {"failed": metrics.graphy.enrollments_failed, "waiting": metrics.graphy.enrollments_waiting}
    yield _by("graphy_enrollments", "Enrolments that Graphy did not take yet, though it was asked.", "state", refused)
    yield _latency("database", "Calls to the database.", metrics.database)
    yield _by(
        "look_ups_today", "Look-ups of certificates since midnight, UTC.", "outcome", _numbers(metrics.look_ups_today)
    )
    yield from _worker_families(metrics)
    yield _one("scrape_calls", "Calls to Appwrite that these figures took.", metrics.calls)
    yield _one("scrape_seconds", "How long these figures took.", metrics.took_seconds)


def _queue_families(metrics: Metrics) -> Iterator[Family]:
    queues = {kind: getattr(metrics.queues, kind) for kind in type(metrics.queues).model_fields}
    ages = {kind: queue.oldest_age_seconds for kind, queue in queues.items()}
    yield _by("queue_length", "Work whose time has come.", "kind", {kind: each.length for kind, each in queues.items()})
    yield _by("queue_age_seconds", "How long the longest waiting work has been due.", "kind", ages)


def _completion_families(metrics: Metrics) -> Iterator[Family]:
    figures = metrics.completions
    states = {name: number for name, number in _numbers(figures).items() if not name.startswith("last_")}
    yield _by("completions", "Reported completions by status.", "status", states)
    yield _one("completions_last_24_hours", "Completions that came in the last 24 hours.", figures.last_24_hours)
    yield _one("last_completion_age_seconds", "Since the latest completion came in.", figures.last_age_seconds)


def _worker_families(metrics: Metrics) -> Iterator[Family]:
    worker = metrics.worker
    passes = {"completed": worker.passes - worker.failed_passes, "failed": worker.failed_passes} if worker else {}
    age = worker.last_pass_age_seconds if worker else None
    yield _one("worker_last_pass_age_seconds", "Since the worker's latest pass began.", age)
    yield _by("worker_passes", "The worker's latest passes.", "outcome", passes)


def _one(name: str, about: str, value: float | None) -> Family:
    return Family(name, about, [({}, value)])


def _by(name: str, about: str, label: str, values: Mapping[str, float | None]) -> Family:
    return Family(name, about, [({label: key}, value) for key, value in values.items()])


def _latency(name: str, about: str, measured: Latency | None) -> Family:
    figures = {"0.5": measured.p50_seconds, "0.95": measured.p95_seconds} if measured else {}
    return _by(f"{name}_seconds", about, "quantile", figures)


def _numbers(result: Result) -> dict[str, float | None]:
    return result.model_dump()


def _lines(family: Family) -> Iterator[str]:
    """None of the labels' values needs escaping: all are words of ours. A family without figures is left out."""
    known = [(labels, value) for labels, value in family.samples if value is not None]
    if not known:
        return
    name = f"{_PREFIX}_{family.name}"
    yield f"# HELP {name} {family.help}"
    yield f"# TYPE {name} gauge"
    for labels, value in known:
        shown = ",".join(f'{label}="{text}"' for label, text in labels.items())
        yield f"{name}{{{shown}}} {value}" if shown else f"{name} {value}"
