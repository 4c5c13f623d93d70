"""A revoked certificate is handed out and mailed no more, and says when and why; nothing of it is lost."""

from typing import Any

import pytest
import requests

from shared.certificate.number import new_number
from tests.functions.admin_router.calls import counted
from tests.functions.backend import Backend, Course
from tests.functions.filtered_appwrite import filtered
from tests.functions.issued import issued, mails_about, number_of, replace, revoke, row_of, shown, told_of
from tests.functions.organizations import letters_to, text_of
from tests.pictures import address, png


def asked_by_both(backend: Backend, course: Course, action: str, number: str) -> list[Any]:
    payload = {"learner_email": row_of(backend, number)["learner_email"], "course_id": course.course_id}
    return [backend.ask_admin(action, **payload), backend.ask_sop(course.sop, action, **payload)]


def test_a_revoked_certificate_is_neither_downloaded_nor_resent_by_anyone(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lima")
    assert revoke(backend, number, reason="Issued in error.").data["changed"] is True
    for action in ("DOWNLOAD_CERTIFICATE", "RESEND_CERTIFICATE"):
        for answer in asked_by_both(backend, course, action, number):
            assert (answer.status, answer.error["code"]) == (409, "REVOKED")
            assert answer.error["details"]["revoked_reason"] == "Issued in error."
            assert answer.error["details"]["revoked_at"] == row_of(backend, number)["revoked_at"]
    backend.work()
    assert len(letters_to(backend, course.sop)) == 1


def test_links_and_zips_given_out_before_die(backend: Backend, course: Course) -> None:
    number, other = issued(backend, course, "Ana Lima", "Ben Oke")
    links = [each.data["download_url"] for each in asked_by_both(backend, course, "DOWNLOAD_CERTIFICATE", number)]
    kept = asked_by_both(backend, course, "DOWNLOAD_CERTIFICATE", other)[0].data["download_url"]
    export = backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES").data["export_id"]
    backend.work()
    zip_link = backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES", export_id=export).data["download_url"]
    assert [requests.get(each, timeout=10).status_code for each in (*links, kept, zip_link)] == [200] * 4
    revoke(backend, number)
    assert all(requests.get(each, timeout=10).status_code >= 400 for each in (*links, zip_link))
    assert requests.get(kept, timeout=10).status_code == 200
    assert backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES", export_id=export).status == 404


def test_a_zip_of_another_course_lives_on(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lima")
    export = backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES").data["export_id"]
    row = backend.rows("exports", {"method": "equal", "attribute": "$id", "values": [export]})[0]
    backend.set_row("exports", export, request=row["request"].replace('"course_id":null', '"course_id":"another"'))
    revoke(backend, number)
    assert backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES", export_id=export).status == 200


def test_a_new_zip_leaves_it_out(backend: Backend, course: Course) -> None:
    number, _ = issued(backend, course, "Ana Lima", "Ben Oke")
    revoke(backend, number)
    assert backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES").data["documents"] == 1


def test_revoking_twice_changes_nothing_and_says_so(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lima")
    revoke(backend, number, reason="First.", notify=True)
    before = row_of(backend, number)
    again = revoke(backend, number, reason="Second.", notify=True)
    assert again.data["changed"] is False
    assert "revoked already" in again.data["message"]
    assert row_of(backend, number) == before
    assert shown(backend, number)["revoked_reason"] == "First."
    backend.work()
    revoke(backend, number, notify=True)
    backend.work()
    assert len(letters_to(backend, course.sop)) == 2
    assert [name for name, _ in told_of(backend, number)].count("certificate.revoked") == 1


def test_the_contact_is_told_with_number_learner_course_and_reason_but_without_a_file(
    backend: Backend, course: Course
) -> None:
    [number] = issued(backend, course, "Ana Lima")
    revoke(backend, number, reason="The exam\nwas not sat.", notify=True)
    backend.work()
    letter = letters_to(backend, course.sop)[-1]
    text = text_of(letter)
    assert all(each in text for each in (number, "Ana Lima", "The exam was not sat.", "revoked"))
    assert row_of(backend, number)["course_name"] in text
    assert not list(letter.iter_attachments())
    assert row_of(backend, number)["status"] == "sent"
    assert [(each["purpose"], each["status"]) for each in mails_about(backend, number)] == [
        ("issued", "sent"),
        ("revoked", "sent"),
    ]
    assert told_of(backend, number)[-1][0] == "certificate.revocation_sent"


def test_several_are_told_of_in_one_mail(backend: Backend, course: Course) -> None:
    numbers = issued(backend, course, "Ana Lima", "Ben Oke")
    for number in numbers:
        revoke(backend, number, notify=True)
    backend.work()
    _, letter = letters_to(backend, course.sop)
    assert letter["Subject"].startswith("2 certificates revoked")
    assert all(number in text_of(letter) for number in numbers)


def test_mails_about_changes_show_the_organizations_logo(backend: Backend, course: Course) -> None:
    logo = png(300, 60)
    assert backend.ask_admin("EDIT_ORGANIZATION", website=course.website, logo=address(logo)).status == 200
    [number] = issued(backend, course, "Ana Lmia")
    replace(backend, number, learner_name="Ana Lima")
    backend.work()
    revoke(backend, number, notify=True)
    backend.work()
    for letter in letters_to(backend, course.sop):
        images = [part for part in letter.walk() if part.get_content_maintype() == "image"]
        assert [part.get_payload(decode=True) for part in images] == [logo]
    assert len(letters_to(backend, course.sop)) == 3


def test_nobody_is_told_unless_asked_for(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lima")
    revoke(backend, number)
    backend.work()
    assert [each["purpose"] for each in mails_about(backend, number)] == ["issued"]


def test_a_notice_that_is_late_is_not_sent_once_the_certificate_is_reinstated(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lima")
    revoke(backend, number, notify=True)
    assert reinstate(backend, number).data["changed"] is True
    backend.work()
    assert len(letters_to(backend, course.sop)) == 1
    assert mails_about(backend, number)[-1]["reason"] == "The certificate is revoked no longer."


def reinstate(backend: Backend, number: str, **more: Any) -> Any:
    return backend.ask_admin("REINSTATE_CERTIFICATE", certificate_number=number, **{"reason": "Mixed up.", **more})


def test_a_reinstated_certificate_is_as_it_was_and_may_be_revoked_again(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lima")
    before = shown(backend, number)
    revoke(backend, number, reason="One.", notify=True)
    backend.work()
    reinstate(backend, number)
    assert shown(backend, number) | {"deliveries": []} == before | {"deliveries": []}
    assert all(each.status == 200 for each in asked_by_both(backend, course, "DOWNLOAD_CERTIFICATE", number))
    revoke(backend, number, reason="Two.", notify=True)
    backend.work()
    assert "Two." in text_of(letters_to(backend, course.sop)[-1])
    names = [name for name, _ in told_of(backend, number) if "re" in name.partition(".")[2]]
    assert names == [
        "certificate.revoked",
        "certificate.revocation_sent",
        "certificate.reinstated",
        "certificate.revoked",
        "certificate.revocation_sent",
    ]


def test_reinstating_what_is_not_revoked_changes_nothing_and_says_so(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lima")
    before = row_of(backend, number)
    answer = reinstate(backend, number)
    assert (answer.data["changed"], answer.data["message"]) == (False, "It is not revoked; nothing was changed.")
    assert row_of(backend, number) == before


def test_the_log_says_what_changed(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lima")
    revoke(backend, number, reason="Why.")
    at = row_of(backend, number)["revoked_at"]
    reinstate(backend, number, reason="Because.")
    [revoked, reinstated] = [changes for name, changes in told_of(backend, number) if name.startswith("certificate.re")]
    assert revoked == {"revoked_at": [None, at], "revoked_reason": [None, "Why."]}
    assert reinstated == {"revoked_at": [at, None], "revoked_reason": ["Why.", None], "reason": [None, "Because."]}


@pytest.mark.parametrize("breaks_at", ["/tables/links/", "/tables/exports/", "/tables/deliveries/", "/activity_logs/"])
def test_a_call_that_broke_off_is_finished_by_its_repeat(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch, breaks_at: str
) -> None:
    [number] = issued(backend, course, "Ana Lima")
    [link] = [each.data["download_url"] for each in asked_by_both(backend, course, "DOWNLOAD_CERTIFICATE", number)[:1]]
    refusal = b'{"message": "No", "code": 400, "type": "general_bad_request"}'
    with filtered(backend.appwrite.endpoint, lambda _, path, __: refusal if breaks_at in path else None) as broken:
        monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", broken)
        revoke(backend, number, notify=True)
    monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", backend.appwrite.endpoint)
    assert row_of(backend, number)["revoked_at"]
    assert revoke(backend, number, notify=True).data["changed"] is False
    assert requests.get(link, timeout=10).status_code >= 400
    backend.work()
    assert len(letters_to(backend, course.sop)) == 2
    assert [name for name, _ in told_of(backend, number)].count("certificate.revoked") == 1


@pytest.mark.parametrize("action", ["REVOKE_CERTIFICATE", "REINSTATE_CERTIFICATE", "REPLACE_CERTIFICATE"])
def test_a_mistyped_number_is_named_before_anything_is_looked_up(backend: Backend, action: str) -> None:
    with counted() as calls:
        answer = backend.ask_admin(action, certificate_number="2026-7F3K-22QX-91PB", reason="Why.")
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert "looks mistyped" in answer.error["details"]["fields"]["certificate_number"]
    assert calls.count("", "/rows") == 0


def test_an_unknown_number_is_not_found(backend: Backend) -> None:
    number = new_number(2026, lambda n: bytes(range(n)))
    for action in ("REVOKE_CERTIFICATE", "REINSTATE_CERTIFICATE", "REPLACE_CERTIFICATE", "GET_CERTIFICATE"):
        answer = backend.ask_admin(action, certificate_number=number, reason="Why.")
        assert (answer.status, answer.error["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, None, 7])
def test_a_reason_is_needed_and_is_short(backend: Backend, course: Course, reason: Any) -> None:
    [number] = issued(backend, course, "Ana Lima")
    answer = revoke(backend, number, reason=reason)
    assert (answer.status, set(answer.error["details"]["fields"])) == (422, {"reason"})


def test_a_number_is_understood_as_people_type_it(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lima")
    typed = number.replace("-", " ").lower().replace("1", "l").replace("0", "o")
    assert revoke(backend, typed).data["certificate"]["certificate_number"] == number


def test_an_sop_sees_that_it_is_revoked_and_why(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lima")
    revoke(backend, number, reason="Why.")
    [learner] = backend.ask_sop(course.sop, "LIST_ORG_LEARNERS").data["learners"]
    [seen] = learner["courses"]
    assert (seen["revoked"], seen["revoked_reason"], seen["expired"], seen["version"]) == (True, "Why.", False, 1)
    assert seen["verify_url"].startswith(f"http://verify.example/verify/{number}?c=")


def test_an_sop_may_not_revoke(backend: Backend, course: Course) -> None:
    email = course.enroll("Ana Lima")[0]
    course.complete(email)
    backend.work()
    number = number_of(backend, email)
    answer = backend.ask_sop(course.sop, "REVOKE_CERTIFICATE", certificate_number=number, reason="Why.")
    assert answer.error["code"] == "UNKNOWN_ACTION"


def test_one_of_an_erased_learner_may_be_revoked_and_nobody_is_mailed(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lima")
    email = row_of(backend, number)["learner_email"]
    backend.ask_admin("DELETE_LEARNER", learner_email=email, organization_website=course.website)
    assert revoke(backend, number, notify=True).data["certificate"]["state"] == "revoked"
    backend.work()
    assert mails_about(backend, number) == []
