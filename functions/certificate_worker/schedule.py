"""What is due, and when a failed attempt is made again."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from appwrite.query import Query

from shared.record import Work, wire_time
from shared.store import Store

W = TypeVar("W", bound=Work)

MAX_DELAY = timedelta(days=1)
#: Groups that `Turns` passes over at most: Appwrite takes 100 queries a call.
_REMEMBERED = 90


def due(store: Store, kind: type[W], now: datetime, limit: int) -> list[W]:
    """Up to `limit` rows whose time has come, the longest waiting first."""
    return store.first(kind, _waiting(now), limit)


@dataclass
class Turns:
    """Takes what is due so that no group with much of it keeps the others waiting.

    A batch that is full may be all of one group, so up to half of it is given to groups that had no turn lately, again
    the longest waiting first: another call for each full batch, and none for others. It remembers who had a turn until
    all had one, so with N groups everybody has one within N batches.
    """

    #: The column that names the group.
    column: str
    _had: list[str] = field(default_factory=list)

    def take(self, store: Store, kind: type[W], now: datetime, limit: int) -> list[W]:
        """Up to `limit` rows whose time has come."""
        head = due(store, kind, now, limit)
        if len(head) < limit:
            self._had.clear()
            return head
        present = self._groups(head)
        passed_over = list(dict.fromkeys([*present, *self._had]))[:_REMEMBERED]
        others = self._except(passed_over)
        seen = {row.id for row in head}
        found = [row for row in store.first(kind, [*_waiting(now), *others], limit // 2) if row.id not in seen]
        self._had = [*passed_over, *self._groups(found)] if found else []
        return [*head[: limit - len(found)], *found]

    def _except(self, groups: Sequence[str]) -> list[str]:
        return [Query.not_equal(self.column, group) for group in groups]

    def _groups(self, rows: Sequence[W]) -> list[str]:
        return list(dict.fromkeys(str(getattr(row, self.column)) for row in rows))


def _waiting(now: datetime) -> list[str]:
    return [Query.less_than_equal("due_at", wire_time(now)), Query.order_asc("due_at")]


def retry_at(now: datetime, attempts: int, delay: float) -> datetime:
    """`delay` seconds after the first attempt, doubled for each further one up to a day, plus up to a tenth at random
    so that what failed together does not come back together."""
    wait = min(timedelta(seconds=delay * 2 ** min(attempts - 1, 30)), MAX_DELAY)
    return now + wait * (1 + random.random() / 10)  # noqa: S311 - spreads load, guards nothing
