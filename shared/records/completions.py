"""What Graphy reported."""

from enum import StrEnum

from pydantic import AwareDatetime

from shared.record import Work


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
