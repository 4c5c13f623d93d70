"""How many calls to Appwrite a certificate takes, from the completion to the mail."""

from functions.certificate_worker.issuing import issue
from tests.functions.admin_router.calls import counted
from tests.functions.backend import Backend, Course


def test_a_hundred_certificates_take_less_than_three_calls_each(backend: Backend, course: Course) -> None:
    names = [f"Person {number}" for number in range(issue.BATCH // 2)]
    emails = [*course.enroll(*names), *course.enroll(*names)]
    backend.work()
    with counted() as delivered:
        for email in emails:
            course.complete(email, email)
    with counted() as worked:
        backend.work()
    assert {state["certificate_status"] for state in course.states().values()} <= {"sent", "delivered"}
    # Each completion is stored, and kicks; each PDF is stored, and its row says so. All else is done for many at once.
    assert delivered.count() == 2 * len(emails)
    assert worked.count() < 3 * len(emails)
    assert worked.count("POST", "/files") == len(emails)
    assert worked.count("GET", "/download") == 0
