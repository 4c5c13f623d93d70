"""What Graphy calls a course: its product id, or our course id. One name means one course."""

from appwrite.query import Query

from shared.context import Ctx
from shared.errors import AlreadyExists
from shared.records import Completion, CompletionStatus, Course


def refuse_taken(ctx: Ctx, course_id: str, product: str) -> None:
    """Raises `AlreadyExists` if a completion that Graphy reports for `product` could be meant for another course."""
    same = Query.or_queries(
        [Query.equal("graphy_product_id", list({product, course_id})), Query.equal("course_id", [product])]
    )
    for other in ctx.store.first(Course, [same], limit=4):
        if other.id != Course.id_for(course_id):
            raise AlreadyExists(
                f"graphy_product_id: Graphy means the course {other.course_id!r} by it.",
                graphy_product_id=other.graphy_product_id,
                course_id=other.course_id,
            )


def rematch(ctx: Ctx, course: Course) -> None:
    """Have completions looked at again that came before Graphy's name for this course was known."""
    names = list({course.course_id, course.graphy_product_id})
    waiting = [Query.equal("status", [CompletionStatus.UNMATCHED]), Query.equal("course_id", names)]
    if ctx.store.update_where(Completion, waiting, due_at=ctx.now()):
        ctx.executions.kick_worker()


def rejudge(ctx: Ctx, course: Course) -> None:
    """Have completions looked at again whose score was not enough."""
    waiting = [
        Query.equal("status", [CompletionStatus.NOT_PASSED]),
        # Whoever judged them wrote our own name for the course there.
        Query.equal("course_id", [course.course_id]),
    ]
    if ctx.store.update_where(Completion, waiting, due_at=ctx.now()):
        ctx.executions.kick_worker()
