"""Certificates get a new version, under the same number and address.

    version N goes into the history --> the mail of N+1 is queued, not due --> the row says N+1, queued and due
        |                                                                          |
        the guard against two at once                                              the old file is named no more
    --> links and ZIPs are withdrawn --> the log --> the worker is kicked: it renders N+1, withdraws once more, and
    makes the mail due

A call that is interrupted before the row says N+1 has changed nothing that anybody sees; whoever asks again, a while
later, takes over. After that the worker does what matters, and a repeat writes what the log lacks.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from appwrite.query import Query

from functions.admin_router.issued import guards, records
from functions.admin_router.issued.orders import order_mails
from functions.admin_router.issued.verdicts import Fate, Verdict, changed, replacement
from shared.audit import Activity, difference
from shared.context import Ctx
from shared.records import Certificate, CertificateStatus, CertificateVersion, Course, Delivery, Statement
from shared.store import BATCH, batches, together
from shared.verification import BOUND
from shared.withdrawal import withdraw

_BUSY = Verdict(Fate.REFUSED, "BUSY", "Somebody else is replacing it; look what became of it, and try again.")


@dataclass(frozen=True)
class Replacement:
    certificate: Certificate
    #: Why; whoever gets the mail reads it.
    reason: str
    #: Columns as the new version shall have them, `learner_name` say; those that are the same already do not matter.
    wanted: Mapping[str, Any]


def template_of(course: Course) -> dict[str, Any]:
    """The columns for `wanted` that mean the course's present template."""
    return {"template_id": course.template_id, "template_version": course.template_version, "locale": course.locale}


def replace_all(ctx: Ctx, replacements: Sequence[Replacement], *, notify: bool) -> dict[str, Verdict]:
    """Replace those whose `verdicts.replacement` is DONE; the verdict on each by its certificate's id.

    The others get their verdict and stay as they are. A verdict is REFUSED with code BUSY if somebody else replaces the
    same one now. No certificate twice. The caller kicks the worker.

    Whoever never got the version before gets this one by mail, whatever `notify` says. Each 100 cost about eight calls,
    one for each different change, and one for each link that lives.
    """
    verdicts = {each.certificate.id: replacement(each.certificate, each.wanted) for each in replacements}
    fates = {fate: [each for each in replacements if verdicts[each.certificate.id].fate is fate] for fate in Fate}
    for batch in batches(fates[Fate.DONE], BATCH):
        done = _replace(ctx, batch, notify)
        verdicts |= {each.certificate.id: _BUSY for each in batch if each.certificate.id not in done}
    complete_log(ctx, [each.certificate for each in fates[Fate.ALREADY]])
    return verdicts


def complete_log(ctx: Ctx, certificates: Sequence[Certificate]) -> None:
    """What an interrupted call did not live to write of how they came to be as they are."""
    later = {CertificateVersion.id_for(each.id, each.version - 1): each for each in certificates if each.version > 1}
    before = ctx.store.find_many(CertificateVersion, later) if later else {}
    for batch in batches(before.values(), BATCH):
        records.write(ctx, [_entry(ctx, each, later[each.id], later[each.id]) for each in batch])


def _replace(ctx: Ctx, batch: list[Replacement], notify: bool) -> set[str]:
    """The ids of those that were."""
    versions = [guards.kept(each.certificate, each.reason, ctx) for each in batch]
    won = guards.win(ctx, versions)
    ours = [each for each in batch if each.certificate.id in won]
    after = {each.certificate.id: _next(ctx, each) for each in ours}
    mails = order_mails(ctx, [each.certificate for each in ours], after, notify=notify)
    overtaken = _write(ctx, ours, after)
    if overtaken:
        guards.give_back(ctx, [each for each in versions if each.certificate_id in overtaken])
        vain = [each.id for each in mails if each.certificate_id in overtaken]
        ctx.store.delete_where(Delivery, [Query.equal("$id", vain or [""])])
    done = [each for each in ours if each.certificate.id not in overtaken]
    withdraw(ctx, [each.certificate for each in done])
    before = {each.certificate_id: each for each in versions}
    entries = [_entry(ctx, before[each.certificate.id], after[each.certificate.id], each.certificate) for each in done]
    records.write(ctx, entries)
    return {each.certificate.id for each in done}


def _next(ctx: Ctx, asked: Replacement) -> Certificate:
    return asked.certificate.model_copy(update=_columns(ctx, asked))


def _columns(ctx: Ctx, asked: Replacement) -> dict[str, Any]:
    """`attempts` goes on counting, as the ids of files are made of it."""
    return {
        **changed(asked.certificate, asked.wanted),
        "version": asked.certificate.version + 1,
        "key_id": ctx.verification.keys.current,
        "status": CertificateStatus.QUEUED,
        "file_id": None,
        "sha256": None,
        "engine": None,
        "reason": None,
    }


def _write(ctx: Ctx, ours: Sequence[Replacement], after: Mapping[str, Certificate]) -> set[str]:
    """The ids of those that were revoked or erased in the meantime, and are as they were."""
    groups: dict[str, list[Replacement]] = defaultdict(list)
    for each in ours:
        groups[json.dumps(_columns(ctx, each), sort_keys=True, default=str)].append(each)

    def write(group: list[Replacement]) -> bool:
        ids = [each.certificate.id for each in group]
        free = [Query.equal("$id", ids), Query.is_null("revoked_at"), Query.is_null("erased_at")]
        columns = _columns(ctx, group[0])
        return ctx.store.update_where(Certificate, free, **columns, due_at=ctx.now()) == len(group)

    if all(together(write, groups.values())):
        return set()
    rows = ctx.store.find_many(Certificate, after)
    return {each for each, later in after.items() if each not in rows or rows[each].version < later.version}


def _entry(ctx: Ctx, before: CertificateVersion, after: Statement, certificate: Certificate) -> Activity:
    changes = difference(_shown(before), _shown(after)) | {"reason": [None, before.reason]}
    return records.entry(ctx, "certificate.replaced", certificate, before.version, changes)


def _shown(statement: Statement) -> dict[str, Any]:
    return statement.model_dump(mode="json", include={*BOUND, "template_version", "locale"})
