"""What a bulk answers: how many met which fate, and the rows to look at."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from functions.admin_router.issued.blocks import Found
from functions.admin_router.issued.bulk_csv import Sheet
from functions.admin_router.issued.selection import RowFate, Settled
from functions.admin_router.issued.verdicts import Fate, Verdict
from functions.admin_router.sheets.encoding import Encoding
from shared.actions import Result

#: Rows that a dry run shows, those with problems before all others, and the problems that a real run shows.
SHOWN_DRY, SHOWN = 1000, 300


class BulkCounts(Result):
    """How many rows met which fate."""

    done: int
    #: Nothing is changed, as it is so already: also what a call before this one has done.
    already: int
    #: It can't be done to this certificate; the row says why.
    refused: int
    unknown: int
    mistyped: int
    duplicate: int
    conflict: int
    invalid: int


class BulkRow(Result):
    #: As a spreadsheet shows it, the header being 1; or the place in `certificate_numbers`; None by course.
    row: int | None
    certificate_number: str
    #: As it is printed now; None if there is no such certificate.
    learner_name: str | None
    fate: Fate | RowFate
    #: Why, as the action for one certificate has it; None if the row leads to no certificate.
    code: str | None
    #: Why, for people.
    message: str
    #: The column to look at.
    field: str | None


class BulkReport(Result):
    #: Whether nothing was written; all the rest is then what the real run would say.
    dry_run: bool
    counts: BulkCounts
    #: Those refused, by their code.
    refused: dict[str, int]
    #: A dry run: up to 1000, those with problems before all others. Else: up to 300 with problems.
    rows: list[BulkRow]
    #: Of the rows that would be shown but for these limits.
    rows_left_out: int
    #: How many were not reached in the time of one call: call again with the same payload.
    remaining: int
    #: By course: give it as `cursor` in the next call, which then begins there.
    next_cursor: str | None
    #: None unless a file was read.
    encoding: Encoding | None
    #: None unless a CSV was read.
    delimiter: str | None
    #: Columns that are not read.
    extra_columns: list[str]


@dataclass
class Tally:
    """Collects the rows of one call, as many as are shown, and counts all."""

    dry_run: bool
    counts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    problems: list[BulkRow] = field(default_factory=list)
    others: list[BulkRow] = field(default_factory=list)

    def settle(self, rows: Sequence[Settled]) -> None:
        for each in rows:
            self.counts[each.fate] += 1
            self._keep(
                BulkRow(
                    row=each.row.place,
                    certificate_number=each.row.certificate_number,
                    learner_name=None,
                    fate=each.fate,
                    code=None,
                    message=each.message,
                    field=each.field,
                )
            )

    def add(self, found: Found, verdict: Verdict) -> None:
        self.counts[verdict.fate] += 1
        if verdict.fate is Fate.REFUSED:
            self.refused[verdict.code] += 1
        self._keep(
            BulkRow(
                row=found.row.place,
                certificate_number=found.certificate.certificate_number,
                learner_name=found.certificate.learner_name,
                fate=verdict.fate,
                code=verdict.code,
                message=verdict.message,
                field=None,
            )
        )

    def report(self, sheet: Sheet, remaining: int, next_cursor: str | None) -> BulkReport:
        shown = [*self.problems, *self.others][: self._most]
        all_rows = (
            self.counts.total()
            if self.dry_run
            else self.counts.total() - self.counts[Fate.DONE] - self.counts[Fate.ALREADY]
        )
        return BulkReport(
            dry_run=self.dry_run,
            counts=BulkCounts(**{name: self.counts[name] for name in BulkCounts.model_fields}),
            refused=dict(self.refused),
            rows=sorted(shown, key=lambda row: row.row or 0),
            rows_left_out=all_rows - len(shown),
            remaining=remaining,
            next_cursor=next_cursor,
            encoding=sheet.encoding,
            delimiter=sheet.delimiter,
            extra_columns=list(sheet.extra_columns),
        )

    @property
    def _most(self) -> int:
        return SHOWN_DRY if self.dry_run else SHOWN

    def _keep(self, row: BulkRow) -> None:
        is_problem = row.fate not in {Fate.DONE, Fate.ALREADY}
        kept = self.problems if is_problem else self.others
        if (is_problem or self.dry_run) and len(kept) < self._most:
            kept.append(row)
