"""Whom and what completions mean, read in a handful of calls for a batch of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from functions.certificate_worker.lookup import course_key, courses_by_name
from shared.context import Ctx
from shared.identifiers import email_address
from shared.people import learners_by_any_email
from shared.records import Completion, Course, Enrollment, Learner, Organization


@dataclass(frozen=True)
class Known:
    """Everything that a batch of completions may refer to, read in a handful of calls."""

    courses: Mapping[str, Course]
    learners: Mapping[str, Learner]
    enrollments: Mapping[str, Enrollment]
    organizations: Mapping[str, Organization]
    #: Of the key that binds what is issued now.
    key_id: str

    def course_of(self, completion: Completion) -> Course | None:
        return self.courses.get(course_key(completion.course_id))

    def learner_of(self, completion: Completion) -> Learner | None:
        return self.learners.get(_email(completion))

    def named(self, completion: Completion) -> tuple[Course, Learner, Organization] | str:
        """Whom and what `completion` means, or why nobody knows."""
        course, learner = self.course_of(completion), self.learner_of(completion)
        if course is None:
            return f"There is no course {completion.course_id}."
        if learner is None:
            return "There is no learner with this e-mail address."
        if Enrollment.id_for(learner.id, course.course_id) not in self.enrollments:
            return f"The learner is not enrolled in {course.course_id}."
        organization = self.organizations.get(learner.organization_id)
        if organization is None:
            return "The learner's organization is gone."
        if organization.archived_at:
            return "The learner's organization is archived."
        return course, learner, organization


def look_up(ctx: Ctx, completions: Sequence[Completion]) -> Known:
    store = ctx.store
    courses = courses_by_name(store, {completion.course_id for completion in completions})
    learners = learners_by_any_email(store, map(_email, completions))
    known = Known(courses, learners, {}, {}, ctx.verification.keys.current)
    pairs = ((known.learner_of(each), known.course_of(each)) for each in completions)
    enrollments = {Enrollment.id_for(learner.id, course.course_id) for learner, course in pairs if learner and course}
    organizations = {learner.organization_id for learner in learners.values()}
    return replace(
        known,
        enrollments=store.find_many(Enrollment, enrollments),
        organizations=store.find_many(Organization, organizations),
    )


def _email(completion: Completion) -> str:
    try:
        return email_address(completion.email)
    except ValueError:
        return completion.email.strip().lower()
