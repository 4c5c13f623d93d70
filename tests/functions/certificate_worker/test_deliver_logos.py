"""Mails of certificates show the organisation's logo, which costs one read a pass, or none if there is no logo."""

import base64
import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from functions.certificate_worker.issuing import deliver, parcels
from tests.functions.admin_router.calls import Calls, counted
from tests.functions.backend import Backend, Course
from tests.functions.certificate_worker.outbox import due_again
from tests.functions.organizations import letters_to
from tests.functions.sendgrid import SendGrid
from tests.pictures import JPEG, address, png

LOGO = png(300, 60)


def give(backend: Backend, course: Course, logo: str | None) -> None:
    assert backend.ask_admin("EDIT_ORGANIZATION", website=course.website, logo=logo).status == 200


def complete(course: Course, *names: str) -> None:
    for email in course.enroll(*names):
        course.complete(email, f"evt-{email}")


def images(letter: EmailMessage) -> list[object]:
    return [part.get_payload(decode=True) for part in letter.walk() if part.get_content_maintype() == "image"]


def reads(calls: Calls) -> int:
    return sum("/tables/logos/" in path for _, path in calls.made)


def test_each_organizations_mail_shows_its_own_logo(
    backend: Backend, course: Course, new_course: Callable[..., Course]
) -> None:
    other, plain = new_course(), new_course()
    give(backend, course, address(LOGO))
    give(backend, other, address(JPEG, "jpeg"))
    for each in (course, other, plain):
        complete(each, "Ana Lima")
    with counted() as calls:
        backend.work()
    assert reads(calls) == 1
    [[first], [second], [third]] = (letters_to(backend, each.sop) for each in (course, other, plain))
    assert (images(first), images(second), images(third)) == ([LOGO], [JPEG], [])
    assert all(len(list(each.iter_attachments())) == 1 for each in (first, second, third))


def test_many_mails_of_one_organization_read_its_logo_once_a_pass(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcels, "MOST_FILES", 1)
    monkeypatch.setattr(deliver, "BATCH", 2)
    give(backend, course, address(LOGO))
    complete(course, "Ana Lima", "Ben Oke", "Cara Diaz", "Dan Roth", "Eva Berg")
    with counted() as calls:
        backend.work()
    assert [images(each) for each in letters_to(backend, course.sop)] == [[LOGO]] * 5
    assert reads(calls) == 1


def test_without_a_logo_no_call_is_made_for_one(backend: Backend, course: Course) -> None:
    complete(course, "Ana Lima")
    with counted() as calls:
        backend.work()
    assert reads(calls) == 0
    [letter] = letters_to(backend, course.sop)
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf",
    ]  # fmt: skip


def test_sendgrid_is_given_the_logo_inline_under_the_id_that_the_html_shows(
    backend: Backend, course: Course, sendgrid: SendGrid
) -> None:
    give(backend, course, address(LOGO))
    complete(course, "Ana Lima")
    backend.work()
    [mail] = sendgrid.mails_to(course.sop)
    logo, pdf = mail["attachments"]
    assert {name: logo[name] for name in ("type", "filename", "disposition")} == {
        "type": "image/png", "filename": "logo.png", "disposition": "inline",
    }  # fmt: skip
    assert base64.b64decode(logo["content"]) == LOGO
    [shown] = re.findall(r'src="cid:([^"]+)"', mail["content"][1]["value"])
    assert shown == logo["content_id"]
    assert (pdf["disposition"], "content_id" in pdf) == ("attachment", False)


def test_sendgrid_is_given_nothing_more_where_there_is_no_logo(
    backend: Backend, course: Course, sendgrid: SendGrid
) -> None:
    complete(course, "Ana Lima")
    backend.work()
    [mail] = sendgrid.mails_to(course.sop)
    [pdf] = mail["attachments"]
    assert set(pdf) == {"content", "type", "filename", "disposition"}
    assert "cid:" not in mail["content"][1]["value"]


@pytest.mark.parametrize("spoilt", [None, "no picture at all"])
def test_a_mail_whose_logo_is_gone_or_spoilt_goes_out_without(
    backend: Backend, course: Course, spoilt: str | None
) -> None:
    give(backend, course, address(LOGO))
    complete(course, "Ana Lima")
    backend.catcher.refuse_next(1)
    backend.work()
    if spoilt:
        [row] = [row for row in backend.rows("organizations") if row["website"] == course.website]
        backend.set_row("logos", row["$id"], address=spoilt)
    else:
        give(backend, course, None)
    due_again(backend, course)
    backend.work()
    [letter] = letters_to(backend, course.sop)
    assert images(letter) == []
    assert len(list(letter.iter_attachments())) == 1


def test_a_certificate_that_is_mailed_again_shows_the_logo_of_today(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    course.complete(email)
    backend.work()
    give(backend, course, address(LOGO))
    assert backend.ask_admin("RESEND_CERTIFICATE", learner_email=email, course_id=course.course_id).status == 200
    backend.work()
    assert [images(each) for each in letters_to(backend, course.sop)] == [[], [LOGO]]
