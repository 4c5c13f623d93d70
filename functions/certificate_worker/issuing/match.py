"""Completions that came in become certificates to issue. Needs no claim: all it inserts has a stable id."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.certificate_worker.lookup import course_key, courses_by_name
from functions.certificate_worker.schedule import Turns, retry_at
from shared.certificate.number import new_number
from shared.context import Ctx
from shared.identifiers import email_address
from shared.people import learners_by_any_email
from shared.records import Certificate, Completion, CompletionStatus, Course, Enrollment, Learner, Organization
from shared.store import BATCH, Store

#: Seconds until an unmatched completion is tried again the first time; doubled each time up to a day.
UNMATCHED_DELAY = 300


@dataclass(frozen=True)
class _Known:
    """Everything that a batch of completions may refer to, read in a handful of calls."""

    courses: Mapping[str, Course]
    learners: Mapping[str, Learner]
    enrollments: Mapping[str, Enrollment]
    organizations: Mapping[str, Organization]

    def course_of(self, completion: Completion) -> Course | None:
        return self.courses.get(course_key(completion.course_id))

    def learner_of(self, completion: Completion) -> Learner | None:
        return self.learners.get(_email(completion))


def match_completions(ctx: Ctx, turns: Turns) -> int:
    """Queue a certificate for each completion that is due; answers how many completions were looked at."""
    now = ctx.now()
    completions = turns.take(ctx.store, Completion, now, BATCH)
    if not completions:
        return 0
    known = _look_up(ctx.store, completions)
    certificates: dict[str, Certificate] = {}
    matched, unmatched = [], []
    for completion in completions:
        found = _certificate(completion, known, now)
        if isinstance(found, Certificate):
            certificates.setdefault(found.id, found)
            matched.append(completion.id)
        else:
            unmatched.append((completion, found))
    ctx.store.insert_missing(certificates.values())
    completed = {Enrollment.id_for(each.learner_id, each.course_id) for each in certificates.values()}
    ctx.store.update_many(Enrollment, completed, completed=True)
    ctx.store.update_many(Completion, matched, status=CompletionStatus.MATCHED, due_at=None, reason=None)
    _postpone(ctx.store, unmatched, now)
    ctx.log.info("completions matched", matched=len(matched), unmatched=len(unmatched))
    return len(completions)


def _certificate(completion: Completion, known: _Known, now: datetime) -> Certificate | str:
    """The certificate that `completion` asks for, or why there is none."""
    course, learner = known.course_of(completion), known.learner_of(completion)
    if course is None:
        return f"There is no course {completion.course_id}."
    if learner is None:
        return "There is no learner with this e-mail address."
    if Enrollment.id_for(learner.id, course.course_id) not in known.enrollments:
        return f"The learner is not enrolled in {course.course_id}."
    organization = known.organizations.get(learner.organization_id)
    if organization is None:
        return "The learner's organization is gone."
    if organization.archived_at:
        return "The learner's organization is archived."
    return _new_certificate(completion, course, learner, organization, now)


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
        event_id=completion.event_id,
        due_at=now,
    )


def _look_up(store: Store, completions: Sequence[Completion]) -> _Known:
    courses = courses_by_name(store, {completion.course_id for completion in completions})
    learners = learners_by_any_email(store, map(_email, completions))
    known = _Known(courses, learners, {}, {})
    pairs = ((known.learner_of(each), known.course_of(each)) for each in completions)
    enrollments = {Enrollment.id_for(learner.id, course.course_id) for learner, course in pairs if learner and course}
    organizations = {learner.organization_id for learner in learners.values()}
    return replace(
        known,
        enrollments=store.find_many(Enrollment, enrollments),
        organizations=store.find_many(Organization, organizations),
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


def _email(completion: Completion) -> str:
    try:
        return email_address(completion.email)
    except ValueError:
        return completion.email.strip().lower()
