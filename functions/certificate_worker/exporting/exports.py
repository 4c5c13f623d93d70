"""Files that somebody asked for are made, and offered for a while.

    queued --claim--> building --all files in the bucket--> ready
      ^                  |
      |                  | can't be built, or tried often enough --> failed
      +--- due again ----+

Each attempt stores its own files, and a row that is ready names the attempt that counts. What an attempt that died left
behind is never offered, and goes when its time comes.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from functions.certificate_worker.exporting.previews import build_preview
from functions.certificate_worker.exporting.zips import build_zip
from functions.certificate_worker.schedule import due, retry_at
from shared.certificate.printer import Printer
from shared.claims import Claimed, Claims
from shared.context import Ctx
from shared.errors import AppError
from shared.exports import CannotBuild, Export, ExportKind, ExportStatus, Part

#: Longer than an execution may last, so that no two workers make the same files.
LEASE = timedelta(minutes=7)
#: How long an attempt begins new files; the function's `timeout` leaves room for the last one.
TIME_LIMIT = timedelta(seconds=140)
MAX_ATTEMPTS = 3
#: Seconds before the second attempt, doubled for the third.
RETRY_DELAY = 15
#: Exports to choose from: the first may be held by a worker that died.
CHOICE = 10

Builder = Callable[[Ctx, Printer, Export], Iterator[Part]]
Changes = Mapping[str, object]

BUILDERS: Mapping[ExportKind, Builder] = {ExportKind.ZIP: build_zip, ExportKind.PREVIEW: build_preview}


def build_exports(ctx: Ctx, claims: Claims, printer: Printer) -> int:
    """Make the files of one export that is due; answers how many exports were tried."""
    now = ctx.now()
    for waiting in due(ctx.store, Export, now, CHOICE):
        for claimed in claims.take([waiting], now, LEASE, status=ExportStatus.BUILDING):
            changes = _attempt(ctx, printer, claimed)
            ctx.store.update(Export, waiting.id, attempts=claimed.attempt, **changes)
            ctx.log.info("export tried", export_id=waiting.id, attempt=claimed.attempt, status=changes["status"])
            return 1
    return 0


def _attempt(ctx: Ctx, printer: Printer, claimed: Claimed[Export]) -> Changes:
    export = claimed.work.model_copy(update={"attempts": claimed.attempt})
    try:
        if claimed.attempt > MAX_ATTEMPTS:
            raise CannotBuild("The files could not be made, although it was tried several times.")
        return _store(ctx, BUILDERS[export.kind](ctx, printer, export), export)
    except CannotBuild as error:
        return _failed(str(error))
    except AppError as error:
        ctx.log.failure("export not built", error, export_id=export.id, code=error.code, **error.details)
        return _failed(error.message) if claimed.attempt >= MAX_ATTEMPTS else _later(ctx, claimed.attempt)


def _store(ctx: Ctx, parts: Iterator[Part], export: Export) -> Changes:
    """Store the parts as they come, one in memory at a time."""
    deadline = min(ctx.now() + TIME_LIMIT, export.expires_at)
    number = documents = 0
    notes = []
    for part in parts:
        if ctx.now() >= deadline:
            raise CannotBuild("Making the files takes too long; ask for fewer at once.")
        ctx.exports.put(export.file_id(number), part.name, part.content)
        number, documents = number + 1, documents + part.documents
        notes += [part.note] if part.note else []
    return {
        "status": ExportStatus.READY,
        "parts": number,
        "documents": documents,
        "due_at": None,
        "reason": " ".join(notes)[:500] or None,
    }


def _failed(reason: str) -> Changes:
    return {"status": ExportStatus.FAILED, "due_at": None, "reason": reason[:500]}


def _later(ctx: Ctx, attempt: int) -> Changes:
    return {"status": ExportStatus.QUEUED, "due_at": retry_at(ctx.now(), attempt, RETRY_DELAY)}
