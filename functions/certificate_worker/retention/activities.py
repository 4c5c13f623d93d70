"""Old lines of the activity log go. Those that tell what retention removed are kept for a year at least.

By whole days, so a day's lines leave a line for each hundred: the log of retention does not keep itself going.
"""

from datetime import datetime, timedelta

from appwrite.query import Query

from functions.certificate_worker.retention.told import ACTIVITY, tell
from shared.context import Ctx
from shared.record import Record, wire_time
from shared.store import BATCH

OWN_KEPT = timedelta(days=366)


class OldActivity(Record):
    """As much of an activity as is needed to remove it."""

    table = "activity_logs"


def forget_activities(ctx: Ctx, before: datetime) -> int:
    """Up to 100 that were written before that time."""
    own_before = min(before, ctx.now() - OWN_KEPT)
    queries = [
        Query.less_than("at", wire_time(before)),
        Query.or_queries([Query.not_equal("activity", ACTIVITY), Query.less_than("at", wire_time(own_before))]),
        Query.select(["$id"]),
        Query.order_asc("at"),
    ]
    ids = [each.id for each in ctx.store.first(OldActivity, queries, BATCH)]
    if ids:
        tell(ctx, "activities", before, ids, {"activities": len(ids)})
        ctx.store.delete_where(OldActivity, [Query.equal("$id", ids)])
    return len(ids)
