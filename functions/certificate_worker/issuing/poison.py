"""Templates that kill their renderer: tried again later, at the third time set aside. They hold up no others.

Only kills without a certificate printed in between count, so that a machine too busy to render in time condemns no
template that works. A certificate that alone is the trouble, by a name say, fails alone in the end.
"""

from collections.abc import Mapping, Sequence

from functions.certificate_worker.schedule import retry_at
from shared.audit import Outcome
from shared.claims import Claimed
from shared.context import Ctx
from shared.counters import step
from shared.records import Certificate, CertificateStatus, Template
from shared.store import RowGone

#: Renderers that a template may kill.
KILLS = 3
#: Attempts at one certificate, if the last of them killed the renderer.
ATTEMPTS = 8
#: Seconds until its certificates are due again, doubled each time.
DELAY = 60


def is_set_aside(template: Template | None) -> bool:
    """Also if the worker died between counting the last kill and saying so."""
    return template is not None and template.kills >= KILLS


def turn_away(ctx: Ctx, template: Template, certificates: Sequence[Certificate]) -> list[Certificate]:
    """They fail at once, since their template is set aside; answers them."""
    why = template.set_aside or _set_aside(ctx, template, "It killed its renderer too often.")
    ids = [each.id for each in certificates]
    said = f"The template is set aside: {why} Give the course another one, then resend."
    changes = {"status": CertificateStatus.FAILED, "due_at": None, "reason": said}
    ctx.store.update_many(Certificate, ids, **changes)
    return [each.model_copy(update=changes) for each in certificates]


def count(ctx: Ctx, template: Template, why: str, held_up: Sequence[Claimed[Certificate]]) -> list[Certificate]:
    """It killed a renderer; `held_up` are its certificates in hand. Answers those that fail for good."""
    kills = _counted(ctx, template)
    certificates = [each.work for each in held_up]
    ctx.log.warning("renderer killed", template_id=template.id, course_id=template.course_id, kills=kills, reason=why)
    if kills >= KILLS:
        last = None if kills > KILLS else _set_aside(ctx, template, f"It killed its renderer {kills} times: it {why}.")
        return turn_away(ctx, template.model_copy(update={"set_aside": last or template.set_aside}), certificates)
    again = [each for each in held_up if each.attempt < ATTEMPTS]
    if again:
        ctx.store.update_many(
            Certificate,
            [each.work.id for each in again],
            status=CertificateStatus.QUEUED,
            due_at=retry_at(ctx.now(), max(each.attempt for each in again), DELAY),
            reason=f"The template killed its renderer ({kills} of {KILLS}): it {why}. It is tried again."[:500],
        )
    return _give_up(ctx, [each.work for each in held_up if each.attempt >= ATTEMPTS], why)


def forgive(ctx: Ctx, templates: Mapping[str, Template], printed: Sequence[Certificate]) -> None:
    """A certificate came out: what was counted of its template before, counts no more."""
    used = {each.template_id for each in printed}
    ids = [each.id for each in templates.values() if each.id in used and 0 < each.kills < KILLS]
    ctx.store.update_many(Template, ids, kills=0)


def _give_up(ctx: Ctx, certificates: Sequence[Certificate], why: str) -> list[Certificate]:
    reason = f"It killed its renderer in {ATTEMPTS} attempts: it {why}. Resend it to try again."[:500]
    changes = {"status": CertificateStatus.FAILED, "due_at": None, "reason": reason}
    ctx.store.update_many(Certificate, [each.id for each in certificates], **changes)
    return [each.model_copy(update=changes) for each in certificates]


def _counted(ctx: Ctx, template: Template) -> int:
    try:
        return step(ctx.store, Template, template.id, "kills", 1) or 0
    except RowGone:
        return KILLS


def _set_aside(ctx: Ctx, template: Template, why: str) -> str:
    """Say it where admins look, and answer it."""
    why = why[:400]
    ctx.store.update_many(Template, [template.id], set_aside=why)
    ctx.audit.record("template.set_aside", status=Outcome.FAILED, course_id=template.course_id, subject_id=template.id)
    return why
