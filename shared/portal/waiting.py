"""Waiting for an export, for callers who would rather wait a moment than ask again."""

import time
from datetime import timedelta

from shared.context import Ctx
from shared.exports import Export, ExportStatus

#: Seconds between two looks: the first pause, doubled up to the last.
FIRST_PAUSE, LAST_PAUSE = 0.1, 2.0
_OPEN = {ExportStatus.QUEUED, ExportStatus.BUILDING}


def awaited(ctx: Ctx, export: Export, seconds: float) -> Export:
    """`export` once it is made or has failed, or as it is after that many seconds."""
    until, pause = ctx.now() + timedelta(seconds=seconds), FIRST_PAUSE
    while export.status in _OPEN and (left := (until - ctx.now()).total_seconds()) > 0:
        time.sleep(min(pause, left))
        pause = min(pause * 2, LAST_PAUSE)
        export = ctx.store.find(Export, export.id) or export
    return export
