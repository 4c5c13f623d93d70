"""One frozen model per collection of `infra/appwrite_collections.json`.

Ids are stable where the database shall notice a repeat (`shared.ids`), and random where a person may change what they
would be made of (an e-mail address, a website), which a unique column guards instead.
"""

from enum import StrEnum

from pydantic import AwareDatetime

from shared.ids import stable_id
from shared.record import Record, Work


class Course(Record):
    table = "courses"

    course_id: str
    name: str
    #: The template that the next certificates use; those already issued name their own.
    template_id: str
    graphy_product_id: str
    #: Counts the templates of this course; see `Template`.
    template_version: int = 1
    course_url: str | None = None
    #: For how long its certificates are valid; None = for ever.
    validity_days: int | None = None
    #: BCP 47; how dates are printed.
    locale: str | None = None
    #: In place of the variable `PDF_ENGINES`.
    pdf_engines: str | None = None
    #: In percent; a completion that brought less, or no score at all, gets no certificate. None = all get one.
    passing_score: float | None = None
    #: An archived course takes no new learners; those it has still get their certificates.
    archived_at: AwareDatetime | None = None

    @staticmethod
    def id_for(course_id: str) -> str:
        return stable_id("course", course_id.strip().casefold())


class Template(Record):
    """A certificate template as it was saved once; never changed, so that what was issued stays as it was."""

    table = "templates"

    course_id: str
    html: str
    #: 1 for a course's first template; each that differs from all before gets the next number.
    version: int = 1
    #: How often a renderer died of it, and why it is used no longer, if it is not.
    kills: int = 0
    set_aside: str | None = None

    @staticmethod
    def id_for(course_id: str, html: str) -> str:
        return stable_id("template", Course.id_for(course_id), html)


class Organization(Record):
    table = "organizations"

    #: As `shared.identifiers.website` spells it.
    website: str
    name: str
    sop_email: str
    #: The Appwrite team whose members are its contacts.
    team_id: str
    #: An archived organisation takes no new learners, and its contacts may see nothing; its certificates stay.
    archived_at: AwareDatetime | None = None
    #: Of its logo, hex; None = it has none, and there is nothing to read.
    logo_sha256: str | None = None


class Logo(Record):
    """An organisation's logo, under the organisation's id; in a table of its own, as lists read many organisations."""

    table = "logos"

    #: A `data:` address, as `shared.pictures.logo` takes it.
    address: str


class Contact(Record):
    """Somebody who may act for an organisation; the one who gets its mail is named by `Organization.sop_email`."""

    table = "contacts"

    organization_id: str
    email: str
    #: Of the Appwrite account.
    user_id: str

    @staticmethod
    def id_for(organization_id: str, email: str) -> str:
        return stable_id("contact", organization_id, email)


class Learner(Record):
    """A person, in one organisation."""

    table = "learners"

    #: As `shared.identifiers.email_address` spells it.
    email: str
    name: str
    organization_id: str
    #: When Graphy first took them into a course.
    active_at: AwareDatetime | None = None


class LearnerAlias(Record):
    """An address that a learner had before; Graphy goes on reporting completions under it."""

    table = "learner_aliases"

    email: str
    learner_id: str

    @staticmethod
    def id_for(email: str) -> str:
        return stable_id("alias", email)


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
    #: Copies of the learner's, so that the database can search and page by them.
    learner_name: str = ""
    learner_email: str = ""
    #: Whether a completion has come in.
    completed: bool = False
    #: Why the last one brought no certificate: its score was not enough. None = it did, or there is none yet.
    not_passed: str | None = None

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
    #: Its score is below the course's passing score, or missing; looked at again when that changes.
    NOT_PASSED = "not_passed"
    #: Signed, but course or learner could not be read from it.
    UNREADABLE = "unreadable"


class Completion(Work):
    """What Graphy reported, as it came; `course_id` and `email` are not checked until it is matched or not passed."""

    table = "completions"

    event_id: str
    course_id: str
    email: str
    completed_at: AwareDatetime
    received_at: AwareDatetime
    #: The raw body.
    payload: str
    #: Of the delivery that brought it, to follow it through the logs.
    trace_id: str | None = None
    #: As Graphy wrote them.
    score: str | None = None
    max_score: str | None = None
    credits: str | None = None
    grade: str | None = None
    status: CompletionStatus = CompletionStatus.RECEIVED


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


class DeliveryStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    #: Taken by a mail server or SendGrid.
    SENT = "sent"
    #: What SendGrid said later.
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    DROPPED = "dropped"
    FAILED = "failed"


class Purpose(StrEnum):
    ISSUED = "issued"
    #: Somebody asked for it again.
    RESENT = "resent"
    #: A new version takes the place of the one before.
    REPLACED = "replaced"
    #: Says that it was revoked; brings no file.
    REVOKED = "revoked"


class Delivery(Work):
    """The outbox: one mail of one certificate to one recipient for one purpose.

    One that is queued and not due waits for its certificate: to be printed, or to be revoked no longer.
    """

    table = "deliveries"

    certificate_id: str
    organization_id: str
    recipient: str
    purpose: Purpose = Purpose.ISSUED
    status: DeliveryStatus = DeliveryStatus.QUEUED
    sent_at: AwareDatetime | None = None
    #: sendgrid or smtp
    provider: str | None = None
    #: Of the mail that it goes out in, with others to the same recipient.
    mail_id: str | None = None
    #: Of the certificate that it is about; another version has mails of its own.
    version: int = 1
    #: Whether the organisation had a logo when this was queued: mails of those without one cost no call.
    has_logo: bool = False

    @staticmethod
    def id_for(certificate_id: str, recipient: str, purpose: Purpose, turn: int = 0) -> str:
        """`turn` counts the mails of one purpose: asking twice before the first went out is asking once."""
        return stable_id("delivery", certificate_id, recipient, purpose, *([turn] if turn else []))


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
