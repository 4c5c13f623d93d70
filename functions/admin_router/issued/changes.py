"""One certificate is revoked, reinstated or replaced."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, Field

from functions.admin_router.issued.history import name_now
from functions.admin_router.issued.lookup import CertificateNumber, get_certificate
from functions.admin_router.issued.replacing import Replacement, replace_all, template_of
from functions.admin_router.issued.revoking import reinstate, revoke_all
from functions.admin_router.issued.verdicts import Fate, Verdict, reinstatement, revocation
from functions.admin_router.issued.views import CertificateView
from shared.access import admin
from shared.actions import Actions, Payload, Result
from shared.context import Ctx
from shared.errors import NotFound
from shared.identifiers import PersonName, person_name
from shared.portal.certificates import NotReady, Refusal, Revoked
from shared.portal.learner_lists import Blank
from shared.records import Certificate, Course, Organization

actions = Actions()

_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)
_TEXTS = ("learner_name", "course_name", "organization_name", "completed_at")
_REMOVABLE = ("score", "max_score", "credits", "grade")


def _as_kept(moment: datetime) -> datetime:
    """As the database keeps it, and codes bind it."""
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


Reason = Annotated[str, Field(min_length=1, max_length=500)]
Short = Annotated[Annotated[str, Field(max_length=32), AfterValidator(person_name)] | None, Blank]
Grade = Annotated[Annotated[str, Field(max_length=64), AfterValidator(person_name)] | None, Blank]
Moment = Annotated[AwareDatetime, Field(ge=_FIRST, le=_LAST), AfterValidator(_as_kept)]


class RevokeCertificate(Payload):
    certificate_number: CertificateNumber
    #: Shown to whoever looks the certificate up.
    reason: Reason
    #: Tell the organisation's contact.
    notify: bool = False


class ReinstateCertificate(Payload):
    certificate_number: CertificateNumber
    #: For the activity log.
    reason: Reason


class ReplaceCertificate(Payload):
    """What is left out stays as it is printed."""

    certificate_number: CertificateNumber
    #: Whoever gets the new version reads it.
    reason: Reason
    learner_name: Annotated[PersonName | None, Blank] = None
    course_name: Annotated[PersonName | None, Blank] = None
    organization_name: Annotated[PersonName | None, Blank] = None
    #: Print it with the course's present template and language.
    use_current_template: bool = False
    completed_at: Annotated[Moment | None, Blank] = None
    #: Null removes it, as it does the next three.
    score: Short = None
    max_score: Short = None
    credits: Short = None
    grade: Grade = None
    #: Mail the new version to the organisation's contact; one who never got the earlier version gets it anyway.
    notify: bool = True


class Changed(Result):
    #: False: it was so already.
    changed: bool
    #: What was done, for people.
    message: str
    certificate: CertificateView


class Replaced(Changed):
    #: What the learner is called now, where it is not what is printed; UPDATE_LEARNER changes it.
    learner_name_now: str | None


@actions("REVOKE_CERTIFICATE", allow=admin)
def revoke_certificate(ctx: Ctx, payload: RevokeCertificate) -> Changed:
    """Declare a certificate invalid: it is mailed and handed out no more, and whoever looks it up reads when and why.

    Links given out die; files that were downloaded can't be called back. A repeat changes nothing, and says so.
    """
    certificate = get_certificate(ctx, payload.certificate_number)
    verdict = revocation(certificate)
    after = revoke_all(ctx, [certificate], payload.reason, notify=payload.notify)
    if payload.notify:
        ctx.executions.kick_worker()
    return _answer(ctx, verdict, after[0] if after else certificate)


@actions("REINSTATE_CERTIFICATE", allow=admin)
def reinstate_certificate(ctx: Ctx, payload: ReinstateCertificate) -> Changed:
    """Take back a revocation: the certificate holds as before, under the same link; what was to be mailed is."""
    certificate = get_certificate(ctx, payload.certificate_number)
    verdict = reinstatement(certificate)
    after = reinstate(ctx, certificate, payload.reason)
    ctx.executions.kick_worker()
    return _answer(ctx, verdict, after)


@actions("REPLACE_CERTIFICATE", allow=admin)
def replace_certificate(ctx: Ctx, payload: ReplaceCertificate) -> Replaced:
    """Issue a new version of a certificate under its number and link, with other words or the present template.

    The earlier version is handed out no more, and its code leads to the new one. Dates of issue and expiry stay. The
    learner's own record stays too: UPDATE_LEARNER changes that. One whose printing failed is mended by this.
    """
    certificate = get_certificate(ctx, payload.certificate_number)
    asked = Replacement(certificate, payload.reason, _wanted(ctx, certificate, payload))
    verdict = replace_all(ctx, [asked], notify=payload.notify)[certificate.id]
    if verdict.fate is Fate.REFUSED:
        raise refusal(certificate, verdict)
    ctx.executions.kick_worker()
    after = ctx.store.find(Certificate, certificate.id) or certificate
    answer = _answer(ctx, verdict, after)
    return Replaced(**dict(answer), learner_name_now=name_now(ctx, after))


def refusal(certificate: Certificate, verdict: Verdict) -> Refusal:
    """The error that tells why."""
    number = certificate.certificate_number
    if verdict.code == Revoked.code and certificate.revoked_at:
        return Revoked.of(certificate, verdict.message)
    if verdict.code == NotReady.code:
        return NotReady(verdict.message, certificate_number=number, certificate_status=certificate.status)
    return Refusal(verdict.message, code=verdict.code, certificate_number=number)


def _wanted(ctx: Ctx, certificate: Certificate, payload: ReplaceCertificate) -> dict[str, Any]:
    given = {name: value for name in _TEXTS if (value := getattr(payload, name)) is not None}
    removable = {name: getattr(payload, name) for name in _REMOVABLE if name in payload.model_fields_set}
    if not payload.use_current_template:
        return given | removable
    course = ctx.store.find(Course, Course.id_for(certificate.course_id))
    if course is None:
        raise NotFound("The certificate's course is gone.", use_current_template=certificate.course_id)
    return given | removable | template_of(course)


def _answer(ctx: Ctx, verdict: Verdict, after: Certificate) -> Changed:
    organizations = ctx.store.find_many(Organization, [after.organization_id])
    return Changed(
        changed=verdict.fate is Fate.DONE,
        message=verdict.message,
        certificate=CertificateView.of(ctx, after, organizations),
    )
