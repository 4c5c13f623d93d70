"""PDFs and pictures of previews: asked of the worker, and offered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import links
from shared.context import Ctx
from shared.errors import NotFound
from shared.exports import KEPT, Export, ExportKind
from shared.previews import PreviewRequest


@dataclass(frozen=True)
class Offer:
    """Where anyone finds what was made, until `expires_at`."""

    pdf: str
    #: Of its page; None if it could not be drawn.
    picture: str | None
    expires_at: datetime


def begin(ctx: Ctx, html: str, request: PreviewRequest) -> Export:
    """Have a template printed."""
    export = Export(
        id=ctx.random(16),
        kind=ExportKind.PREVIEW,
        html=html,
        request=request.model_dump_json(),
        due_at=ctx.now(),
        expires_at=ctx.now() + KEPT,
    )
    ctx.store.insert(export)
    ctx.executions.kick_worker()
    return export


def find(ctx: Ctx, preview_id: str) -> Export:
    """Raises `NotFound`, also for what is offered no longer."""
    export = ctx.store.find(Export, preview_id)
    if export is None or export.kind is not ExportKind.PREVIEW or export.expires_at <= ctx.now():
        raise NotFound("There is no such preview, or no longer.", preview_id=preview_id)
    return export


def offer(ctx: Ctx, export: Export) -> Offer:
    """Of one that is ready."""
    expires_at = min(ctx.now() + timedelta(seconds=ctx.settings.download_link_ttl), export.expires_at)
    pdf, *pictures = links.of_export(ctx, export, expires_at)
    return Offer(pdf, pictures[0] if pictures else None, expires_at)
