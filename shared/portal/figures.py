"""Figures, each counted by the database; several at a time."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from appwrite.query import Query

from shared.actions import Result
from shared.record import Record
from shared.records import Certificate, CertificateStatus, Enrollment, EnrollmentStatus
from shared.store import Store

#: Counts at a time.
_THREADS = 6

#: A table and the queries that its rows must fit.
Figure = tuple[type[Record], Sequence[str]]

GENERATED = Query.equal("status", [CertificateStatus.STORED, CertificateStatus.SENT, CertificateStatus.DELIVERED])
COMPLETED = Query.equal("completed", [True])
NOT_COMPLETED = Query.equal("completed", [False])
NOT_PASSED = Query.is_not_null("not_passed")
ENROLLED = Query.equal("status", [EnrollmentStatus.ENROLLED])
ACTIVE = Query.is_not_null("active_at")


def count(store: Store, figures: Mapping[str, Figure]) -> dict[str, int]:
    """How many rows there are of each; exact, however many."""
    with ThreadPoolExecutor(_THREADS) as pool:
        return dict(zip(figures, pool.map(lambda figure: store.count(*figure), figures.values()), strict=True))


def percent(part: int, whole: int) -> float:
    """With one decimal; 0 of nothing."""
    return round(100 * part / whole, 1) if whole else 0.0


class EnrollmentProgress(Result):
    """How many of a course's learners are in which state; the first four are all of them."""

    #: Graphy has not been asked yet, or could not be reached.
    queued: int
    #: Graphy is being asked.
    enrolling: int
    #: Graphy has taken them.
    enrolled: int
    #: Graphy refused them; tried again from time to time.
    failed: int
    #: Of all of these, those of whom Graphy reported that they completed the course.
    completed: int
    #: Of those completed, those who have no certificate because their score was not enough.
    not_passed: int


class CertificateProgress(Result):
    """How many of a course's certificates are in which state."""

    queued: int
    rendering: int
    #: Not mailed yet.
    stored: int
    #: SendGrid or the mail server took the mail; whether it arrives, SMTP never says.
    sent: int
    #: It arrived, SendGrid says.
    delivered: int
    failed: int


def enrollment_figures(course_id: str) -> dict[str, Figure]:
    """The fields of `EnrollmentProgress`."""
    of_course = Query.equal("course_id", [course_id])
    states = {status.value: (Enrollment, [of_course, Query.equal("status", [status])]) for status in EnrollmentStatus}
    ended = {"completed": COMPLETED, "not_passed": NOT_PASSED}
    return states | {name: (Enrollment, [of_course, query]) for name, query in ended.items()}


def certificate_figures(course_id: str) -> dict[str, Figure]:
    """The fields of `CertificateProgress`."""
    of_course = Query.equal("course_id", [course_id])
    return {status.value: (Certificate, [of_course, Query.equal("status", [status])]) for status in CertificateStatus}
