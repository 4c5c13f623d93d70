"""The rows that the pre-flight accepts become learners and enrolments."""

from collections.abc import Sequence
from dataclasses import replace

from functions.admin_router.sheets.preflight import ADDED, Fate, Known, Verdict, judge
from functions.admin_router.sheets.rows import Sheet
from shared.context import Ctx
from shared.people import ensure_learners
from shared.records import Course, Enrollment, Learner


def add_learners(ctx: Ctx, course: Course, sheet: Sheet, known: Known) -> list[Verdict]:
    """What became of each row: what `judge` says, unless somebody else added the same learner meanwhile.

    Whatever it is interrupted at, the same rows again are finished from there.
    """
    verdicts = judge(sheet, known)
    fresh = _new_learners(ctx, verdicts, known)
    there = ensure_learners(ctx.store, fresh)
    if met := there.keys() - {each.email for each in fresh if there[each.email].id == each.id}:
        known = replace(known, learners=known.learners | {email: there[email] for email in met})
        verdicts = judge(sheet, known)
    learners = known.learners | there
    enrollments = {
        each.row.number: _enrollment(ctx, learners[each.row.email], course) for each in verdicts if each.fate in ADDED
    }
    inserted = ctx.store.insert_missing(enrollments.values())
    late = {number for number, each in enrollments.items() if each.id not in inserted}
    return [replace(each, fate=Fate.ALREADY_ENROLLED) if each.row.number in late else each for each in verdicts]


def _new_learners(ctx: Ctx, verdicts: Sequence[Verdict], known: Known) -> list[Learner]:
    return [
        Learner(
            id=ctx.random(16),
            email=each.row.email,
            name=each.row.name,
            organization_id=known.organizations[each.row.organization_website].id,
        )
        for each in verdicts
        if each.fate is Fate.NEW
    ]


def _enrollment(ctx: Ctx, learner: Learner, course: Course) -> Enrollment:
    return Enrollment(
        id=Enrollment.id_for(learner.id, course.course_id),
        learner_id=learner.id,
        course_id=course.course_id,
        organization_id=learner.organization_id,
        learner_name=learner.name,
        learner_email=learner.email,
        due_at=ctx.now(),
    )
