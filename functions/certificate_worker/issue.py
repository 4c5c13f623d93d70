"""Certificates are rendered and stored.

    queued --claim--> rendering --PDF in the bucket--> stored --its mail taken--> delivered
                          |                              |
                          | template rejected            | due again after SETTLE, to see that its mail exists
                          v                              v
                        failed                         stored

A worker that dies anywhere leaves a row that is due again when its lease ends. Rendering twice is harmless: each
attempt stores its own file, and the row names the one that counts.
"""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from functions.certificate_worker.schedule import due
from shared.certificate.press import Metadata, Press, Problem, RendererUnavailable, TemplateRejected
from shared.claims import Claimed, Claims
from shared.context import Ctx
from shared.errors import AppError, Unavailable
from shared.ids import stable_id
from shared.records import Certificate, CertificateStatus, Delivery, DeliveryStatus, Organization, Purpose, Template

BATCH = 40
#: PDFs stored at a time.
UPLOADS = 8
LEASE = timedelta(minutes=3)
#: What must be left of a lease to start a document: the longest that it may take, and time to store it.
MARGIN = timedelta(seconds=45)
#: When a stored certificate is looked at again if nothing has said that its mail went out.
SETTLE = timedelta(minutes=10)


def issue_certificates(ctx: Ctx, claims: Claims, press: Press) -> int:
    """Render, store and hand to the outbox those that are due; answers how many it had in hand."""
    now = ctx.now()
    waiting = due(ctx.store, Certificate, now, BATCH)
    _settle(ctx, [each for each in waiting if each.status is CertificateStatus.STORED], now)
    unprinted = [each for each in waiting if each.status is not CertificateStatus.STORED]
    claimed = claims.take(unprinted, now, LEASE, status=CertificateStatus.RENDERING)
    if claimed:
        templates = ctx.store.find_many(Template, {each.work.template_id for each in claimed})
        stored = _print_all(ctx, press, claimed, templates)
        _outbox(ctx, stored)
        ctx.log.info("certificates stored", stored=len(stored), claimed=len(claimed))
    return len(waiting) - len(unprinted) + len(claimed)


def values(certificate: Certificate) -> dict[str, str]:
    """What a template may print; all plain text."""
    return {
        "learner_name": certificate.learner_name,
        "course_name": certificate.course_name,
        "completion_date": f"{certificate.completed_at.day} {certificate.completed_at:%B %Y}",
        "organization": certificate.organization_name,
        "learner_email": certificate.learner_email,
        "certificate_number": certificate.certificate_number,
    }


def _print_all(
    ctx: Ctx, press: Press, claimed: Sequence[Claimed[Certificate]], templates: Mapping[str, Template]
) -> list[Certificate]:
    """Render one by one while the PDFs before are being stored; answers those that were."""
    with ThreadPoolExecutor(UPLOADS) as pool:
        pending = []
        for each in claimed:
            if each.until - ctx.now() < MARGIN:
                break
            pdf = _print(ctx, press, each.work, templates.get(each.work.template_id))
            if pdf is not None:
                pending.append(pool.submit(_try_to_store, ctx, each, pdf))
        return [done for future in pending if (done := future.result())]


def _print(ctx: Ctx, press: Press, certificate: Certificate, template: Template | None) -> bytes | None:
    metadata = Metadata(
        title=f"{certificate.course_name} – {certificate.learner_name}",
        author=certificate.organization_name,
        subject=certificate.course_name,
        keywords=certificate.certificate_number,
        issued_at=certificate.issued_at,
    )
    try:
        if template is None:
            raise TemplateRejected([Problem(None, "the template is gone")])
        return press.print(template.html, values(certificate), metadata)
    except TemplateRejected as error:
        ctx.log.warning("template rejected", certificate_id=certificate.id, template_id=certificate.template_id)
        reason = str(error)[:500]
        ctx.store.update(Certificate, certificate.id, status=CertificateStatus.FAILED, due_at=None, reason=reason)
        return None
    except RendererUnavailable as error:
        raise Unavailable("The renderer can't be started.") from error


def _try_to_store(ctx: Ctx, claimed: Claimed[Certificate], pdf: bytes) -> Certificate | None:
    """The stored certificate; one that can't be stored is due again when its lease ends and holds up no other."""
    try:
        return _store(ctx, claimed, pdf)
    except AppError as error:
        certificate_id = claimed.work.id
        ctx.log.failure(
            "certificate not stored", error, certificate_id=certificate_id, code=error.code, **error.details
        )
        return None


def _store(ctx: Ctx, claimed: Claimed[Certificate], pdf: bytes) -> Certificate | None:
    """The stored certificate; None if the lease ran out meanwhile, when the next attempt is somebody else's."""
    certificate, now = claimed.work, ctx.now()
    if now >= claimed.until:
        return None
    file_id = stable_id("file", certificate.id, claimed.attempt)
    ctx.files.put(file_id, f"{certificate.certificate_number}.pdf", pdf)
    return ctx.store.update(
        Certificate,
        certificate.id,
        status=CertificateStatus.STORED,
        file_id=file_id,
        sha256=hashlib.sha256(pdf).hexdigest(),
        due_at=now + SETTLE,
        reason=None,
    )


def _outbox(ctx: Ctx, certificates: Sequence[Certificate]) -> list[Delivery]:
    """One mail to the SOP for each, whether it is there already or not; none where the organisation is gone."""
    now = ctx.now()
    organizations = ctx.store.find_many(Organization, {each.organization_id for each in certificates})
    deliveries = [
        _delivery(each, organizations[each.organization_id], now)
        for each in certificates
        if each.organization_id in organizations
    ]
    ctx.store.insert_missing(deliveries)
    return deliveries


def _delivery(certificate: Certificate, organization: Organization, now: datetime) -> Delivery:
    return Delivery(
        id=Delivery.id_for(certificate.id, organization.sop_email, Purpose.ISSUED),
        certificate_id=certificate.id,
        organization_id=organization.id,
        recipient=organization.sop_email,
        due_at=now,
    )


def _settle(ctx: Ctx, certificates: Sequence[Certificate], now: datetime) -> None:
    """Stored a while ago, and no word of the mail: make sure that there is one, and learn what became of it."""
    if not certificates:
        return
    deliveries = ctx.store.find_many(Delivery, [each.id for each in _outbox(ctx, certificates)]).values()
    sent = {each.certificate_id for each in deliveries if each.status is DeliveryStatus.SENT}
    failed = {each.certificate_id for each in deliveries if each.status is DeliveryStatus.FAILED}
    waiting = {each.id for each in certificates} - sent - failed
    ctx.store.update_many(Certificate, sent, status=CertificateStatus.DELIVERED, due_at=None)
    ctx.store.update_many(Certificate, failed, due_at=None)
    ctx.store.update_many(Certificate, waiting, due_at=now + SETTLE)
