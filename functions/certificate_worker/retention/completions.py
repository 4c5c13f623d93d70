"""What Graphy reported goes with its raw body, whatever became of it.

Certificates have ids of their own, so an event that Graphy repeats afterwards is stored once more and issues nothing.
Those that never found a course or a learner, or were not passed, hold people's data as well: they wait as long, and are
counted in the log when they go.
"""

from collections import Counter
from datetime import datetime

from appwrite.query import Query

from functions.certificate_worker.retention.told import tell
from shared.context import Ctx
from shared.record import Record, wire_time
from shared.records import CompletionStatus
from shared.store import BATCH

#: All but what was not looked at yet.
_ENDED = [status for status in CompletionStatus if status is not CompletionStatus.RECEIVED]
_WITHOUT_CERTIFICATE = (CompletionStatus.UNMATCHED, CompletionStatus.NOT_PASSED)


class OldCompletion(Record):
    """As much of a completion as is needed to remove it: its body may have 60 KB."""

    table = "completions"

    status: CompletionStatus


def forget_completions(ctx: Ctx, before: datetime) -> int:
    """Up to 100 that were received before that time."""
    old = [Query.less_than("received_at", wire_time(before)), Query.equal("status", _ENDED)]
    needed = [Query.select(["$id", "status"]), Query.order_asc("received_at")]
    completions = ctx.store.first(OldCompletion, [*old, *needed], BATCH)
    if not completions:
        return 0
    ids = [each.id for each in completions]
    counts = Counter(each.status for each in completions)
    tell(ctx, "completions", before, ids, {status.value: count for status, count in counts.items()})
    if waiting := sum(counts[status] for status in _WITHOUT_CERTIFICATE):
        ctx.log.warning("completions removed that never led to a certificate", rows=waiting)
    # One that an admin has just sent to be tried again stays.
    ctx.store.delete_where(OldCompletion, [Query.equal("$id", ids), *old])
    return len(ids)
