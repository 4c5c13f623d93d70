"""From a completion to a mailed certificate, and what repeats and strangers change: nothing."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pypdf
import requests

from functions.admin_router.main import main as admin_main
from functions.sop_router.main import main as sop_main
from shared.certificate.number import is_number
from tests.functions.backend import SECRET, Backend, Course


def test_a_completion_becomes_a_certificate_that_is_stored_mailed_and_downloaded(
    backend: Backend, course: Course
) -> None:
    [email] = course.enroll("Anaïs Müller")
    backend.work()
    assert course.states()[email]["enrollment_status"] == "enrolled"
    assert course.complete(email).status == 202
    backend.work()
    state = course.states()[email]
    assert state["certificate_status"] == "sent"
    assert is_number(state["certificate_number"])

    download = backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATE", learner_email=email, course_id=course.course_id).data
    pdf = requests.get(download["download_url"], timeout=10).content
    text = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "Anaïs Müller" in text
    assert "20 November 2026" in text
    assert state["certificate_number"] in text
    [mail] = backend.mails_to(course.sop)
    assert mail.filename == f"certificate-{state['certificate_number']}.pdf"
    [certificate] = [row for row in backend.rows("certificates") if row["learner_email"] == email]
    assert certificate["sha256"] == mail.sha256


def test_the_same_completion_fifty_times_at_once_makes_one_certificate_and_one_mail(
    backend: Backend, course: Course
) -> None:
    [email] = course.enroll("Ana Lima")
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: course.complete(email), range(50)))
    assert {answer.status for answer in answers} == {202}
    assert sum(not answer.data["repeated"] for answer in answers) == 1
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: backend.work(), range(4)))
    backend.work()
    assert len(backend.mails_to(course.sop)) == 1
    assert len([row for row in backend.rows("certificates") if row["learner_email"] == email]) == 1


def test_another_event_for_the_same_learner_and_course_changes_nothing(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    course.complete(email, "first")
    backend.work()
    before = course.states()[email]
    course.complete(email, "second")
    backend.work()
    assert course.states()[email] == before
    assert len(backend.mails_to(course.sop)) == 1


def test_a_certificate_that_is_not_there_yet_can_not_be_downloaded(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    asked = {"learner_email": email, "course_id": course.course_id}
    assert backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATE", **asked).error["code"] == "NOT_FOUND"
    course.complete(email)
    queued = backend.rows("completions", {"method": "equal", "attribute": "email", "values": [email]})
    assert [row["status"] for row in queued] == ["received"]


def test_an_sop_sees_their_own_learners_and_nothing_of_others(
    backend: Backend, new_course: Callable[..., Course]
) -> None:
    mine, other = new_course(), new_course()
    emails = mine.enroll("Ana Lima", "Ben Oke")
    [foreign] = other.enroll("Cara Diaz")
    other.complete(foreign)
    backend.work()
    listed = backend.ask_sop(mine.sop, "LIST_ORG_LEARNERS")
    assert {item["learner_info"]["email"] for item in listed.data["learners"]} == set(emails)
    assert listed.body["pagination"] == {
        "total": 2,
        "limit": 25,
        "offset": 0,
        "has_more": False,
        "next_cursor": None,
    }

    def refusal(**asked: str) -> tuple[int, str, str]:
        answer = backend.ask_sop(mine.sop, "DOWNLOAD_CERTIFICATE", **asked)
        return answer.status, answer.error["code"], answer.error["message"]

    theirs = refusal(learner_email=foreign, course_id=other.course_id)
    nobodys = refusal(learner_email="nobody@nowhere.example", course_id="none")
    assert theirs == nobodys
    assert theirs[0] == 404
    their_list = backend.ask_sop(mine.sop, "LIST_ORG_LEARNERS", organization_website=other.website)
    no_list = backend.ask_sop(mine.sop, "LIST_ORG_LEARNERS", organization_website="nowhere.example")
    assert their_list.error["message"] == no_list.error["message"]
    assert their_list.status == no_list.status == 404


def test_an_sop_is_no_admin_and_an_admin_is_no_sop(backend: Backend, course: Course) -> None:
    as_sop = backend.call(admin_main, "VIEW_LEARNERS", backend.log_in(course.sop), {"course_id": course.course_id})
    assert (as_sop.status, as_sop.error["code"]) == (403, "FORBIDDEN")
    as_admin = backend.call(sop_main, "LIST_ORG_LEARNERS", backend.admin, {"organization_website": course.website})
    assert (as_admin.status, as_admin.error["code"]) == (404, "NOT_FOUND")


def test_no_secret_and_no_name_is_logged(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Anaïs Müller")
    logs = course.complete(email).logs + backend.work().logs
    for private in ("Anaïs", email, SECRET, backend.key, "graphy-key"):
        assert private not in logs
