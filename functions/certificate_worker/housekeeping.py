"""What has had its time is removed, a little in each idle pass."""

from datetime import datetime, timedelta

from appwrite.query import Query

from functions.certificate_worker.retention.steps import apply_retention
from shared import links
from shared.claims import Claims
from shared.context import Ctx
from shared.exports import KEPT, Export
from shared.files import Files
from shared.record import wire_time
from shared.throttle import Calls

#: How long claims that ended are kept, for whoever wants to see what happened.
CLAIMS_KEPT = timedelta(days=1)
#: How long an uploaded file waits to be imported.
IMPORTS_KEPT = timedelta(days=1)
#: Files of a bucket, and exports, removed in one pass.
AT_ONCE = 100


def tidy(ctx: Ctx) -> None:
    """Remove claims that ended, links and exports that ran out, files that are too old to be wanted by anyone, and what
    the deployer wants kept no longer."""
    now = ctx.now()
    Claims(ctx.store, "").forget(now - CLAIMS_KEPT)
    links.sweep(ctx)
    ctx.store.delete_where(Calls, [Query.less_than_equal("expires_at", wire_time(now))])
    _forget_exports(ctx)
    # An export's row is older than its files: what is older than the rows are kept is of an attempt that died, too.
    _empty(ctx.exports, now - KEPT)
    _empty(ctx.imports, now - IMPORTS_KEPT)
    apply_retention(ctx)


def _forget_exports(ctx: Ctx) -> None:
    """Those that nobody works at, first their files, then their rows, so that a crash leaves nothing behind."""
    expired = [Query.less_than_equal("expires_at", wire_time(ctx.now())), Query.is_null("due_at")]
    exports = ctx.store.first(Export, expired, AT_ONCE)
    for export in exports:
        for part in range(export.parts):
            ctx.exports.delete(export.file_id(part))
    if exports:
        ctx.store.delete_where(Export, [Query.equal("$id", [export.id for export in exports])])


def _empty(files: Files, before: datetime) -> None:
    for file_id in files.older_than(before, AT_ONCE):
        files.delete(file_id)
