"""Many certificates are revoked or replaced in one call, or what would become of each is told.

    selection --> rows that name no certificate: told
              --> a hundred certificates read --> judged --> done --> the next hundred ... until the time is over

A dry run differs in nothing but that "done" is left out. What was not reached remains for the next call, for which
what this one did is "already": so after a crash, too, the same call again finishes it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Self

from pydantic import model_validator

from functions.admin_router.issued.blocks import Block, Found, blocks, left
from functions.admin_router.issued.bulk_report import BulkReport, Tally
from functions.admin_router.issued.changes import Reason
from functions.admin_router.issued.deeds import Deed, Replacing, Revoking
from functions.admin_router.issued.selection import Chosen, Selection, choose
from functions.admin_router.issued.verdicts import Fate, Verdict
from shared.access import admin
from shared.actions import Actions
from shared.audit import difference
from shared.context import Ctx

actions = Actions()

#: For how long a call begins new work; the function is stopped after 30 seconds.
BUDGET = timedelta(seconds=20)


class Bulk(Selection):
    #: Shown to whoever looks one of them up; a row of a CSV may bring its own.
    reason: Reason
    #: Tells what would be done, and changes nothing.
    dry_run: bool = True


class BulkRevoke(Bulk):
    #: Whether the organisations' contacts are told.
    notify: bool = False


class BulkReplace(Bulk):
    #: Print them with the templates that their courses have now.
    use_current_template: bool = False
    #: Whether the organisations' contacts get the new PDFs.
    notify: bool = True

    @model_validator(mode="after")
    def _something_changes(self) -> Self:
        if not self.use_current_template and self.csv_data is None and self.file_id is None:
            raise ValueError("nothing would change: use_current_template, or a CSV with learner_name, is needed")
        return self


@actions("BULK_REVOKE", allow=admin)
def bulk_revoke(ctx: Ctx, payload: BulkRevoke) -> BulkReport:
    """Revoke many certificates; with `dry_run`, which is so unless false is said, tell what would become of each."""
    chosen = choose(ctx, payload, names=False)
    return _Run(ctx, payload, chosen, Revoking(payload.reason, payload.notify)).report()


@actions("BULK_REPLACE", allow=admin)
def bulk_replace(ctx: Ctx, payload: BulkReplace) -> BulkReport:
    """Print many certificates anew with corrected names or their courses' present templates, each under its number;
    with `dry_run`, which is so unless false is said, tell what would become of each."""
    chosen = choose(ctx, payload, names=True, names_needed=not payload.use_current_template)
    return _Run(ctx, payload, chosen, Replacing(payload.reason, payload.use_current_template, payload.notify)).report()


class _Run:
    """One call."""

    def __init__(self, ctx: Ctx, asked: Bulk, chosen: Chosen, deed: Deed) -> None:
        self._ctx, self._asked, self._chosen, self._deed = ctx, asked, chosen, deed
        self._until = ctx.now() + BUDGET
        self._tally = Tally(asked.dry_run)
        #: Rows that are done with, and the id of the last certificate among them.
        self._seen, self._last = 0, chosen.after

    def report(self) -> BulkReport:
        self._tally.settle(self._chosen.settled)
        try:
            is_finished = all(map(self._reached, self._blocks()))
        finally:
            # What was done was done, also if it ends in the middle.
            self._follow_up()
        remaining = 0 if is_finished else left(self._ctx.store, self._chosen, self._seen, self._last)
        if self._asked.file_id and is_finished and not self._asked.dry_run:
            # It holds nothing but personal data.
            self._ctx.imports.delete(self._asked.file_id)
        goes_on = remaining and self._chosen.course_id is not None
        return self._tally.report(self._chosen.sheet, remaining, self._last if goes_on else None)

    def _blocks(self) -> Iterator[Block]:
        return blocks(self._ctx.store, self._chosen, to_look_at=self._asked.dry_run)

    def _reached(self, block: Block) -> bool:
        """Whether there was time for all of `block`."""
        if self._is_late():
            return False
        judged = self._deed.judge(self._ctx, block.found)
        verdicts = {each.certificate.id: verdict for each, verdict in zip(block.found, judged, strict=True)}
        parts = [] if self._asked.dry_run else [*self._deed.parts(block.found, judged)]
        later = {each.certificate.id for part in parts for each in part}
        self._tally.settle(block.unknown)
        self._seen += len(block.unknown)
        self._add([each for each in block.found if each.certificate.id not in later], verdicts)
        for turn, part in enumerate(parts):
            if turn and self._is_late():
                return False
            self._add(part, verdicts | self._deed.do(self._ctx, part))
        if block.found:
            self._last = block.found[-1].certificate.id
        return True

    def _add(self, some: Sequence[Found], verdicts: Mapping[str, Verdict]) -> None:
        for each in some:
            self._tally.add(each, verdicts[each.certificate.id])
        self._seen += len(some)

    def _is_late(self) -> bool:
        """Never before the first rows."""
        return self._seen > 0 and self._ctx.now() >= self._until

    def _follow_up(self) -> None:
        counts = {name: count for name, count in self._tally.counts.items() if count}
        self._ctx.log.info("bulk", activity=self._deed.activity, dry_run=self._asked.dry_run, **counts)
        if self._asked.dry_run or not counts.get(Fate.DONE):
            return
        told = difference({}, {"reason": self._asked.reason, **counts})
        self._ctx.audit.record(self._deed.activity, told, course_id=self._chosen.course_id)
        self._ctx.executions.kick_worker()
