"""Certificates, and what they say."""

from enum import StrEnum

from pydantic import AwareDatetime

from shared.ids import stable_id
from shared.record import Record, Work
from shared.records.courses import Course


class CertificateStatus(StrEnum):
    QUEUED = "queued"
    RENDERING = "rendering"
    #: The PDF is in the bucket.
    STORED = "stored"
    #: And its mail was taken by a mail server or SendGrid, who may still fail to bring it.
    SENT = "sent"
    #: And arrived, SendGrid says; by SMTP nobody says so.
    DELIVERED = "delivered"
    FAILED = "failed"


class Statement(Record):
    """What a certificate says, as it was when it was issued, and the PDF that says it.

    Its verification code (`shared.verification`) binds what is printed.
    """

    certificate_number: str
    #: 1 for the first; each replacement under the same number gets the next.
    version: int = 1
    learner_name: str
    learner_email: str
    course_name: str
    organization_name: str
    completed_at: AwareDatetime
    issued_at: AwareDatetime
    expires_at: AwareDatetime | None = None
    score: str | None = None
    max_score: str | None = None
    credits: str | None = None
    grade: str | None = None

    template_id: str
    template_version: int = 1
    locale: str | None = None
    file_id: str | None = None
    #: Of the PDF, hex.
    sha256: str | None = None
    #: The key of its verification code.
    key_id: str | None = None
    #: Of that code, once what it was made of has been erased.
    code_sha256: str | None = None


class Certificate(Work, Statement):
    """The current version of what is printed, and how far it got."""

    table = "certificates"

    learner_id: str
    course_id: str
    organization_id: str
    #: Of the completion that it was issued for.
    event_id: str | None = None
    received_at: AwareDatetime | None = None
    trace_id: str | None = None
    status: CertificateStatus = CertificateStatus.QUEUED
    #: What printed it.
    engine: str | None = None
    revoked_at: AwareDatetime | None = None
    #: For whoever looks it up, so without secrets.
    revoked_reason: str | None = None
    #: When name, address and file of its learner were erased.
    erased_at: AwareDatetime | None = None
    #: SHA-256 of salt, name and address as they were printed: who claims to be the learner can still be proved right.
    learner_salt: str | None = None
    learner_hash: str | None = None

    @staticmethod
    def id_for(learner_id: str, course_id: str) -> str:
        """One certificate per learner and course, however often the completion is reported."""
        return stable_id("certificate", learner_id, Course.id_for(course_id))

    @property
    def filename(self) -> str:
        """Of its PDF, whichever attempt made it."""
        return f"{self.certificate_number}.pdf"

    def file_id_of(self, attempt: int) -> str:
        """Of the PDF that an attempt stores; `file_id` names the one that counts."""
        return stable_id("file", self.id, attempt)


class CertificateVersion(Statement):
    """A version that was replaced; its file is kept but no longer handed out."""

    table = "certificate_versions"

    certificate_id: str
    replaced_at: AwareDatetime
    #: Why there is a newer one.
    reason: str

    @staticmethod
    def id_for(certificate_id: str, version: int) -> str:
        return stable_id("version", certificate_id, version)
