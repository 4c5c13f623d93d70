"""One pass of the worker: do what is due, stop before the time limit, call a successor if something is left.

Passes are started by kicks and by a cron that does not wait for the one before, so several may run at a time; claims
keep them apart. Within one process a kick that finds a pass running only asks it for another round.
"""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta

from functions.certificate_worker.exporting.exports import build_exports
from functions.certificate_worker.graphy.enroll import enroll_learners
from functions.certificate_worker.graphy.gate import Gate
from functions.certificate_worker.graphy.reconcile import reconcile_completions
from functions.certificate_worker.housekeeping import tidy
from functions.certificate_worker.issuing.deliver import deliver_mails
from functions.certificate_worker.issuing.issue import issue_certificates
from functions.certificate_worker.issuing.match import match_completions
from functions.certificate_worker.schedule import Turns
from functions.certificate_worker.watching.alerts import Watch
from shared.certificate.printer import Printer
from shared.claims import Claims
from shared.context import Ctx
from shared.errors import AppError
from shared.logos import Logos

#: How long a pass begins new batches. The function's `timeout` must leave room for the last one.
TIME_LIMIT = timedelta(seconds=110)

#: Does one batch of its kind; answers how much it did.
Stage = Callable[[], int]

_watch = Watch()


class PassFailed(AppError):
    """A stage of the pass failed; what it did not do is due again."""

    code = "PASS_FAILED"


class Rounds:
    """Lets one pass run at a time in this process, and one more round for those who came meanwhile."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = False
        self._asked = False

    def enter(self) -> bool:
        """True if the caller is to run the pass; else the pass that runs will make another round."""
        with self._lock:
            entered = not self._running
            self._running, self._asked = True, not entered
            return entered

    def leave(self, *, at_once: bool = False) -> bool:
        """True if the pass is over; False if it was asked for another round, unless it ends `at_once` all the same."""
        with self._lock:
            self._running = self._asked and not at_once
            self._asked = False
            return not self._running


def run_pass(ctx: Ctx, printer: Printer, rounds: Rounds) -> Mapping[str, int]:
    """How much was done, by stage; nothing if another pass of this process does it. Raises `PassFailed`."""
    if not rounds.enter():
        return {}
    try:
        gate = Gate(ctx.settings.graphy_calls_per_second)
        return _work(ctx, _stages(ctx, Claims(ctx.store, uuid.uuid4().hex), printer, gate), gate, rounds)
    except BaseException:
        rounds.leave(at_once=True)
        raise


def _stages(ctx: Ctx, claims: Claims, printer: Printer, gate: Gate) -> Mapping[str, Stage]:
    completions, certificates, mails = Turns("course_id"), Turns("course_id"), Turns("organization_id")
    logos = Logos()
    return {
        "exported": lambda: build_exports(ctx, claims, printer),
        "matched": lambda: match_completions(ctx, completions),
        "issued": lambda: issue_certificates(ctx, claims, printer, certificates),
        "mailed": lambda: deliver_mails(ctx, claims, mails, logos),
        "enrolled": lambda: enroll_learners(ctx, claims, gate),
        "reconciled": lambda: reconcile_completions(ctx, claims, gate),
    }


def _work(ctx: Ctx, stages: Mapping[str, Stage], gate: Gate, rounds: Rounds) -> Mapping[str, int]:
    # By a clock that nobody sets: one that is put back must not keep a pass running beyond its time.
    until = time.monotonic() + TIME_LIMIT.total_seconds()
    total: Counter[str] = Counter()
    failed: set[str] = set()
    while True:
        did = Counter({name: _run(ctx, name, stage, failed) for name, stage in stages.items() if name not in failed})
        total += did
        if not did.total() and not gate.wait_out() and rounds.leave():
            break
        if time.monotonic() >= until or ctx.log.is_full:
            rounds.leave(at_once=True)
            ctx.executions.kick_worker()
            break
    _watch.look(ctx)
    if failed:
        raise PassFailed(stages=sorted(failed))
    if not total:
        tidy(ctx)
    return total


def _run(ctx: Ctx, name: str, stage: Stage, failed: set[str]) -> int:
    """One batch of one stage. Whatever breaks it, the other stages go on; it is left alone until the next pass."""
    try:
        return stage()
    except Exception as error:  # noqa: BLE001 - a bug in one stage must not hold up the others; it is logged and raised at the end
        reason = error.message if isinstance(error, AppError) else None
        details = error.details if isinstance(error, AppError) else {}
        ctx.log.failure("stage failed", error, stage=name, reason=reason, **details)
        failed.add(name)
        return 0
