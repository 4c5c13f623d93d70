"""Completions below the passing score are set aside, until the score or the threshold is another.

    worker: reads course, judges --------------------- marks ---- looks at course again: due again if it has changed
    admin:             changes course, makes those marked due

Whoever comes last sees what the other did, so none is left judged by an old threshold. With a certificate that another
attempt brings meanwhile it is the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.context import Ctx
from shared.records import Certificate, Completion, CompletionStatus, Course, Enrollment
from shared.store import Store, together


@dataclass(frozen=True)
class NotPassed:
    """A completion of somebody's enrolment in `course`, as that was when it was judged."""

    completion: Completion
    course: Course
    learner_id: str
    #: For people.
    reason: str

    @property
    def enrollment_id(self) -> str:
        return Enrollment.id_for(self.learner_id, self.course.course_id)

    @property
    def certificate_id(self) -> str:
        return Certificate.id_for(self.learner_id, self.course.course_id)


def set_aside(ctx: Ctx, found: Sequence[NotPassed]) -> None:
    """Mark completions and enrolments, a call for each different reason. The completions last: until then they are due.

    They get our own name for the course, by which they are found when its threshold changes.
    """
    if not found:
        return
    _mark_enrollments(ctx.store, sorted(found, key=lambda each: each.completion.completed_at))
    _mark_completions(ctx.store, found)
    _look_again(ctx, found)


def _mark_enrollments(store: Store, found: Iterable[NotPassed]) -> None:
    """Each with the reason of its last one."""
    groups: dict[str, list[str]] = defaultdict(list)
    for enrollment_id, reason in {each.enrollment_id: each.reason for each in found}.items():
        groups[reason].append(enrollment_id)
    together(lambda group: store.update_many(Enrollment, group[1], completed=True, not_passed=group[0]), groups.items())


def _mark_completions(store: Store, found: Iterable[NotPassed]) -> None:
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in found:
        groups[each.course.course_id, each.reason].append(each.completion.id)

    def mark(group: tuple[tuple[str, str], list[str]]) -> None:
        (course_id, reason), ids = group
        changes = {"status": CompletionStatus.NOT_PASSED, "course_id": course_id, "reason": reason}
        store.update_many(Completion, ids, due_at=None, **changes)

    together(mark, groups.items())


def _look_again(ctx: Ctx, found: Iterable[NotPassed]) -> None:
    certificates = ctx.store.find_many(Certificate, {each.certificate_id for each in found})
    holders = {each.enrollment_id for each in found if each.certificate_id in certificates}
    ctx.store.update_many(Enrollment, holders, not_passed=None)
    courses = ctx.store.find_many(Course, {each.course.id for each in found})
    stale = [each.completion.id for each in found if _is_stale(each.course, courses.get(each.course.id))]
    ctx.store.update_many(Completion, stale, due_at=ctx.now())


def _is_stale(judged_by: Course, now: Course | None) -> bool:
    return now is not None and now.passing_score != judged_by.passing_score
