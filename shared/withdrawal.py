"""What was handed out of certificates is taken back: links to their files, and ZIPs that may hold them."""

from collections.abc import Sequence

from appwrite.query import Query

from shared import links
from shared.archives import Archive
from shared.context import Ctx
from shared.exports import Export, ExportKind
from shared.record import wire_time
from shared.records import Certificate
from shared.store import BATCH, batches


def withdraw(ctx: Ctx, certificates: Sequence[Certificate]) -> None:
    """Repeatable. Files that were downloaded before can't be called back; those of ZIPs go when they are swept."""
    for batch in batches(certificates, BATCH):
        links.kill(ctx, [each.id for each in batch])
        exports = _exports_with(ctx, batch)
        if exports:
            # Before, since a repeat does not find them once they have ended; after, for links given in between.
            links.kill(ctx, exports)
            ctx.store.update_many(Export, exports, expires_at=ctx.now())
            links.kill(ctx, exports)


def _exports_with(ctx: Ctx, certificates: Sequence[Certificate]) -> list[str]:
    """The ids of those that are offered, or being made, and may hold one of `certificates`."""
    offered = [
        Query.equal("organization_id", sorted({each.organization_id for each in certificates})),
        Query.equal("kind", [ExportKind.ZIP]),
        Query.greater_than("expires_at", wire_time(ctx.now())),
    ]
    return [each.id for each in ctx.store.every(Export, offered) if _may_hold(each, certificates)]


def _may_hold(export: Export, certificates: Sequence[Certificate]) -> bool:
    wanted = Archive.model_validate_json(export.request)
    theirs = [each for each in certificates if each.organization_id == export.organization_id]
    return any(wanted.covers(each.course_id, each.issued_at) for each in theirs)
