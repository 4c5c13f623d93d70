"""Templates that kill their renderer: tried again later, at the third time set aside. They hold up no others."""

from collections.abc import Sequence

from functions.certificate_worker.schedule import retry_at
from shared.audit import Outcome
from shared.claims import Claimed
from shared.context import Ctx
from shared.counters import step
from shared.records import Certificate, CertificateStatus, Template
from shared.store import RowGone

#: Renderers that a template may kill.
KILLS = 3
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
    ctx.store.update_many(
        Certificate,
        [each.id for each in certificates],
        status=CertificateStatus.QUEUED,
        due_at=retry_at(ctx.now(), kills, DELAY),
        reason=f"The template killed its renderer ({kills} of {KILLS}): it {why}. It is tried again."[:500],
    )
    return []


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
