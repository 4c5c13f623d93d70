"""Learners, and the courses that they take."""

from enum import StrEnum

from pydantic import AwareDatetime

from shared.ids import stable_id
from shared.record import Record, Work
from shared.records.courses import Course


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
