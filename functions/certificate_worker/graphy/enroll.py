"""Learners are enrolled on Graphy."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.certificate_worker.graphy.gate import Closed, Gate
from functions.certificate_worker.issuing.erased import forget_strays
from functions.certificate_worker.schedule import due, retry_at
from shared.claims import Claimed, Claims
from shared.config import Settings
from shared.context import Ctx
from shared.graphy import Graphy, GraphyBusy, GraphyRefused, GraphyUnavailable
from shared.records import Course, Enrollment, EnrollmentStatus, Learner
from shared.store import BATCH

LEASE = timedelta(minutes=3)
#: What must be left of a lease to start with a learner: more than the time-outs of two calls.
MARGIN = timedelta(seconds=60)
#: Seconds that a batch should take if Graphy is quick, with two calls for each learner: short beside the lease, since
#: Graphy may be slow, and so that mails need not wait long.
_BATCH_SECONDS = 10
#: Seconds before a learner is tried again, doubled each time and without end: whom Graphy could not take now, and whom
#: it refused, since a person may mend the cause there (a missing product, say).
RETRY_DELAY = {EnrollmentStatus.QUEUED: 60, EnrollmentStatus.FAILED: 3600}
#: How often that is doubled at most: to a quarter of an hour, and to the day that `retry_at` allows.
_DOUBLINGS = {EnrollmentStatus.QUEUED: 4, EnrollmentStatus.FAILED: 30}


@dataclass(frozen=True)
class _Outcome:
    """What became of an attempt. One that was not made, or met a busy Graphy, is `postponed`, which is no failure."""

    status: EnrollmentStatus
    reason: str | None = None
    #: The same for the log, which may not quote what Graphy says.
    code: str = ""
    #: How often it ended so in a row, for the delay until the next.
    turn: int = 0
    postponed: bool = False


def batch_size(settings: Settings) -> int:
    return max(1, min(int(settings.graphy_calls_per_second * _BATCH_SECONDS / 2), BATCH))


def enroll_learners(ctx: Ctx, claims: Claims, gate: Gate) -> int:
    """Enroll those who are due; answers how many were in hand."""
    if gate.pause:
        return 0
    now = ctx.now()
    waiting = due(ctx.store, Enrollment, now, batch_size(ctx.settings))
    claimed = claims.take(waiting, now, LEASE, status=EnrollmentStatus.ENROLLING)
    if not claimed:
        return 0
    courses = ctx.store.find_many(Course, {Course.id_for(each.work.course_id) for each in claimed})
    learners = ctx.store.find_many(Learner, {each.work.learner_id for each in claimed})
    forget_strays(ctx, [each.work for each in claimed if each.work.learner_id not in learners])

    def attempt(each: Claimed[Enrollment]) -> _Outcome:
        if each.until - ctx.now() < MARGIN:
            return _Outcome(
                EnrollmentStatus.QUEUED, "Graphy is slow; this was not its turn yet.", "SLOW", postponed=True
            )
        course = courses.get(Course.id_for(each.work.course_id))
        return _enroll(ctx.graphy, gate, each, learners.get(each.work.learner_id), course)

    with ThreadPoolExecutor(ctx.settings.graphy_concurrency) as pool:
        outcomes = dict(zip((each.work for each in claimed), pool.map(attempt, claimed), strict=True))
    _activate(ctx, learners.values(), outcomes)
    _record(ctx, outcomes, gate.pause)
    return len(claimed)


def _enroll(
    graphy: Graphy, gate: Gate, claimed: Claimed[Enrollment], learner: Learner | None, course: Course | None
) -> _Outcome:
    if learner is None or course is None:
        return _failure(claimed, EnrollmentStatus.FAILED, "The learner or the course is gone.", "GONE")
    try:
        gate.call(lambda: graphy.add_learner(learner.email, learner.name))
        gate.call(lambda: graphy.assign(learner.email, course.graphy_product_id))
    except (Closed, GraphyBusy) as error:
        return _Outcome(EnrollmentStatus.QUEUED, str(error), "GRAPHY_BUSY", postponed=True)
    except GraphyUnavailable as error:
        return _failure(claimed, EnrollmentStatus.QUEUED, str(error), "GRAPHY_UNAVAILABLE")
    except GraphyRefused as error:
        return _failure(claimed, EnrollmentStatus.FAILED, str(error), "GRAPHY_REFUSED")
    return _Outcome(EnrollmentStatus.ENROLLED)


def _failure(claimed: Claimed[Enrollment], status: EnrollmentStatus, reason: str, code: str) -> _Outcome:
    """Attempts count all claims; those that ended otherwise say nothing about the delay after this end."""
    turn = claimed.attempt if claimed.work.status is status else 1
    return _Outcome(status, reason[:500], code, min(turn, _DOUBLINGS[status] + 1))


def _activate(ctx: Ctx, learners: Iterable[Learner], outcomes: Mapping[Enrollment, _Outcome]) -> None:
    """Note since when those take courses who took none before."""
    enrolled = {each.learner_id for each, outcome in outcomes.items() if outcome.status is EnrollmentStatus.ENROLLED}
    new = [each.id for each in learners if each.id in enrolled and each.active_at is None]
    ctx.store.update_many(Learner, new, active_at=ctx.now())


def _record(ctx: Ctx, outcomes: Mapping[Enrollment, _Outcome], pause: float) -> None:
    now = ctx.now()
    groups: dict[_Outcome, list[str]] = defaultdict(list)
    for enrollment, outcome in outcomes.items():
        groups[outcome].append(enrollment.id)
    for outcome, ids in groups.items():
        changes = {"status": outcome.status, "reason": outcome.reason, "due_at": _due_at(outcome, now, pause)}
        if outcome.status is EnrollmentStatus.ENROLLED:
            changes["enrolled_at"] = now
        ctx.store.update_many(Enrollment, ids, **changes)
        if outcome.code:
            ctx.log.warning("learners not enrolled", enrollment_ids=ids, code=outcome.code, outcome=outcome.status)
    ctx.log.info("learners enrolled", **Counter(outcome.status.value for outcome in outcomes.values()))


def _due_at(outcome: _Outcome, now: datetime, pause: float) -> datetime | None:
    if outcome.status is EnrollmentStatus.ENROLLED:
        return None
    if outcome.postponed:
        return now + timedelta(seconds=pause)
    return retry_at(now, outcome.turn, RETRY_DELAY[outcome.status])
