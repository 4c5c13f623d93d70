"""Which certificates go out in one mail: those that one organisation's contact is due to get for one purpose.

due rows --grouped, up to 20 MB and 50 files--> mail_id written on them --sent--> marked
                                                      |
                             whoever finds them due again sends the same rows under the same id
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from shared.claims import Claimed
from shared.records import Certificate, Delivery, Purpose

#: Of all files of a mail: base64 makes them a third larger, and SendGrid takes less than 30 MB in all.
MOST_BYTES = 20_000_000
MOST_FILES = 50

T = TypeVar("T")


@dataclass(frozen=True)
class Item:
    """A delivery that is ours, its certificate, and the size in bytes of the PDF that it brings."""

    claimed: Claimed[Delivery]
    certificate: Certificate
    size: int
    #: The reason that the mail gives, if it tells of one.
    why: str = ""


@dataclass(frozen=True)
class Parcel:
    """One mail to be; `kept` if its id stands on the rows already."""

    mail_id: str
    items: tuple[Item, ...]
    kept: bool

    @property
    def recipient(self) -> str:
        return self.items[0].claimed.work.recipient

    @property
    def organization_id(self) -> str:
        return self.items[0].claimed.work.organization_id

    @property
    def purpose(self) -> Purpose:
        return self.items[0].claimed.work.purpose

    @property
    def deliveries(self) -> list[str]:
        return [each.claimed.work.id for each in self.items]

    @property
    def attempt(self) -> int:
        return max(each.claimed.attempt for each in self.items)

    @property
    def attached(self) -> list[Item]:
        """What fits; all others are links. Nothing if it tells of what is valid no longer."""
        if self.purpose is Purpose.REVOKED:
            return []
        room, fitting = MOST_BYTES, []
        for each in self.items:
            if each.size <= room:
                fitting.append(each)
                room -= each.size
        return fitting

    @property
    def size(self) -> int:
        return sum(each.size for each in self.attached)


def parcels(items: Iterable[Item], new_id: Callable[[], str]) -> list[Parcel]:
    """Rows that have a mail's id stay together; the others are grouped now."""
    kept: dict[str, list[Item]] = defaultdict(list)
    fresh: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for item in items:
        row = item.claimed.work
        if row.mail_id:
            kept[row.mail_id].append(item)
        else:
            fresh[row.organization_id, row.recipient, row.purpose].append(item)
    return [
        *(Parcel(mail_id, tuple(group), kept=True) for mail_id, group in kept.items()),
        *(Parcel(new_id(), tuple(part), kept=False) for group in fresh.values() for part in packed(group, _weight)),
    ]


def packed(things: Iterable[T], weigh: Callable[[T], int]) -> Iterator[list[T]]:
    """The same things in the same order, up to MOST_BYTES and MOST_FILES at a time."""
    part: list[T] = []
    total = 0
    for thing in things:
        weight = weigh(thing)
        if part and (total + weight > MOST_BYTES or len(part) == MOST_FILES):
            yield part
            part, total = [], 0
        part.append(thing)
        total += weight
    if part:
        yield part


def _weight(item: Item) -> int:
    """What is too large for any mail is a link, which weighs nothing."""
    return item.size if item.size <= MOST_BYTES else 0


def whole(rows: Sequence[Delivery], mates: Iterable[Delivery], now: datetime, most: int) -> list[Delivery]:
    """Those of the due `rows` that can be claimed with all others of their mail, and those others, up to `most` in all.

    `mates` are all open rows of these mails. One that is not due, as another worker has it, keeps its mail back.
    """
    groups: dict[str, list[Delivery]] = defaultdict(list)
    for each in [*(row for row in rows if not row.mail_id), *mates]:
        groups[each.mail_id or each.id].append(each)
    chosen: list[Delivery] = []
    for row in rows:
        group = groups.pop(row.mail_id or row.id, [])
        ready = all(each.due_at is not None and each.due_at <= now for each in group)
        if ready and len(chosen) + len(group) <= most:
            chosen += group
    return chosen
