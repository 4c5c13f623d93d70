"""How often certificates were looked up."""

from collections.abc import Iterable
from datetime import date, timedelta

from appwrite.query import Query

from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.context import Ctx
from shared.look_ups import LookUps, Outcome, beginning_of_day
from shared.record import wire_time

actions = Actions()

#: The last of them is today.
DAYS = 30


class Nothing(Payload):
    """These figures are of all certificates."""


class Figures(Result):
    """How many look-ups ended how; with a code or with a number alone."""

    valid: int = 0
    expired: int = 0
    revoked: int = 0
    replaced: int = 0
    #: No such number, or a wrong code. Mistyped numbers are not counted.
    unknown: int = 0
    #: The issued PDF was fetched from the verify page.
    downloaded: int = 0


class Day(Figures):
    #: By UTC.
    day: date


class VerificationStatistics(Result):
    #: Of the last 30 days together.
    total: Figures
    #: Each of the last 30 days, the latest last.
    look_ups: list[Day]


@actions("VERIFICATION_STATISTICS", allow=admin)
def verification_statistics(ctx: Ctx, payload: Nothing) -> VerificationStatistics:  # noqa: ARG001
    """How often certificates were looked up on the verify page, by day and outcome; nothing tells which, or by whom."""
    today = beginning_of_day(ctx.now())
    since = today - timedelta(days=DAYS - 1)
    counted = ctx.store.first(LookUps, [Query.greater_than_equal("day", wire_time(since))], DAYS * len(Outcome))
    days = [(since + timedelta(days=number)).date() for number in range(DAYS)]
    return VerificationStatistics(
        total=Figures(**_sums(counted)),
        look_ups=[Day(day=day, **_sums(row for row in counted if row.day.date() == day)) for day in days],
    )


def _sums(rows: Iterable[LookUps]) -> dict[str, int]:
    sums = dict.fromkeys(Outcome, 0)
    for row in rows:
        sums[row.outcome] += row.count
    return {outcome.value: number for outcome, number in sums.items()}
