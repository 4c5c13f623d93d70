"""Completions whose webhook never came are looked for on Graphy, page by page through all of its learners.

    due --claim--> a page is read, what it tells is stored, the position moves on -- due at once, until the last page
     ^                     | Graphy fails: the same page again, later                    |
     '---------------------'------------------- minutes later, from the start -----------'

A page that is read twice, since somebody died over it, tells the same again, and what is stored has stable ids.
"""

from datetime import timedelta

from functions.certificate_worker.graphy.gate import Closed, Gate
from functions.certificate_worker.graphy.missed import store_missed
from functions.certificate_worker.schedule import retry_at
from shared.claims import Claims
from shared.context import Ctx
from shared.graphy import GraphyError, LearnersPage
from shared.ids import stable_id
from shared.record import Work
from shared.store import Store

LEASE = timedelta(minutes=3)
#: Seconds until a page is asked for again that Graphy did not give; doubled each time up to the time between sweeps.
RETRY_DELAY = 60
#: A Graphy that neither counts its learners nor ever answers an empty page is not believed beyond this.
_MOST_LEARNERS = 1_000_000


class Sweep(Work):
    """How far the search is. `attempts` counts the pages read."""

    table = "sweeps"

    #: Learners already seen in this sweep.
    position: int = 0
    #: How often in a row Graphy did not give a page.
    failures: int = 0


SWEEP_ID = stable_id("sweep", "completions")


def reconcile_completions(ctx: Ctx, claims: Claims, gate: Gate) -> int:
    """Read the next page of Graphy's learners if it is time; answers how many learners were looked at."""
    if not ctx.settings.graphy_poll_minutes or gate.pause:
        return 0
    now = ctx.now()
    sweep = _sweep(ctx.store)
    if sweep.due_at is not None and sweep.due_at > now:
        return 0
    claimed = claims.take([sweep], now, LEASE)
    if not claimed:
        return 0
    try:
        page = gate.call(lambda: ctx.graphy.learners(sweep.position))
    except (GraphyError, Closed) as error:
        _postpone(ctx, sweep, str(error), gate.pause)
        return 0
    found = store_missed(ctx, page.learners)
    if ctx.now() < claimed[0].until:
        _move_on(ctx, sweep, page)
    ctx.log.info("completions reconciled", learners=page.count, position=sweep.position, found=found)
    return page.count


def _sweep(store: Store) -> Sweep:
    found = store.find(Sweep, SWEEP_ID)
    if found is None:
        found = Sweep(id=SWEEP_ID)
        store.insert_missing([found])
    return found


def _move_on(ctx: Ctx, sweep: Sweep, page: LearnersPage) -> None:
    seen, now = sweep.position + page.count, ctx.now()
    done = page.is_last(sweep.position) or seen > _MOST_LEARNERS
    pause = timedelta(minutes=ctx.settings.graphy_poll_minutes) if done else timedelta()
    ctx.store.update(Sweep, SWEEP_ID, position=0 if done else seen, failures=0, due_at=now + pause, reason=None)


def _postpone(ctx: Ctx, sweep: Sweep, reason: str, pause: float) -> None:
    now, failures = ctx.now(), sweep.failures + 1
    latest = now + timedelta(minutes=ctx.settings.graphy_poll_minutes)
    at = max(min(retry_at(now, failures, RETRY_DELAY), latest), now + timedelta(seconds=pause))
    ctx.store.update(Sweep, SWEEP_ID, failures=failures, due_at=at, reason=reason[:500])
    ctx.log.warning("learners not read from Graphy", failures=failures)
