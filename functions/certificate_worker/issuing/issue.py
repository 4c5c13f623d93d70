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
from datetime import timedelta

from functions.certificate_worker.issuing import outbox
from functions.certificate_worker.issuing.dates import long_date
from functions.certificate_worker.issuing.erased import is_erased, living
from functions.certificate_worker.schedule import due
from shared.certificate.press import Metadata, Press, Problem, RendererUnavailable, TemplateRejected
from shared.claims import Claimed, Claims
from shared.context import Ctx
from shared.errors import AppError, Unavailable
from shared.outbox import SETTLE
from shared.records import Certificate, CertificateStatus, Template

BATCH = 40
#: PDFs stored at a time.
UPLOADS = 8
LEASE = timedelta(minutes=3)
#: What must be left of a lease to start a document: the longest that it may take, and time to store it.
MARGIN = timedelta(seconds=45)


def issue_certificates(ctx: Ctx, claims: Claims, press: Press) -> int:
    """Render, store and hand to the outbox those that are due; answers how many it had in hand."""
    now = ctx.now()
    found = due(ctx.store, Certificate, now, BATCH)
    waiting = living(ctx, found)
    outbox.settle(ctx, [each for each in waiting if each.status is CertificateStatus.STORED], now)
    unprinted = [each for each in waiting if each.status is not CertificateStatus.STORED]
    claimed = claims.take(unprinted, now, LEASE, status=CertificateStatus.RENDERING)
    if claimed:
        _issue(ctx, press, claimed)
    return len(found) - len(unprinted) + len(claimed)


def _issue(ctx: Ctx, press: Press, claimed: Sequence[Claimed[Certificate]]) -> None:
    templates = ctx.store.find_many(Template, {each.work.template_id for each in claimed})
    stored, rejected = _print_all(ctx, press, claimed, templates)
    outbox.fill(ctx, stored)
    issued = outbox.activities(ctx, "certificate.issued", stored)
    ctx.audit.record_all([*issued, *outbox.activities(ctx, "certificate.failed", rejected)])
    ctx.log.info("certificates stored", stored=len(stored), rejected=len(rejected), claimed=len(claimed))


def values(certificate: Certificate) -> dict[str, str]:
    """What a template may print; all plain text."""
    return {
        "learner_name": certificate.learner_name,
        "course_name": certificate.course_name,
        "completion_date": long_date(certificate.completed_at, certificate.locale),
        "organization": certificate.organization_name,
        "learner_email": certificate.learner_email,
        "certificate_number": certificate.certificate_number,
    }


def _print_all(
    ctx: Ctx, press: Press, claimed: Sequence[Claimed[Certificate]], templates: Mapping[str, Template]
) -> tuple[list[Certificate], list[Certificate]]:
    """Render one by one while the PDFs before are being stored; answers those that were, and those that can't be."""
    rejected = []
    with ThreadPoolExecutor(UPLOADS) as pool:
        pending = []
        for each in claimed:
            if each.until - ctx.now() < MARGIN:
                break
            try:
                pdf = _print(press, each.work, templates.get(each.work.template_id))
            except TemplateRejected as error:
                rejected.append(_reject(ctx, each.work, error))
            else:
                pending.append(pool.submit(_try_to_store, ctx, each, pdf))
        return [done for future in pending if (done := future.result())], rejected


def _print(press: Press, certificate: Certificate, template: Template | None) -> bytes:
    """Raises `TemplateRejected`."""
    metadata = Metadata(
        title=f"{certificate.course_name} – {certificate.learner_name}",
        author=certificate.organization_name,
        subject=certificate.course_name,
        keywords=certificate.certificate_number,
        issued_at=certificate.issued_at,
    )
    if template is None:
        raise TemplateRejected([Problem(None, "the template is gone")])
    try:
        return press.print(template.html, values(certificate), metadata)
    except RendererUnavailable as error:
        raise Unavailable("The renderer can't be started.") from error


def _reject(ctx: Ctx, certificate: Certificate, error: TemplateRejected) -> Certificate:
    ctx.log.warning("template rejected", certificate_id=certificate.id, template_id=certificate.template_id)
    reason = str(error)[:500]
    return ctx.store.update(Certificate, certificate.id, status=CertificateStatus.FAILED, due_at=None, reason=reason)


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
    """The stored certificate; None if the lease ran out meanwhile, when the next attempt is somebody else's, or if the
    learner was erased meanwhile."""
    certificate, now = claimed.work, ctx.now()
    if now >= claimed.until:
        return None
    file_id = certificate.file_id_of(claimed.attempt)
    ctx.files.put(file_id, certificate.filename, pdf)
    stored = ctx.store.update(
        Certificate,
        certificate.id,
        status=CertificateStatus.STORED,
        file_id=file_id,
        sha256=hashlib.sha256(pdf).hexdigest(),
        due_at=now + SETTLE,
        reason=None,
    )
    return None if is_erased(ctx, stored) else stored
