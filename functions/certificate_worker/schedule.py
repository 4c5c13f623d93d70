"""What is due, and when a failed attempt is made again."""

import random
from datetime import datetime, timedelta
from typing import TypeVar

from appwrite.query import Query

from shared.record import Work, wire_time
from shared.store import Store

W = TypeVar("W", bound=Work)

MAX_DELAY = timedelta(days=1)


def due(store: Store, kind: type[W], now: datetime, limit: int) -> list[W]:
    """Up to `limit` rows whose time has come, the longest waiting first."""
    return store.first(kind, [Query.less_than_equal("due_at", wire_time(now)), Query.order_asc("due_at")], limit)


def retry_at(now: datetime, attempts: int, delay: float) -> datetime:
    """`delay` seconds after the first attempt, doubled for each further one up to a day, plus up to a tenth at random
    so that what failed together does not come back together."""
    wait = min(timedelta(seconds=delay * 2 ** min(attempts - 1, 30)), MAX_DELAY)
    return now + wait * (1 + random.random() / 10)  # noqa: S311 - spreads load, guards nothing
