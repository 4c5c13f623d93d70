"""Who may do an attempt at a piece of work: whoever inserts its claim.

    row:    due ------------- attempt 1 ------------ due again ------ attempt 2 ---- done
    A:      insert claim 1 -> 201   works ... dies
    B:      insert claim 1 -> 409   looks: held by A until 12:02
    B:                                       12:02 insert claim 2 -> 201   works ... marks it done

A bulk insert is atomic and a row id can be taken once, so an attempt has one winner, however many workers run at a time
and whatever they believe. A claim ends by time alone: a worker that dies needs nobody to clean up behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from appwrite.query import Query

from shared.record import Work, wire_time
from shared.records import Claim
from shared.store import Store

W = TypeVar("W", bound=Work)


@dataclass(frozen=True)
class Claimed(Generic[W]):
    """Work that is ours until `until`, and which attempt at it this is."""

    work: W
    attempt: int
    until: datetime


@dataclass(frozen=True)
class Claims:
    """Claims of one worker, named `owner`."""

    store: Store
    owner: str

    def take(self, due: Sequence[W], now: datetime, lease: timedelta, **marks: object) -> list[Claimed[W]]:
        """Claim those of `due` (up to 100) that nobody else holds.

        The rows are marked with the attempt's number and are due again when the lease ends; `marks` are further
        columns to set, a status say. Work whose claim is held elsewhere is left out.
        """
        if not due:
            return []
        until = now + lease
        won = self._win({work.id: work.attempts + 1 for work in due}, until)
        if len(won) < len(due):
            won |= self._win(self._free(due, now, won), until)
        for attempt in sorted(set(won.values())):
            ids = [subject for subject, number in won.items() if number == attempt]
            self.store.update_many(type(due[0]), ids, attempts=attempt, due_at=until, **marks)
        return [Claimed(work, won[work.id], until) for work in due if work.id in won]

    def forget(self, before: datetime) -> None:
        """Remove claims that ended before that time."""
        self.store.delete_where(Claim, [Query.less_than("expires_at", wire_time(before))])

    def _win(self, attempts: dict[str, int], until: datetime) -> dict[str, int]:
        claims = [
            Claim(
                id=Claim.id_for(subject, attempt),
                subject_id=subject,
                attempt=attempt,
                owner=self.owner,
                expires_at=until,
            )
            for subject, attempt in attempts.items()
        ]
        if not claims:
            return {}
        inserted = self.store.insert_missing(claims)
        return {claim.subject_id: claim.attempt for claim in claims if claim.id in inserted}

    def _free(self, due: Sequence[Work], now: datetime, won: dict[str, int]) -> dict[str, int]:
        """The next attempt at what was claimed once but is held by nobody now."""
        lost = [work.id for work in due if work.id not in won]
        last: dict[str, Claim] = {}
        for claim in self.store.every(Claim, [Query.equal("subject_id", lost), Query.order_asc("attempt")]):
            last[claim.subject_id] = claim
        return {subject: claim.attempt + 1 for subject, claim in last.items() if claim.expires_at <= now}
