"""How often certificates are looked up, by day and outcome. Nothing says which certificate, or who looked."""

from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime

from shared.counters import count
from shared.errors import AppError
from shared.ids import stable_id
from shared.log import Log
from shared.record import Record
from shared.store import Store


class Outcome(StrEnum):
    """What a look-up found."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"
    #: No such number, or a code that does not fit it.
    UNKNOWN = "unknown"
    #: The issued file was handed out.
    DOWNLOADED = "downloaded"


class LookUps(Record):
    """How many there were on a day with one outcome."""

    table = "look_ups"

    #: Its beginning, UTC.
    day: AwareDatetime
    outcome: Outcome
    count: int = 1


def beginning_of_day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def record_look_up(store: Store, log: Log, now: datetime, outcome: Outcome) -> None:
    """Count one more; whoever looks a certificate up gets their answer also if that fails."""
    day = beginning_of_day(now)
    row = LookUps(id=stable_id("look-up", f"{day:%Y-%m-%d}", outcome), day=day, outcome=outcome)
    try:
        count(store, row, "count")
    except AppError as error:
        log.failure("look-up not counted", error, code=error.code, **error.details)
