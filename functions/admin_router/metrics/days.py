"""What came in and went out, day by day. The database counts; days that are over are counted once, and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from appwrite.query import Query
from pydantic import AwareDatetime, Field

from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.context import Ctx
from shared.ids import stable_id
from shared.look_ups import beginning_of_day
from shared.portal.figures import Figure, count
from shared.record import Record, wire_time
from shared.store import Store, together

actions = Actions()

MOST = 30
_DAY = timedelta(days=1)
#: How long a day must be over to be kept: what was noted in its last minute may be written a little later.
_SETTLED = timedelta(hours=1)
#: Days to count for which it does not pay to look first where there is anything.
_FEW = 2


class DailyFigures(Record):
    """A day that is over."""

    table = "daily_figures"

    #: Its beginning, UTC.
    day: AwareDatetime
    completions: int = 0
    issued: int = 0
    mailed: int = 0

    @staticmethod
    def id_for(day: datetime) -> str:
        return stable_id("daily-figures", f"{day:%Y-%m-%d}")


class Asked(Payload):
    #: The last of them is today.
    days: int = Field(MOST, ge=1, le=MOST)


class Day(Result):
    #: By UTC.
    day: date
    #: Completions that came in, whatever became of them.
    completions: int
    #: Certificates that were begun; a version that replaces another is none of its own.
    issued: int
    #: Mails about certificates that SendGrid or the mail server took, whether they arrived or not.
    mailed: int


class Days(Result):
    #: The latest last. Today is not over.
    days: list[Day]


@actions("DAILY_FIGURES", allow=admin)
def daily_figures(ctx: Ctx, payload: Asked) -> Days:
    """How many completions came in, and how many certificates and mails went out, on each of the last days."""
    now = ctx.now()
    today = beginning_of_day(now)
    days = [today - number * _DAY for number in reversed(range(payload.days))]
    since = Query.greater_than_equal("day", wire_time(days[0]))
    found = {each.day: each for each in ctx.store.first(DailyFigures, [since], MOST)}
    counted = _counted(ctx.store, [day for day in days if day not in found])
    ctx.store.insert_missing(each for each in counted if each.day + _DAY + _SETTLED <= now)
    found |= {each.day: each for each in counted}
    shown = [found[day] for day in days]
    return Days(days=[Day(**{**each.model_dump(exclude={"id"}), "day": each.day.date()}) for each in shown])


class _Dated(Record):
    """Of a row, when it was."""

    received_at: AwareDatetime | None = None
    issued_at: AwareDatetime | None = None
    sent_at: AwareDatetime | None = None


class _Completion(_Dated):
    table = "completions"


class _Certificate(_Dated):
    table = "certificates"


class _Delivery(_Dated):
    table = "deliveries"


@dataclass(frozen=True)
class _Source:
    """Rows of `kind`, by the time in `column`."""

    kind: type[_Dated]
    column: str

    def of(self, day: datetime) -> Figure:
        return self.kind, [self._since(day), Query.less_than(self.column, wire_time(day + _DAY))]

    def first(self, store: Store, since: datetime) -> datetime | None:
        """When there is the first of them; None = never."""
        earliest = [self._since(since), Query.order_asc(self.column), Query.select(["$id", self.column])]
        return next((getattr(row, self.column) for row in store.first(self.kind, earliest, 1)), None)

    def _since(self, moment: datetime) -> str:
        query: str = Query.greater_than_equal(self.column, wire_time(moment))
        return query


_SOURCES = {
    "completions": _Source(_Completion, "received_at"),
    "issued": _Source(_Certificate, "issued_at"),
    "mailed": _Source(_Delivery, "sent_at"),
}


def _counted(store: Store, days: Sequence[datetime]) -> list[DailyFigures]:
    """Each by three calls, several at a time; days before there was anything cost none."""
    begun = dict.fromkeys(_SOURCES, days[0]) if len(days) <= _FEW else _begun(store, days[0])
    figures = {
        _figure(name, day): _SOURCES[name].of(day)
        for name, first in begun.items()
        for day in days
        if day + _DAY > first
    }
    counts = count(store, figures) if figures else {}
    return [
        DailyFigures(
            id=DailyFigures.id_for(day), day=day, **{name: counts.get(_figure(name, day), 0) for name in _SOURCES}
        )
        for day in days
    ]


def _begun(store: Store, since: datetime) -> dict[str, datetime]:
    """When each of the sources begins that has anything since then."""
    firsts = together(lambda source: source.first(store, since), _SOURCES.values())
    return {name: first for name, first in zip(_SOURCES, firsts, strict=True) if first}


def _figure(name: str, day: datetime) -> str:
    return f"{name} {day:%Y-%m-%d}"
