"""How many renderers may run at a time, in all running executions together.

A slot is a row that says until when it is held. Whoever raises that number from what they read to the end of their own
lease has the slot; the database raises it for one of them only, since for the others the sum goes beyond their limit:

    A: reads 0                raises by 900, to 900 at most -> 900: A's until 900
    B: reads 0                raises by 950, to 950 at most -> refused, 900 + 950 is more
    C:         reads 900 at 905 (A died)       raises by 180, to 1080 at most -> 1080: C's

A slot comes back when it is lowered again, or by time alone.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.context import Ctx
from shared.counters import step
from shared.errors import AppError
from shared.record import Record
from shared.records import Claim

#: No claim is forgotten before its end, so a slot's row has none that matters.
_NEVER = datetime(2200, 1, 1, tzinfo=UTC)


class Slot(Record):
    """The right to one renderer process, among the claims."""

    table = Claim.table

    subject_id: str
    attempt: int = 1
    owner: str = "nobody in particular"
    expires_at: datetime = _NEVER
    #: Milliseconds since 1970.
    held_until: int = 0

    @staticmethod
    def id_for(number: int) -> str:
        return f"render-slot-{number}"


@dataclass(frozen=True)
class Slots:
    """Those that `MAX_CONCURRENT_RENDERS` allows."""

    ctx: Ctx

    @contextmanager
    def one(self, lease: timedelta) -> Iterator[bool]:
        """Whether a slot is ours until the block ends, or `lease` does; False if others have them all."""
        until = _milliseconds(self.ctx.now() + lease)
        slot_id = self._take(until, _milliseconds(self.ctx.now()), _milliseconds(self.ctx.now() + 2 * lease))
        try:
            yield slot_id is not None
        finally:
            if slot_id:
                self._give_back(slot_id, until)

    def _take(self, until: int, now: int, impossible: int) -> str | None:
        """What is held beyond `impossible` was taken by a clock that was wrong."""
        for slot_id, held_until in self._all().items():
            free = held_until <= now or held_until > impossible
            if free and step(self.ctx.store, Slot, slot_id, "held_until", until - held_until, until) is not None:
                return slot_id
        return None

    def _all(self) -> Mapping[str, int]:
        """Each slot's id and until when it is held."""
        ids = [Slot.id_for(number) for number in range(self.ctx.settings.max_concurrent_renders)]
        found = self.ctx.store.find_many(Slot, ids)
        missing = [each for each in ids if each not in found]
        self.ctx.store.insert_missing([Slot(id=each, subject_id=each) for each in missing])
        return {each: found[each].held_until if each in found else 0 for each in ids}

    def _give_back(self, slot_id: str, until: int) -> None:
        """Best effort. A slot whose lease ended may be somebody else's."""
        now = _milliseconds(self.ctx.now())
        if now >= until:
            return
        try:
            step(self.ctx.store, Slot, slot_id, "held_until", now - until, now)
        except AppError as error:
            self.ctx.log.warning("slot not given back", slot=slot_id, code=error.code)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
