"""The selected certificates are read: a hundred by their numbers, or a course's by the order of their ids."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from appwrite.query import Query

from functions.admin_router.issued.bulk_csv import Row
from functions.admin_router.issued.selection import Chosen, RowFate, Settled
from shared.records import Certificate
from shared.store import BATCH, Store, batches

#: Certificates of a course that are read in one call if they are only looked at.
PAGE = 500


@dataclass(frozen=True)
class Found:
    row: Row
    certificate: Certificate


@dataclass(frozen=True)
class Block:
    """Up to 100 certificates that are treated together, and rows that name none."""

    found: Sequence[Found]
    unknown: Sequence[Settled] = ()


def blocks(store: Store, chosen: Chosen, *, to_look_at: bool) -> Iterator[Block]:
    """Each read in one call just before it is wanted; those of a course several at once if they are `to_look_at`."""
    if chosen.course_id is not None:
        return _of_course(store, chosen.course_id, chosen.after, PAGE if to_look_at else BATCH)
    # Rows with the same reason come together, since they can be done in one call.
    ordered = sorted(chosen.rows, key=lambda row: row.reason or "")
    return (_looked_up(store, rows) for rows in batches(ordered, BATCH))


def left(store: Store, chosen: Chosen, seen: int, last: str) -> int:
    """How many remain after `seen` rows, the last of which led to the certificate with the id `last`."""
    if chosen.course_id is None:
        return len(chosen.rows) - seen
    return store.count(Certificate, _after(chosen.course_id, last))


def _looked_up(store: Store, rows: Sequence[Row]) -> Block:
    wanted = [row.certificate_number for row in rows]
    there = {each.certificate_number: each for each in store.find_by(Certificate, "certificate_number", wanted)}
    unknown = [_unknown(row) for row in rows if row.certificate_number not in there]
    found = [Found(row, there[row.certificate_number]) for row in rows if row.certificate_number in there]
    return Block(found, unknown)


def _unknown(row: Row) -> Settled:
    return Settled(row, RowFate.UNKNOWN, "certificate_number", "There is no certificate with this number.")


def _of_course(store: Store, course_id: str, after: str, page: int) -> Iterator[Block]:
    while True:
        certificates = store.first(Certificate, [*_after(course_id, after), Query.order_asc("$id")], page)
        for some in batches(certificates, BATCH):
            yield Block([Found(Row(None, each.certificate_number), each) for each in some])
        if len(certificates) < page:
            return
        after = certificates[-1].id


def _after(course_id: str, after: str) -> list[str]:
    queries = [Query.equal("course_id", [course_id])]
    return [*queries, Query.greater_than("$id", after)] if after else queries
