"""Completions that came in become certificates to issue. Needs no claim: all it inserts has a stable id."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from appwrite.query import Query

from functions.certificate_worker.issuing.known import Known, look_up
from functions.certificate_worker.issuing.not_passed import NotPassed, set_aside
from functions.certificate_worker.issuing.passing import percentage, shortfall
from functions.certificate_worker.issuing.story import tell_matched, tell_not_passed, tell_unmatched
from functions.certificate_worker.schedule import Turns, retry_at
from shared.certificate.number import new_number
from shared.context import Ctx
from shared.record import wire_time
from shared.records import Certificate, Completion, CompletionStatus, Course, Enrollment, Learner, Organization
from shared.store import BATCH, Store, fitting

#: Seconds until an unmatched completion is tried again the first time; doubled each time up to a day.
UNMATCHED_DELAY = 300


def match_completions(ctx: Ctx, turns: Turns) -> int:
    """Queue a certificate for each completion that is due; answers how many completions were looked at."""
    now = ctx.now()
    completions = _take(ctx.store, turns, now)
    if not completions:
        return 0
    known = look_up(ctx, completions)
    passed: list[tuple[Completion, Certificate]] = []
    not_passed: list[NotPassed] = []
    unmatched: list[tuple[Completion, str]] = []
    for completion in completions:
        found = _outcome(completion, known, now)
        if isinstance(found, Certificate):
            passed.append((completion, found))
        elif isinstance(found, NotPassed):
            not_passed.append(found)
        else:
            unmatched.append((completion, found))
    set_aside(ctx, not_passed)
    tell_matched(ctx.log, passed, _issue(ctx.store, passed))
    tell_not_passed(ctx.log, not_passed)
    _postpone(ctx.store, unmatched, now)
    tell_unmatched(ctx.log, [completion for completion, _ in unmatched], known)
    counts = {"matched": len(passed), "not_passed": len(not_passed), "unmatched": len(unmatched)}
    ctx.log.info("completions matched", **counts)
    return len(completions)


def _take(store: Store, turns: Turns, now: datetime) -> list[Completion]:
    """What is due: a batch, and what else is due of those in it who have scores, so that their best one is known."""
    completions = turns.take(store, Completion, now, BATCH)
    if len(completions) < BATCH:
        return completions
    found = {each.id: each for each in completions}
    is_due = Query.less_than_equal("due_at", wire_time(now))
    for emails in fitting(sorted({each.email for each in completions if each.score})):
        found |= {each.id: each for each in store.every(Completion, [Query.equal("email", emails), is_due])}
    return list(found.values())


def _outcome(completion: Completion, known: Known, now: datetime) -> Certificate | NotPassed | str:
    """The certificate that `completion` asks for, or why there is none."""
    named = known.named(completion)
    if isinstance(named, str):
        return named
    course, learner, organization = named
    if reason := shortfall(course, completion):
        return NotPassed(completion, course, learner.id, reason)
    certificate = _new_certificate(completion, course, learner, organization, now)
    return certificate.model_copy(update={"key_id": known.key_id})


def _issue(store: Store, passed: Sequence[tuple[Completion, Certificate]]) -> set[str]:
    """Of several attempts the best is printed; of those that are alike, or have no score, the first.

    Answers which certificates were not there before.
    """
    certificates: dict[str, Certificate] = {}
    for _, each in sorted(passed, key=lambda pair: _reached(pair[1]), reverse=True):
        certificates.setdefault(each.id, each)
    inserted = store.insert_missing(certificates.values())
    completed = {Enrollment.id_for(each.learner_id, each.course_id) for each in certificates.values()}
    store.update_many(Enrollment, completed, completed=True, not_passed=None)
    matched = [completion.id for completion, _ in passed]
    store.update_many(Completion, matched, status=CompletionStatus.MATCHED, due_at=None, reason=None)
    return inserted


def _reached(certificate: Certificate) -> Fraction:
    reached = percentage(certificate.score, certificate.max_score)
    return Fraction(-1) if reached is None else reached


def _new_certificate(
    completion: Completion, course: Course, learner: Learner, organization: Organization, now: datetime
) -> Certificate:
    return Certificate(
        id=Certificate.id_for(learner.id, course.course_id),
        certificate_number=new_number(now.year, secrets.token_bytes),
        learner_id=learner.id,
        course_id=course.course_id,
        organization_id=organization.id,
        template_id=course.template_id,
        template_version=course.template_version,
        learner_name=learner.name,
        learner_email=learner.email,
        course_name=course.name,
        organization_name=organization.name,
        completed_at=completion.completed_at,
        issued_at=now,
        locale=course.locale,
        expires_at=now + timedelta(days=course.validity_days) if course.validity_days else None,
        score=completion.score,
        max_score=completion.max_score,
        credits=completion.credits,
        grade=completion.grade,
        event_id=completion.event_id,
        received_at=completion.received_at,
        trace_id=completion.trace_id,
        due_at=now,
    )


def _postpone(store: Store, unmatched: Iterable[tuple[Completion, str]], now: datetime) -> None:
    groups: dict[tuple[int, str], list[str]] = defaultdict(list)
    for completion, reason in unmatched:
        groups[completion.attempts + 1, reason].append(completion.id)
    for (attempts, reason), ids in groups.items():
        at = retry_at(now, attempts, UNMATCHED_DELAY)
        store.update_many(
            Completion, ids, status=CompletionStatus.UNMATCHED, attempts=attempts, due_at=at, reason=reason[:500]
        )
