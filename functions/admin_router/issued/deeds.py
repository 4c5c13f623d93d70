"""What a bulk does with the certificates: each deed judges one as the action for one does, and does many at a time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from functions.admin_router.issued import verdicts
from functions.admin_router.issued.blocks import Found
from functions.admin_router.issued.replacing import Replacement, replace_all, template_of
from functions.admin_router.issued.revoking import revoke_all
from functions.admin_router.issued.verdicts import Fate, Verdict
from shared.context import Ctx
from shared.records import Course

_NO_COURSE = Verdict(Fate.REFUSED, "NO_COURSE", "Its course is gone, so there is no template to print it with.")


class Deed(Protocol):
    @property
    def activity(self) -> str:
        """Of the bulk, in the activity log."""

    def judge(self, ctx: Ctx, block: Sequence[Found]) -> list[Verdict]:
        """What would become of each; nothing is written."""

    def parts(self, block: Sequence[Found], judged: Sequence[Verdict]) -> Iterable[Sequence[Found]]:
        """What of a block is done in one go; a call that is out of time ends between them."""

    def do(self, ctx: Ctx, part: Sequence[Found]) -> dict[str, Verdict]:
        """Do it. Verdicts that are others than `judge` gave, by the certificate's id."""


@dataclass(frozen=True)
class Revoking:
    reason: str
    notify: bool
    activity: str = "certificates.bulk_revoked"

    def judge(self, ctx: Ctx, block: Sequence[Found]) -> list[Verdict]:  # noqa: ARG002 - nothing else has to be read
        return [verdicts.revocation(each.certificate) for each in block]

    def parts(self, block: Sequence[Found], judged: Sequence[Verdict]) -> Iterable[Sequence[Found]]:
        """By reason. Those revoked already keep theirs and come along with any, should a call have been interrupted."""
        by_reason: dict[str, list[Found]] = defaultdict(list)
        for each, verdict in zip(block, judged, strict=True):
            if verdict.fate is Fate.DONE:
                by_reason[each.row.reason or self.reason].append(each)
        already = [each for each, verdict in zip(block, judged, strict=True) if verdict.fate is Fate.ALREADY]
        if already:
            by_reason[next(iter(by_reason), self.reason)].extend(already)
        return by_reason.values()

    def do(self, ctx: Ctx, part: Sequence[Found]) -> dict[str, Verdict]:
        reason = part[0].row.reason or self.reason
        revoke_all(ctx, [each.certificate for each in part], reason, notify=self.notify)
        return {}


@dataclass(frozen=True)
class Replacing:
    reason: str
    use_current_template: bool
    notify: bool
    activity: str = "certificates.bulk_replaced"
    #: By id, as far as they were needed.
    courses: dict[str, Course] = field(default_factory=dict)

    def judge(self, ctx: Ctx, block: Sequence[Found]) -> list[Verdict]:
        if self.use_current_template:
            wanted = {Course.id_for(each.certificate.course_id) for each in block} - self.courses.keys()
            self.courses.update(ctx.store.find_many(Course, wanted))
        return [self._verdict(each) for each in block]

    def parts(self, block: Sequence[Found], judged: Sequence[Verdict]) -> Iterable[Sequence[Found]]:
        """All at once. Those that say so already come along, should a call have been interrupted."""
        fine = [each for each, verdict in zip(block, judged, strict=True) if verdict.fate is not Fate.REFUSED]
        return [fine] if fine else []

    def do(self, ctx: Ctx, part: Sequence[Found]) -> dict[str, Verdict]:
        replacements = [
            Replacement(each.certificate, each.row.reason or self.reason, self._wanted(each)) for each in part
        ]
        return replace_all(ctx, replacements, notify=self.notify)

    def _verdict(self, found: Found) -> Verdict:
        if self.use_current_template and self._course(found) is None:
            return _NO_COURSE
        return verdicts.replacement(found.certificate, self._wanted(found))

    def _wanted(self, found: Found) -> dict[str, Any]:
        course = self._course(found)
        name = {"learner_name": found.row.learner_name} if found.row.learner_name else {}
        return {**(template_of(course) if course else {}), **name}

    def _course(self, found: Found) -> Course | None:
        return self.courses.get(Course.id_for(found.certificate.course_id))
