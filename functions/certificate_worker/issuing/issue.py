"""Certificates are rendered and stored.

    queued --claim--> rendering --PDF in the bucket--> stored --its mail taken--> sent
      ^                   |                              |
      |   can't be stored | template rejected            | due again after SETTLE, to see that its mail exists
      +---or its renderer v                              v
          was killed    failed                         stored

A worker that dies anywhere leaves a row that is due again when its lease ends. Rendering twice is harmless: each
attempt stores its own file, and the row names the one that counts. One that is revoked is left alone wherever it is,
until somebody reinstates it; one that was replaced is queued again, as another version.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from functions.certificate_worker.issuing import outbox, poison
from functions.certificate_worker.issuing.erased import living
from functions.certificate_worker.issuing.overtaken import unrevoked
from functions.certificate_worker.issuing.printing import Outcome, Printing
from functions.certificate_worker.issuing.slots import Slots
from functions.certificate_worker.issuing.storing import settle_failures
from functions.certificate_worker.issuing.story import tell_failed
from functions.certificate_worker.schedule import Turns
from shared.certificate.printer import Printer
from shared.claims import Claimed, Claims
from shared.context import Ctx
from shared.errors import Unavailable
from shared.records import Certificate, CertificateStatus, Course, Template

BATCH = 100
LEASE = timedelta(minutes=3)
#: What must be left of a lease to start a document: the longest that it may take, and time to store it.
MARGIN = timedelta(seconds=75)


def issue_certificates(ctx: Ctx, claims: Claims, printer: Printer, turns: Turns) -> int:
    """Render, store and hand to the outbox those that are due; answers how many it had in hand."""
    now = ctx.now()
    found = turns.take(ctx.store, Certificate, now, BATCH)
    waiting = unrevoked(ctx, living(ctx, found))
    outbox.settle(ctx, [each for each in waiting if _is_printed(each)], now)
    unprinted = [each for each in waiting if not _is_printed(each)]
    settled = len(found) - len(unprinted)
    if not unprinted:
        return settled
    with Slots(ctx).one(LEASE) as ours:
        if not ours:
            ctx.log.info("all renderers are busy", waiting=len(unprinted))
            return settled
        claimed = claims.take(unprinted, now, LEASE, status=CertificateStatus.RENDERING)
        if claimed:
            _issue(ctx, printer, claimed)
    return settled + len(claimed)


def _is_printed(certificate: Certificate) -> bool:
    return certificate.status in {CertificateStatus.STORED, CertificateStatus.SENT}


def _issue(ctx: Ctx, printer: Printer, claimed: Sequence[Claimed[Certificate]]) -> None:
    templates = ctx.store.find_many(Template, {each.work.template_id for each in claimed})
    courses = ctx.store.find_many(Course, {Course.id_for(each.work.course_id) for each in claimed})
    done = Printing(ctx, printer, templates, courses, MARGIN).run(claimed)
    outbox.fill(ctx, done.stored)
    poison.forgive(ctx, templates, done.stored)
    failed = [*done.rejected, *_count_kills(ctx, done, templates)]
    found, given_up = settle_failures(ctx, done.unstored)
    outbox.fill(ctx, found)
    issued = outbox.activities(ctx, "certificate.issued", [*done.stored, *found])
    ctx.audit.record_all([*issued, *outbox.activities(ctx, "certificate.failed", [*failed, *given_up])])
    tell_failed(ctx, [*failed, *given_up])
    ctx.log.info("certificates stored", stored=len(done.stored), failed=len(failed), claimed=len(claimed))
    if done.unavailable:
        raise Unavailable("The renderer can't be started.") from done.unavailable


def _count_kills(ctx: Ctx, done: Outcome, templates: Mapping[str, Template]) -> list[Certificate]:
    """Those that fail because their template is set aside, now or before."""
    failed = []
    for template_id, held_up in done.set_aside.items():
        failed += poison.turn_away(ctx, templates[template_id], [each.work for each in held_up])
    for template_id, kill in done.kills.items():
        failed += poison.count(ctx, templates[template_id], kill.how, kill.held_up)
    return failed
