"""What the log tells of changes to certificates, each once however often a call is repeated."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.audit import Activity
from shared.context import Ctx
from shared.errors import AppError
from shared.ids import stable_id
from shared.portal.certificates import subject
from shared.records import Certificate


def entry(
    ctx: Ctx, activity: str, certificate: Certificate, turn: str | int, changes: Mapping[str, Any] | None = None
) -> Activity:
    """`turn` tells apart what may happen to a certificate several times."""
    found = ctx.audit.entry(activity, changes, **subject(certificate))
    return found.model_copy(update={"id": stable_id("activity", activity, certificate.id, turn)})


def write(ctx: Ctx, entries: Sequence[Activity]) -> None:
    """Those that are not written yet."""
    if not entries:
        return
    try:
        ctx.store.insert_missing(entries)
    except AppError:
        # It tries again, and at last tells the function's log.
        ctx.audit.record_all(entries)
