"""What the log says of one completion on its way: every line has the id of the delivery that it came with.

completion matched --> certificate stored --> certificate mailed
  unmatched, not passed   not printed, not stored, failed   mail not sent, put off
"""

from collections.abc import Iterable, Sequence
from typing import Any

from functions.certificate_worker.issuing.known import Known
from functions.certificate_worker.issuing.not_passed import NotPassed
from functions.certificate_worker.issuing.parcels import Parcel
from shared.context import Ctx
from shared.log import Log
from shared.mail.mailer import Taken
from shared.records import Certificate, Completion, Enrollment


def about(certificate: Certificate, attempt: int) -> dict[str, Any]:
    return {"trace_id": certificate.trace_id, "certificate_id": certificate.id, "attempt": attempt}


def about_all(certificates: Iterable[Certificate]) -> dict[str, Any]:
    every = list(certificates)
    return {
        "trace_ids": sorted({each.trace_id for each in every if each.trace_id}),
        "certificate_ids": [each.id for each in every],
    }


def tell_matched(log: Log, passed: Iterable[tuple[Completion, Certificate]], inserted: set[str]) -> None:
    """`inserted` are the certificates that were not there before."""
    for completion, certificate in passed:
        outcome = "queued" if certificate.id in inserted else "there already"
        log.info("completion matched", **_of(completion), certificate_id=certificate.id, outcome=outcome)


def tell_not_passed(log: Log, found: Iterable[NotPassed]) -> None:
    for each in found:
        log.info("completion not passed", **_of(each.completion), course_id=each.course.course_id, outcome="set aside")


def tell_unmatched(log: Log, completions: Iterable[Completion], known: Known) -> None:
    """The reason in words may quote what was reported, so it is on the row alone."""
    for each in completions:
        code = _missing(each, known)
        log.info("completion unmatched", **_of(each), code=code, attempt=each.attempts + 1, outcome="later")


def tell_mailed(ctx: Ctx, parcel: Parcel, taken: Taken, ms: float) -> None:
    """`ms` are those of the mail, in which all of them went."""
    mail = {"mail_id": parcel.mail_id, "purpose": parcel.purpose, "provider": taken.provider}
    for each in parcel.items:
        ids = about(each.certificate, each.claimed.attempt)
        ctx.log.info("certificate mailed", **ids, delivery_id=each.claimed.work.id, **mail, ms=ms, outcome="sent")


def tell_failed(ctx: Ctx, certificates: Sequence[Certificate]) -> None:
    for each in certificates:
        ids = {"trace_id": each.trace_id, "certificate_id": each.id, "template_id": each.template_id}
        ctx.log.warning("certificate failed", **ids, outcome="failed")


def _of(completion: Completion) -> dict[str, Any]:
    return {"trace_id": completion.trace_id, "completion_id": completion.id}


def _missing(completion: Completion, known: Known) -> str:
    """What `known.named` misses, without words."""
    course, learner = known.course_of(completion), known.learner_of(completion)
    if course is None:
        return "UNKNOWN_COURSE"
    if learner is None:
        return "UNKNOWN_LEARNER"
    is_enrolled = Enrollment.id_for(learner.id, course.course_id) in known.enrollments
    return "ORGANIZATION_CLOSED" if is_enrolled else "NOT_ENROLLED"
