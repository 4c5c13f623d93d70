"""Completions that came in become certificates to issue. Needs no claim: all it inserts has a stable id."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from appwrite.query import Query

from functions.certificate_worker.schedule import due, retry_at
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

    courses: dict[str, Course]
    learners: dict[str, Learner]
    enrollments: dict[str, Enrollment]
    organizations: dict[str, Organization]


def match_completions(ctx: Ctx) -> int:
    """Queue a certificate for each completion that is due; answers how many completions were looked at."""
    now = ctx.now()
    completions = due(ctx.store, Completion, now, BATCH)
    if not completions:
        return 0
    known = _look_up(ctx.store, completions)
    certificates, enrollments, matched, unmatched = [], [], [], []
    for completion in completions:
        found = _certificate(completion, known, now)
        if isinstance(found, Certificate):
            certificates.append(found)
            enrollments.append(Enrollment.id_for(found.learner_id, found.course_id))
            matched.append(completion.id)
        else:
            unmatched.append((completion, found))
    ctx.store.insert_missing(certificates)
    ctx.store.update_many(Enrollment, enrollments, completed=True)
    ctx.store.update_many(Completion, matched, status=CompletionStatus.MATCHED, due_at=None, reason=None)
    _postpone(ctx.store, unmatched, now)
    ctx.log.info("completions matched", matched=len(matched), unmatched=len(unmatched))
    return len(completions)


def _certificate(completion: Completion, known: _Known, now: datetime) -> Certificate | str:
    """The certificate that `completion` asks for, or why there is none."""
    course = known.courses.get(_key(completion.course_id))
    if course is None:
        return f"There is no course {completion.course_id}."
    learner = known.learners.get(_email(completion))
    if learner is None:
        return "There is no learner with this e-mail address."
    if Enrollment.id_for(learner.id, course.course_id) not in known.enrollments:
        return f"The learner is not enrolled in {course.course_id}."
    organization = known.organizations.get(learner.organization_id)
    if organization is None:
        return "The learner's organization is gone."
    if organization.archived_at:
        return "The learner's organization is archived."
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
    courses = _courses(store, {completion.course_id for completion in completions})
    learners = learners_by_any_email(store, map(_email, completions))
    pairs = ((learners.get(_email(each)), courses.get(_key(each.course_id))) for each in completions)
    enrollments = {Enrollment.id_for(learner.id, course.course_id) for learner, course in pairs if learner and course}
    organizations = {learner.organization_id for learner in learners.values()}
    return _Known(
        courses, learners, store.find_many(Enrollment, enrollments), store.find_many(Organization, organizations)
    )


def _courses(store: Store, names: set[str]) -> dict[str, Course]:
    """By what Graphy calls them: its product id or our course id."""
    by_product = store.first(Course, [Query.equal("graphy_product_id", sorted(names)[:50])], limit=BATCH)
    by_id = store.find_many(Course, map(Course.id_for, names)).values()
    return {_key(course.graphy_product_id): course for course in by_product} | {
        _key(course.course_id): course for course in by_id
    }


def _postpone(store: Store, unmatched: Iterable[tuple[Completion, str]], now: datetime) -> None:
    groups: dict[tuple[int, str], list[str]] = defaultdict(list)
    for completion, reason in unmatched:
        groups[completion.attempts + 1, reason].append(completion.id)
    for (attempts, reason), ids in groups.items():
        at = retry_at(now, attempts, UNMATCHED_DELAY)
        store.update_many(
            Completion, ids, status=CompletionStatus.UNMATCHED, attempts=attempts, due_at=at, reason=reason[:500]
        )


def _key(course: str) -> str:
    return course.strip().casefold()


def _email(completion: Completion) -> str:
    try:
        return email_address(completion.email)
    except ValueError:
        return completion.email.strip().lower()
