"""Learners are enrolled on Graphy."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from functions.certificate_worker.schedule import due, retry_at
from shared.claims import Claimed, Claims
from shared.context import Ctx
from shared.graphy import Graphy, GraphyRefused, GraphyUnavailable
from shared.records import Course, Enrollment, EnrollmentStatus, Learner

BATCH = 20
#: Calls to Graphy at a time.
CONCURRENCY = 4
LEASE = timedelta(minutes=3)
#: What must be left of a lease to start with a learner: more than the time-outs of two calls.
MARGIN = timedelta(seconds=60)
#: Seconds before a learner is tried again, doubled each time up to a day and without end: whom Graphy could not take
#: now, and whom it refused, since a person may mend the cause there (a missing product, say).
RETRY_DELAY = {EnrollmentStatus.QUEUED: 60, EnrollmentStatus.FAILED: 3600}


@dataclass(frozen=True)
class _Outcome:
    claimed: Claimed[Enrollment]
    status: EnrollmentStatus
    reason: str | None = None


def enroll_learners(ctx: Ctx, claims: Claims) -> int:
    """Enroll those who are due; answers how many were tried."""
    now = ctx.now()
    claimed = claims.take(due(ctx.store, Enrollment, now, BATCH), now, LEASE, status=EnrollmentStatus.ENROLLING)
    if not claimed:
        return 0
    courses = ctx.store.find_many(Course, {Course.id_for(each.work.course_id) for each in claimed})
    learners = ctx.store.find_many(Learner, {each.work.learner_id for each in claimed})

    def attempt(each: Claimed[Enrollment]) -> _Outcome | None:
        if each.until - ctx.now() < MARGIN:
            return None
        course = courses.get(Course.id_for(each.work.course_id))
        return _enroll(ctx.graphy, each, learners.get(each.work.learner_id), course)

    with ThreadPoolExecutor(CONCURRENCY) as pool:
        outcomes = [outcome for outcome in pool.map(attempt, claimed) if outcome]
    _record(ctx, outcomes)
    return len(claimed)


def _enroll(graphy: Graphy, claimed: Claimed[Enrollment], learner: Learner | None, course: Course | None) -> _Outcome:
    if learner is None or course is None:
        return _Outcome(claimed, EnrollmentStatus.FAILED, "The learner or the course is gone.")
    try:
        graphy.add_learner(learner.email, learner.name)
        graphy.assign(learner.email, course.graphy_product_id)
    except GraphyUnavailable as error:
        return _Outcome(claimed, EnrollmentStatus.QUEUED, str(error))
    except GraphyRefused as error:
        return _Outcome(claimed, EnrollmentStatus.FAILED, str(error))
    return _Outcome(claimed, EnrollmentStatus.ENROLLED)


def _record(ctx: Ctx, outcomes: Iterable[_Outcome]) -> None:
    now = ctx.now()
    enrolled = [each.claimed.work.id for each in outcomes if each.status is EnrollmentStatus.ENROLLED]
    ctx.store.update_many(
        Enrollment, enrolled, status=EnrollmentStatus.ENROLLED, enrolled_at=now, due_at=None, reason=None
    )
    others = [each for each in outcomes if each.status is not EnrollmentStatus.ENROLLED]
    for each in others:
        due_at = retry_at(now, each.claimed.attempt, RETRY_DELAY[each.status])
        reason = (each.reason or "")[:500]
        ctx.store.update(Enrollment, each.claimed.work.id, status=each.status, due_at=due_at, reason=reason)
    ctx.log.info("learners enrolled", enrolled=len(enrolled), not_enrolled=len(others))
