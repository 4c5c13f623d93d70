"""Learners may be erased while the worker has their certificates in hand; then the worker finishes the erasure."""

from collections.abc import Sequence

from appwrite.query import Query

from shared.context import Ctx
from shared.erasure import erase_certificates
from shared.records import Certificate, Enrollment, Learner


def living(ctx: Ctx, certificates: Sequence[Certificate]) -> list[Certificate]:
    """Those whose learner is there. The others are erased, for good: nobody is rendering what is due."""
    present = [each for each in certificates if each.erased_at is None]
    learners = ctx.store.find_many(Learner, {each.learner_id for each in present})
    there = [each for each in present if each.learner_id in learners]
    ids = {each.id for each in there}
    erase_certificates(ctx, [each for each in certificates if each.id not in ids], None)
    return there


def is_erased(ctx: Ctx, stored: Certificate) -> bool:
    """Whether its learner was erased while it was being rendered; then its file goes again."""
    if stored.erased_at:
        erase_certificates(ctx, [stored], None)
    return stored.erased_at is not None


def forget_strays(ctx: Ctx, enrollments: Sequence[Enrollment]) -> None:
    """Remove enrolments whose learner was erased while a file with them was uploaded: they hold name and address."""
    if enrollments:
        ctx.store.delete_where(Enrollment, [Query.equal("$id", [each.id for each in enrollments])])
