"""One frozen model per collection of `infra/appwrite_collections.json`; datetimes are aware and UTC.

Work that a worker has yet to do is a row with `due_at` in the past; `attempts` counts how often it was claimed.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.ids import stable_id


class Record(BaseModel):
    """A row: its id and its columns."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    table: ClassVar[str]

    id: str

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        return cls.model_validate({**row, "id": row["$id"]})

    def to_row(self) -> dict[str, Any]:
        return {"$id": self.id, **self.columns()}

    def columns(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude={"id"})


class Work(Record):
    """A row that workers take in turn."""

    attempts: int = 0
    #: When to take it (again); None = nothing left to do.
    due_at: AwareDatetime | None = None
    #: Why it failed or waits, for people.
    reason: str | None = None


class Course(Record):
    table = "courses"

    course_id: str
    name: str
    #: The template that the next certificates use; those already issued name their own.
    template_id: str
    graphy_product_id: str
    course_url: str | None = None

    @staticmethod
    def id_for(course_id: str) -> str:
        return stable_id("course", course_id.strip().casefold())


class Template(Record):
    """A certificate template as it was saved once; never changed, so that what was issued stays as it was."""

    table = "templates"

    course_id: str
    html: str

    @staticmethod
    def id_for(course_id: str, html: str) -> str:
        return stable_id("template", Course.id_for(course_id), html)


class Organization(Record):
    table = "organizations"

    #: As `shared.identifiers.website` spells it.
    website: str
    name: str
    sop_email: str
    #: The Appwrite team whose members are its SOPs.
    team_id: str

    @staticmethod
    def id_for(website: str) -> str:
        return stable_id("organization", website)


class Learner(Record):
    """A person, in one organisation."""

    table = "learners"

    #: As `shared.identifiers.email_address` spells it.
    email: str
    name: str
    organization_id: str

    @staticmethod
    def id_for(email: str) -> str:
        return stable_id("learner", email)


class EnrollmentStatus(StrEnum):
    QUEUED = "queued"
    ENROLLING = "enrolling"
    ENROLLED = "enrolled"
    FAILED = "failed"


class Enrollment(Work):
    """A learner in a course; `enrolled` once Graphy has said so."""

    table = "enrollments"

    learner_id: str
    course_id: str
    organization_id: str
    status: EnrollmentStatus = EnrollmentStatus.QUEUED
    enrolled_at: AwareDatetime | None = None

    @staticmethod
    def id_for(learner_id: str, course_id: str) -> str:
        return stable_id("enrollment", learner_id, Course.id_for(course_id))


class CompletionStatus(StrEnum):
    #: Stored, to be matched with a course and a learner.
    RECEIVED = "received"
    #: Its certificate is queued.
    MATCHED = "matched"
    #: No such course, learner or enrolment yet; tried again from time to time.
    UNMATCHED = "unmatched"
    #: Signed, but course or learner could not be read from it.
    UNREADABLE = "unreadable"


class Completion(Work):
    """What Graphy reported, as it came; `course_id` and `email` are not checked."""

    table = "completions"

    event_id: str
    course_id: str
    email: str
    completed_at: AwareDatetime
    received_at: AwareDatetime
    #: The raw body.
    payload: str
    status: CompletionStatus = CompletionStatus.RECEIVED


class CertificateStatus(StrEnum):
    QUEUED = "queued"
    RENDERING = "rendering"
    #: The PDF is in the bucket.
    STORED = "stored"
    #: And its mail was taken by the mail server.
    DELIVERED = "delivered"
    FAILED = "failed"


class Certificate(Work):
    """What is printed, as it was when the completion came in, and how far it got."""

    table = "certificates"

    certificate_number: str
    learner_id: str
    course_id: str
    organization_id: str
    template_id: str
    learner_name: str
    learner_email: str
    course_name: str
    organization_name: str
    completed_at: AwareDatetime
    issued_at: AwareDatetime
    status: CertificateStatus = CertificateStatus.QUEUED
    file_id: str | None = None
    #: Of the PDF, hex.
    sha256: str | None = None

    @staticmethod
    def id_for(learner_id: str, course_id: str) -> str:
        """One certificate per learner and course, however often the completion is reported."""
        return stable_id("certificate", learner_id, Course.id_for(course_id))


class DeliveryStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    #: Taken by the mail server, which is not yet read by anyone.
    SENT = "sent"
    FAILED = "failed"


class Purpose(StrEnum):
    ISSUED = "issued"


class Delivery(Work):
    """The outbox: one mail of one certificate to one recipient for one purpose."""

    table = "deliveries"

    certificate_id: str
    organization_id: str
    recipient: str
    purpose: Purpose = Purpose.ISSUED
    status: DeliveryStatus = DeliveryStatus.QUEUED
    sent_at: AwareDatetime | None = None

    @staticmethod
    def id_for(certificate_id: str, recipient: str, purpose: Purpose) -> str:
        return stable_id("delivery", certificate_id, recipient, purpose)


class Claim(Record):
    """A worker's right to one attempt at one piece of work until `expires_at`."""

    table = "claims"

    subject_id: str
    attempt: int
    owner: str
    expires_at: AwareDatetime

    @staticmethod
    def id_for(subject_id: str, attempt: int) -> str:
        return stable_id("claim", subject_id, attempt)


def wire_time(moment: datetime) -> str:
    """A datetime as Appwrite's queries want it."""
    return moment.isoformat(timespec="milliseconds")
