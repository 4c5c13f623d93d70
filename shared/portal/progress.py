"""How far learners are, enrolment and certificate side by side, in a handful of calls for a page of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from appwrite.query import Query

from shared.actions import Result
from shared.context import Ctx
from shared.portal.standing import is_expired, verify_url
from shared.records import (
    Certificate,
    Course,
    Enrollment,
    EnrollmentStatus,
    Learner,
    Organization,
)

#: Enrolments read at a time: those of a page's learners are seldom more.
_AT_ONCE = 1000
#: What stands for the certificate's status until a completion has come in.
NONE = "none"
#: And what does once one has, with a score that was not enough.
NOT_PASSED = "not_passed"
#: What an SOP sees instead of a certificate that was issued when the learner belonged to another organisation.
ELSEWHERE = "issued_elsewhere"


class LearnerInfo(Result):
    learner_id: str
    name: str
    email: str
    #: Whether Graphy has taken them into a course.
    active: bool


class OrganizationInfo(Result):
    organization_id: str
    website: str | None
    name: str | None


class CourseProgress(Result):
    course_id: str
    course_name: str
    enrollment_status: EnrollmentStatus
    #: Why the enrolment failed or waits.
    enrollment_reason: str | None
    #: Whether a completion has come in.
    completed: bool
    completed_at: datetime | None = None
    certificate_number: str | None = None
    #: `none` until a completion has come in; `not_passed` if its score was not enough; else queued, rendering, stored,
    #: sent (its mail was taken), delivered (and arrived, SendGrid says) or failed. For an SOP `issued_elsewhere` if the
    #: learner belonged to another organisation.
    certificate_status: str = NONE
    certificate_reason: str | None = None
    #: The certificate's, as Graphy wrote them.
    score: str | None = None
    max_score: str | None = None
    credits: str | None = None
    grade: str | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    template_version: int | None = None
    #: Of the certificate; each replacement gets the next.
    version: int | None = None
    #: Then it is handed out no more.
    revoked: bool = False
    revoked_at: datetime | None = None
    revoked_reason: str | None = None
    #: Its validity has ended; it is offered as before.
    expired: bool = False
    #: Where anybody who has this link can look the certificate up; null while it is not printed.
    verify_url: str | None = None


class LearnerProgress(Result):
    learner_info: LearnerInfo
    organization_info: OrganizationInfo
    courses: list[CourseProgress]


@dataclass(frozen=True)
class View:
    """Whose learners are shown, and to whom."""

    ctx: Ctx
    #: Whose they all are; None = anybody's.
    organization: Organization | None = None
    for_sop: bool = False

    def within(self) -> list[str]:
        return [Query.equal("organization_id", [self.organization.id])] if self.organization else []

    def covers(self, organization_id: str) -> bool:
        return self.organization is None or self.organization.id == organization_id


def progress_in_course(enrollments: Sequence[Enrollment], view: View) -> list[LearnerProgress]:
    """For each enrolment its learner, their organisation, and the one course in `courses`."""
    if not enrollments:
        return []
    learners = view.ctx.store.find_many(Learner, {each.learner_id for each in enrollments})
    parts = _parts(learners.values(), enrollments, view)
    return [parts.progress(learners[each.learner_id], [each]) for each in enrollments if each.learner_id in learners]


def progress_of_learners(learners: Sequence[Learner], view: View) -> list[LearnerProgress]:
    """For each learner their organisation and all their `courses`."""
    if not learners:
        return []
    theirs = [Query.equal("learner_id", [each.id for each in learners])]
    by_learner: dict[str, list[Enrollment]] = defaultdict(list)
    for enrollment in view.ctx.store.every(Enrollment, theirs, _AT_ONCE):
        by_learner[enrollment.learner_id].append(enrollment)
    parts = _parts(learners, [each for group in by_learner.values() for each in group], view)
    return [parts.progress(each, by_learner[each.id]) for each in learners]


@dataclass(frozen=True)
class _Parts:
    """Everything that a page refers to."""

    organizations: dict[str, Organization]
    courses: dict[str, Course]
    certificates: dict[str, Certificate]
    view: View

    def progress(self, learner: Learner, enrollments: Iterable[Enrollment]) -> LearnerProgress:
        organization = self.organizations.get(learner.organization_id)
        return LearnerProgress(
            learner_info=LearnerInfo(
                learner_id=learner.id, name=learner.name, email=learner.email, active=learner.active_at is not None
            ),
            organization_info=OrganizationInfo(
                organization_id=learner.organization_id,
                website=organization.website if organization else None,
                name=organization.name if organization else None,
            ),
            courses=[self._course(each) for each in enrollments],
        )

    def _course(self, enrollment: Enrollment) -> CourseProgress:
        course = self.courses.get(Course.id_for(enrollment.course_id))
        shown = CourseProgress(
            course_id=enrollment.course_id,
            course_name=course.name if course else enrollment.course_id,
            enrollment_status=enrollment.status,
            enrollment_reason=enrollment.reason,
            completed=enrollment.completed,
            certificate_status=NOT_PASSED if enrollment.not_passed else NONE,
            certificate_reason=enrollment.not_passed,
        )
        certificate = self.certificates.get(_certificate_id(enrollment))
        return shown.model_copy(update=self._certificate(certificate)) if certificate else shown

    def _certificate(self, certificate: Certificate) -> dict[str, object]:
        if self.view.for_sop and not self.view.covers(certificate.organization_id):
            return {"certificate_status": ELSEWHERE}
        return {
            "completed_at": certificate.completed_at,
            "certificate_number": certificate.certificate_number,
            "certificate_status": certificate.status.value,
            "certificate_reason": certificate.reason,
            "issued_at": certificate.issued_at,
            "expires_at": certificate.expires_at,
            "template_version": certificate.template_version,
            "version": certificate.version,
            "revoked": certificate.revoked_at is not None,
            "revoked_at": certificate.revoked_at,
            "revoked_reason": certificate.revoked_reason,
            "expired": is_expired(certificate, self.view.ctx.now()),
            "verify_url": verify_url(self.view.ctx, certificate),
            **certificate.model_dump(include={"score", "max_score", "credits", "grade"}),
        }


def _parts(learners: Iterable[Learner], enrollments: Sequence[Enrollment], view: View) -> _Parts:
    store, known = view.ctx.store, view.organization
    return _Parts(
        {known.id: known} if known else store.find_many(Organization, {each.organization_id for each in learners}),
        store.find_many(Course, {Course.id_for(each.course_id) for each in enrollments}),
        store.find_many(Certificate, map(_certificate_id, enrollments)),
        view,
    )


def _certificate_id(enrollment: Enrollment) -> str:
    return Certificate.id_for(enrollment.learner_id, enrollment.course_id)
