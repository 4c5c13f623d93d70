"""One step of each kind that has its time limit, in each idle pass.

    certificates, CERTIFICATE_RETENTION_DAYS: name, address, file and mails go; what verifies the number stays
    completions, WEBHOOK_RETENTION_DAYS: the whole row      activities, LOG_RETENTION_DAYS: the whole row

A limit is a midnight (UTC), so that what falls due in a day goes together: it is kept for its days, and for one more at
most. A limit of 0 days asks for nothing, and costs no call.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from functions.certificate_worker.retention.activities import forget_activities
from functions.certificate_worker.retention.certificates import forget_certificates
from functions.certificate_worker.retention.completions import forget_completions
from shared.context import Ctx

#: Forgets some of what is older than that time; answers how many.
Forget = Callable[[Ctx, datetime], int]


def apply_retention(ctx: Ctx) -> None:
    """One step of each kind. What breaks one of them is logged, holds up no other, and is tried in the next pass."""
    settings = ctx.settings
    _step(ctx, "certificates", settings.certificate_retention_days, forget_certificates)
    _step(ctx, "completions", settings.webhook_retention_days, forget_completions)
    _step(ctx, "activities", settings.log_retention_days, forget_activities)


def _step(ctx: Ctx, kind: str, days: int, forget: Forget) -> None:
    if not days:
        return
    try:
        forgotten = forget(ctx, _limit(ctx.now(), days))
    except Exception as error:  # noqa: BLE001 - as with the pass's stages: a bug in one kind must not keep the others for ever
        ctx.log.failure("retention failed", error, kind=kind)
        return
    if forgotten:
        ctx.log.info("retention applied", kind=kind, rows=forgotten)


def _limit(now: datetime, days: int) -> datetime:
    """What is older was kept for `days` whole days."""
    return datetime.combine(now.astimezone(UTC).date(), time(), UTC) - timedelta(days=days)
