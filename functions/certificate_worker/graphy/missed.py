"""What learners completed, Graphy says, but no webhook has told becomes completions like those that webhooks tell."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from appwrite.query import Query

from functions.certificate_worker.issuing.passing import percentage
from functions.certificate_worker.lookup import course_key, courses_by_name
from shared.context import Ctx
from shared.graphy import CourseProgress, LearnerProgress
from shared.identifiers import email_address
from shared.ids import stable_id
from shared.people import learners_by_any_email
from shared.records import Certificate, Completion, CompletionStatus, Course, Enrollment, Learner
from shared.store import Store, fitting

_OPEN = {CompletionStatus.RECEIVED, CompletionStatus.UNMATCHED, CompletionStatus.NOT_PASSED}
#: In the place of the webhook's event id.
EVENT_ID = "reconciled"


@dataclass(frozen=True)
class _Done:
    """A learner of ours completed a course of ours, Graphy says."""

    learner: Learner
    course: Course
    #: As Graphy has it; perhaps an address that they had before.
    email: str
    progress: CourseProgress

    @property
    def enrollment_id(self) -> str:
        return Enrollment.id_for(self.learner.id, self.course.course_id)

    @property
    def certificate_id(self) -> str:
        return Certificate.id_for(self.learner.id, self.course.course_id)

    def is_told_by(self, completion: Completion) -> bool:
        """Whether that completion, once it is matched, leads to the same certificate.

        One whose score was not enough tells nothing of a better attempt.
        """
        if completion.status is CompletionStatus.NOT_PASSED and self._is_better_than(completion):
            return False
        courses = map(course_key, (self.course.course_id, self.course.graphy_product_id))
        emails = self.email, self.learner.email
        return course_key(completion.course_id) in courses and completion.email.strip().lower() in emails

    def _is_better_than(self, completion: Completion) -> bool:
        scores = self.progress.scores
        here = percentage(scores["score"], scores["max_score"])
        there = percentage(completion.score, completion.max_score)
        return here is not None and (there is None or here > there)

    def completion(self, now: datetime, trace_id: str) -> Completion:
        at = min(self.progress.completed_at or now, now)
        scores = self.progress.scores
        known = {name: value for name, value in scores.items() if value}
        told = {"source": EVENT_ID, "course_id": self.progress.product_id, "email": self.email, **known}
        attempt = [f"{name}={value}" for name, value in known.items()]
        return Completion(
            id=stable_id("completion", self.learner.id, self.course.id, EVENT_ID, *attempt),
            event_id=EVENT_ID,
            course_id=self.course.course_id,
            email=self.learner.email,
            completed_at=at,
            received_at=now,
            payload=json.dumps({**told, "completed_at": at.isoformat()}),
            trace_id=trace_id,
            **scores,
            due_at=now,
        )


def store_missed(ctx: Ctx, learners: Sequence[LearnerProgress]) -> int:
    """Store the completions that have no certificate and don't wait for one already; answers how many.

    Those that wait unmatched are tried again at once: their learner is enrolled now.
    """
    done = _without_certificate(ctx.store, _ours(ctx, learners))
    waiting = _waiting(ctx.store, done)
    missed, stale = [], []
    for each in done:
        told = [completion for completion in waiting if each.is_told_by(completion)]
        stale += [completion.id for completion in told if completion.status is CompletionStatus.UNMATCHED]
        if not told:
            missed.append(each)
    now = ctx.now()
    ctx.store.update_many(Completion, stale, due_at=now)
    return _store(
        ctx, {(completion := each.completion(now, ctx.log.request_id)).id: (each, completion) for each in missed}
    )


def _store(ctx: Ctx, missed: Mapping[str, tuple[_Done, Completion]]) -> int:
    inserted = ctx.store.insert_missing(completion for _, completion in missed.values())
    entries = [
        ctx.audit.entry(
            "completion.reconciled",
            subject_id=completion_id,
            learner_id=each.learner.id,
            course_id=each.course.course_id,
            organization_id=each.learner.organization_id,
        )
        for completion_id, (each, _) in missed.items()
        if completion_id in inserted
    ]
    ctx.audit.record_all(entries)
    return len(inserted)


def _ours(ctx: Ctx, learners: Iterable[LearnerProgress]) -> list[_Done]:
    """What was completed of our courses by our learners, whether they are enrolled in them or not."""
    field = ctx.settings.graphy_completion_field
    complete = {
        email: [course for course in each.courses if course.is_complete(field)]
        for each in learners
        if (email := _email(each.email))
    }
    complete = {email: courses for email, courses in complete.items() if courses}
    known = learners_by_any_email(ctx.store, complete)
    products = {course.product_id for email in known for course in complete[email]}
    courses = courses_by_name(ctx.store, products)
    return [
        _Done(learner, course, email, progress)
        for email, learner in known.items()
        for progress in complete[email]
        if (course := courses.get(course_key(progress.product_id)))
    ]


def _without_certificate(store: Store, done: Sequence[_Done]) -> list[_Done]:
    """Those enrolled in the course who have no certificate of it, unless they can only be told to have completed it
    once more."""
    enrollments = store.find_many(Enrollment, {each.enrollment_id for each in done})
    open_ones = [
        each
        for each in done
        if (enrollment := enrollments.get(each.enrollment_id))
        and (not enrollment.completed or (enrollment.not_passed and each.progress.scores["score"]))
    ]
    certificates = store.find_many(Certificate, {each.certificate_id for each in open_ones})
    return [each for each in open_ones if each.certificate_id not in certificates]


def _waiting(store: Store, done: Iterable[_Done]) -> list[Completion]:
    """Completions under these addresses that brought no certificate."""
    emails = {email for each in done for email in (each.email, each.learner.email)}
    is_open = Query.equal("status", sorted(_OPEN))
    return [
        completion
        for batch in fitting(sorted(emails))
        for completion in store.every(Completion, [Query.equal("email", batch), is_open])
    ]


def _email(text: str) -> str:
    try:
        return email_address(text)
    except ValueError:
        return ""
