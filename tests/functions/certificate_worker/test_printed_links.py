"""What a certificate says of itself, and where its code leads, read from the PDF that was delivered."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from functions.certificate_worker.issuing.printing import values
from shared.certificate.designs import design
from shared.certificate.document import VARIABLES
from shared.certificate.number import is_number
from shared.records import Certificate
from shared.verification import Keys
from tests.functions.backend import KEY, Backend, Course
from tests.functions.certificate_worker.outbox import PAST
from tests.functions.courses import make_course
from tests.shared.certificate import pdfs
from tests.shared.certificate.codes import link_on

KEYS = Keys.parse(f"k1:{KEY}")
LINK = "https://verify.example/verify/2026-7F3K-22QX-91PA?c=0123456789ABCDEFGHJKMNPQRS"


@pytest.fixture
def classic(backend: Backend) -> Course:
    template = design("classic")
    assert template is not None
    return make_course(backend, template)


def certificates(backend: Backend, course: Course) -> dict[str, dict[str, Any]]:
    """By their learners' addresses."""
    return {row["learner_email"]: row for row in backend.rows("certificates") if row["course_id"] == course.course_id}


def delivered(course: Course, email: str) -> bytes:
    asked = {"learner_email": email, "course_id": course.course_id}
    url = course.backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATE", **asked).data["download_url"]
    return requests.get(url, timeout=10).content


def issued(course: Course, *names: str) -> list[str]:
    emails = course.enroll(*names)
    for email in emails:
        course.complete(email, email)
    course.backend.work()
    return emails


def test_a_delivered_certificate_s_code_is_its_verify_link(backend: Backend, classic: Course) -> None:
    ana, ben = issued(classic, "Ana Lima", "Ben Oke")
    rows = certificates(backend, classic)
    mine, others = (Certificate.from_row(rows[email]) for email in (ana, ben))
    pdf = delivered(classic, ana)
    link = urlsplit(link_on(pdf))
    assert link._replace(query="").geturl() == f"http://verify.example/verify/{mine.certificate_number}"
    [code] = parse_qs(link.query)["c"]
    assert is_number(link.path.rpartition("/")[2])
    assert KEYS.fits(mine, code)
    assert not KEYS.fits(others, code)
    assert pdfs.links(pdf) == {link.geturl()}


def test_a_certificate_says_until_when_it_is_valid_in_the_words_of_its_course(
    backend: Backend, classic: Course
) -> None:
    backend.ask_admin("EDIT_COURSE", course_id=classic.course_id, locale="de", validity_days=365)
    [email] = issued(classic, "Ana Lima")
    expires_at = datetime.fromisoformat(certificates(backend, classic)[email]["expires_at"])
    printed = pdfs.text(delivered(classic, email))
    assert f"Valid until {expires_at.day}. " in printed
    assert f" {expires_at.year}" in printed


def test_a_certificate_that_never_expires_does_not_speak_of_it(classic: Course) -> None:
    [email] = issued(classic, "Ana Lima")
    printed = pdfs.text(delivered(classic, email))
    assert "Issued " in printed
    assert not any(word in printed for word in ("Valid until", "Score", "Credits", "Grade", "None"))


def test_a_certificate_whose_key_was_taken_away_waits_and_holds_up_no_other(backend: Backend, classic: Course) -> None:
    [email] = issued(classic, "Ana Lima")
    row = certificates(backend, classic)[email]
    again = {"status": "queued", "due_at": PAST, "file_id": None, "key_id": "gone"}
    backend.set_row("certificates", row["$id"], **again)
    [other] = issued(classic, "Ben Oke")
    states = certificates(backend, classic)
    assert states[other]["status"] == "sent"
    assert states[email]["status"] == "queued"
    assert states[email]["due_at"] > PAST
    assert "VERIFY_KEYS" in states[email]["reason"]


def certificate(**given: Any) -> Certificate:
    moment = datetime(2026, 11, 20, 10, tzinfo=UTC)
    texts = dict.fromkeys(("id", "learner_id", "course_id", "organization_id", "template_id"), "x")
    names = dict.fromkeys(("learner_name", "learner_email", "course_name", "organization_name"), "y")
    number = "2026-7F3K-22QX-91PA"
    dates = {"completed_at": moment, "issued_at": moment + timedelta(days=1)}
    return Certificate(**{**texts, **names, **dates, "certificate_number": number, **given})


def test_every_variable_is_given_and_what_lacks_is_empty() -> None:
    printed = values(certificate(), LINK)
    assert set(printed) == set(VARIABLES)
    assert {name for name, text in printed.items() if not text} == {
        "expires_at",
        "score",
        "max_score",
        "credits",
        "grade",
    }
    assert (printed["verify_url"], printed["issued_at"]) == (LINK, "21 November 2026")


def test_scores_and_credits_are_printed_as_they_came() -> None:
    given = {"score": "87.50", "max_score": "100", "credits": "6 ECTS", "grade": "A+"}
    expires_at = datetime(2027, 1, 31, tzinfo=UTC)
    printed = values(certificate(**given, expires_at=expires_at, locale="fr"), LINK)
    assert given.items() <= printed.items()
    assert (printed["issued_at"], printed["expires_at"]) == ("21 novembre 2026", "31 janvier 2027")
