"""What was claimed is rendered, one by one, while the PDFs before are being stored."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from functions.certificate_worker.issuing import poison
from functions.certificate_worker.issuing.dates import long_date
from functions.certificate_worker.issuing.storing import Unstored, try_to_store
from functions.certificate_worker.issuing.story import about
from shared.certificate import qr
from shared.certificate.document import Metadata, Printed, Problem, RendererUnavailable, TemplateRejected
from shared.certificate.printer import Printer, engines_of
from shared.claims import Claimed
from shared.config import Misconfigured
from shared.context import Ctx
from shared.log import ms_since
from shared.records import Certificate, CertificateStatus, Course, Template
from shared.verification import Verification

#: PDFs stored at a time.
UPLOADS = 8

Batch = Sequence[Claimed[Certificate]]


@dataclass
class Kill:
    """How a template killed its renderer, and its certificates in hand: none is tried again in the same batch."""

    how: str
    held_up: list[Claimed[Certificate]]


@dataclass
class Outcome:
    """What became of a batch. What is in none of the lists is due again when its lease ends."""

    stored: list[Certificate] = field(default_factory=list)
    unstored: list[Unstored] = field(default_factory=list)
    #: Failed for good.
    rejected: list[Certificate] = field(default_factory=list)
    #: By the id of their template, and not tried.
    set_aside: dict[str, list[Claimed[Certificate]]] = field(default_factory=lambda: defaultdict(list))
    kills: dict[str, Kill] = field(default_factory=dict)
    #: Why nothing can be printed at all.
    unavailable: RendererUnavailable | None = None


@dataclass(frozen=True)
class Printing:
    """One batch."""

    ctx: Ctx
    printer: Printer
    #: By their ids.
    templates: Mapping[str, Template]
    courses: Mapping[str, Course]
    #: What must be left of a lease to start a document.
    margin: timedelta

    def run(self, claimed: Batch) -> Outcome:
        """Raises `Misconfigured`, which is no fault of any certificate, before the first is begun."""
        verification = self.ctx.verification
        outcome = Outcome()
        storing: list[Future[Certificate | Unstored | None]] = []
        with ThreadPoolExecutor(UPLOADS) as pool:
            for each in claimed:
                if outcome.unavailable or each.until - self.ctx.now() < self.margin:
                    break
                start = time.perf_counter()
                printed = self._try_to_print(each, outcome, verification)
                if printed:
                    storing.append(pool.submit(try_to_store, self.ctx, each, printed, ms_since(start)))
        results = [future.result() for future in storing]
        outcome.stored = [each for each in results if isinstance(each, Certificate)]
        outcome.unstored += [each for each in results if isinstance(each, Unstored)]
        return outcome

    def _try_to_print(
        self, claimed: Claimed[Certificate], outcome: Outcome, verification: Verification
    ) -> Printed | None:
        template_id = claimed.work.template_id
        template = self.templates.get(template_id)
        if poison.is_set_aside(template):
            outcome.set_aside[template_id].append(claimed)
        elif template_id in outcome.kills:
            outcome.kills[template_id].held_up.append(claimed)
        else:
            try:
                return self._print(claimed.work, template, verification)
            except Misconfigured as error:
                self.ctx.log.failure(
                    "certificate not printed", error, **_ids(claimed), code=error.code, outcome="later"
                )
                outcome.unstored.append(Unstored(claimed, "could not be printed: VERIFY_KEYS lacks its key"))
            except RendererUnavailable as error:
                if self._engines(claimed.work):
                    # Its course asked for what is not there: no matter of the others.
                    code = "ENGINE_UNAVAILABLE"
                    self.ctx.log.failure("certificate not printed", error, **_ids(claimed), code=code, outcome="later")
                    outcome.unstored.append(Unstored(claimed, "could not be printed by the course's engines"))
                else:
                    outcome.unavailable = error
            except TemplateRejected as error:
                if error.killed:
                    outcome.kills[template_id] = Kill(str(error), [claimed])
                else:
                    outcome.rejected.append(self._reject(claimed, error))
        return None

    def _print(self, certificate: Certificate, template: Template | None, verification: Verification) -> Printed:
        if template is None:
            raise TemplateRejected([Problem(None, "the template is gone")])
        engines = self._engines(certificate)
        link = verification.link(certificate)
        return self.printer.print(template.html, values(certificate, link), _metadata(certificate, link), engines)

    def _engines(self, certificate: Certificate) -> tuple[str, ...]:
        """Its course's own; none = those of the settings."""
        course = self.courses.get(Course.id_for(certificate.course_id))
        return engines_of(course.pdf_engines) if course and course.pdf_engines else ()

    def _reject(self, claimed: Claimed[Certificate], error: TemplateRejected) -> Certificate:
        self.ctx.log.warning("template rejected", **_ids(claimed), outcome="failed")
        changes = {"status": CertificateStatus.FAILED, "due_at": None, "reason": str(error)[:500]}
        return self.ctx.store.update(Certificate, claimed.work.id, **changes)


def _ids(claimed: Claimed[Certificate]) -> dict[str, Any]:
    return {**about(claimed.work, claimed.attempt), "template_id": claimed.work.template_id}


def values(certificate: Certificate, link: str) -> dict[str, str]:
    """What a template may print, all plain text; `link` is where it can be looked up."""
    locale = certificate.locale
    return {
        "learner_name": certificate.learner_name,
        "course_name": certificate.course_name,
        "completion_date": long_date(certificate.completed_at, locale),
        "organization": certificate.organization_name,
        "learner_email": certificate.learner_email,
        "certificate_number": certificate.certificate_number,
        "qr_code": qr.qr_code(link),
        "verify_url": link,
        "issued_at": long_date(certificate.issued_at, locale),
        "expires_at": long_date(certificate.expires_at, locale),
        "score": certificate.score or "",
        "max_score": certificate.max_score or "",
        "credits": certificate.credits or "",
        "grade": certificate.grade or "",
    }


def _metadata(certificate: Certificate, link: str) -> Metadata:
    return Metadata(
        title=f"{certificate.course_name} – {certificate.learner_name}",
        author=certificate.organization_name,
        subject=certificate.course_name,
        keywords=certificate.certificate_number,
        issued_at=certificate.issued_at,
        number=certificate.certificate_number,
        verify_url=link,
        language=certificate.locale or "en",
    )
