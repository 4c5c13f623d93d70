"""The line of the activity log that a step of retention writes."""

from collections.abc import Iterable
from datetime import datetime

from shared.audit import difference
from shared.context import Ctx
from shared.ids import stable_id

ACTIVITY = "retention.applied"


def tell(ctx: Ctx, kind: str, before: datetime, ids: Iterable[str], counts: dict[str, int]) -> None:
    """What is about to go: told first, so that nothing goes untold.

    The line has a stable id: several workers at the same step tell it once, and one that died is repeated by a step
    that tells it again only if it had done a part.
    """
    changes = difference({}, {"kind": kind, "before": before.isoformat(), **counts})
    entry = ctx.audit.entry(ACTIVITY, changes)
    ctx.audit.record_all([entry.model_copy(update={"id": stable_id("retention", kind, *sorted(ids))})])
