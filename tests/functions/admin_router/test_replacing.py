"""A certificate that is replaced keeps its number and its link; the earlier version is history."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from shared.records import CertificateVersion
from tests.functions.admin_router.calls import counted
from tests.functions.backend import TEMPLATE, Backend, Course
from tests.functions.filtered_appwrite import filtered
from tests.functions.issued import (
    PAST,
    due_now,
    issued,
    mails_about,
    replace,
    revoke,
    row_of,
    rows_with,
    shown,
    told_of,
)
from tests.functions.organizations import letters_to, text_of


def download(backend: Backend, course: Course, number: str) -> str:
    email = row_of(backend, number)["learner_email"]
    answer = backend.ask_admin("DOWNLOAD_CERTIFICATE", learner_email=email, course_id=course.course_id)
    link: str = answer.data["download_url"]
    return link


def test_a_corrected_name_is_printed_and_mailed_under_the_same_number(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    before, old_link = shown(backend, number), download(backend, course, number)
    answer = replace(backend, number, learner_name="Ana Lima", reason="The name was misspelt.")
    assert (answer.data["changed"], answer.data["certificate"]["version"]) == (True, 2)
    assert answer.data["learner_name_now"] == "Ana Lmia"
    assert requests.get(old_link, timeout=10).status_code >= 400
    backend.work()
    after = shown(backend, number)
    assert (after["learner_name"], after["version"], after["status"]) == ("Ana Lima", 2, "sent")
    assert after["verify_url"].partition("?")[0] == before["verify_url"].partition("?")[0]
    assert after["verify_url"] != before["verify_url"]
    assert (after["issued_at"], after["expires_at"]) == (before["issued_at"], before["expires_at"])
    letter = letters_to(backend, course.sop)[-1]
    assert all(each in text_of(letter) for each in (number, "Ana Lima", "The name was misspelt.", "takes the place"))
    [attachment] = letter.iter_attachments()
    assert hashlib.sha256(attachment.get_content()).hexdigest() == after["sha256"] != before["sha256"]
    assert requests.get(download(backend, course, number), timeout=10).status_code == 200


def test_the_earlier_version_is_kept_with_its_file_and_why(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    before = row_of(backend, number)
    replace(backend, number, learner_name="Ana Lima")
    backend.work()
    [kept] = rows_with(backend, "certificate_versions", "certificate_number", number)
    same = ("learner_name", "file_id", "sha256", "key_id", "completed_at", "issued_at", "template_id")
    assert {name: kept[name] for name in same} == {name: before[name] for name in same}
    assert kept["version"] == 1
    [version] = shown(backend, number)["versions"]
    assert (version["learner_name"], version["reason"], version["sha256"]) == (
        "Ana Lmia",
        "Misspelt.",
        before["sha256"],
    )
    assert before["file_id"] != row_of(backend, number)["file_id"]


def test_replacing_twice_is_replacing_once(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    replace(backend, number, learner_name="Ana Lima")
    again = replace(backend, number, learner_name="Ana Lima")
    assert (again.data["changed"], again.data["certificate"]["version"]) == (False, 2)
    backend.work()
    again = replace(backend, number, learner_name="Ana Lima")
    assert again.data["message"] == "It says so already; nothing was changed."
    backend.work()
    assert len(letters_to(backend, course.sop)) == 2
    assert [name for name, _ in told_of(backend, number)].count("certificate.replaced") == 1


def test_the_log_says_what_changed_field_by_field(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    replace(backend, number, learner_name="Ana Lima", score="87", completed_at="2026-11-19T23:30:00+02:00")
    [changes] = [changes for name, changes in told_of(backend, number) if name == "certificate.replaced"]
    assert changes == {
        "version": [1, 2],
        "learner_name": ["Ana Lmia", "Ana Lima"],
        "score": [None, "87"],
        "completed_at": ["2026-11-20T10:00:00Z", "2026-11-19T21:30:00Z"],
        "reason": [None, "Misspelt."],
    }


def test_the_present_template_is_used_if_asked_for(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lima")
    assert replace(backend, number, use_current_template=True).data["changed"] is False
    html = f"{TEMPLATE}<p>New.</p>"
    backend.ask_admin("EDIT_COURSE", course_id=course.course_id, certificate_template_html=html)
    replace(backend, number, learner_name="Ana M. Lima")
    backend.work()
    assert row_of(backend, number)["template_version"] == 1
    replace(backend, number, use_current_template=True)
    backend.work()
    row = row_of(backend, number)
    assert (row["template_version"], row["version"], row["status"]) == (2, 3, "sent")
    assert [each["version"] for each in shown(backend, number)["versions"]] == [2, 1]


def test_without_a_mail_the_new_version_is_printed_all_the_same(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    replace(backend, number, learner_name="Ana Lima", notify=False)
    backend.work()
    due_now(backend, number)
    backend.work()
    assert len(letters_to(backend, course.sop)) == 1
    row = row_of(backend, number)
    assert (row["status"], row["due_at"], row["version"]) == ("stored", None, 2)
    resent = {"learner_email": row["learner_email"], "course_id": course.course_id}
    assert backend.ask_admin("RESEND_CERTIFICATE", **resent).data["message"] == "The certificate is mailed again."
    backend.work()
    assert len(letters_to(backend, course.sop)) == 2
    assert row_of(backend, number)["status"] == "sent"


def test_whoever_never_got_the_earlier_version_gets_the_new_one_alone(backend: Backend, course: Course) -> None:
    backend.catcher.refuse_next(1)
    [number] = issued(backend, course, "Ana Lmia")
    replace(backend, number, learner_name="Ana Lima", notify=False)
    for mail in mails_about(backend, number):
        if mail["version"] is None or mail["version"] == 1:
            backend.set_row("deliveries", mail["$id"], due_at=PAST)
    backend.work()
    backend.work()
    [letter] = letters_to(backend, course.sop)
    assert "Ana Lima" in text_of(letter)
    assert "Ana Lmia" not in text_of(letter)
    assert row_of(backend, number)["status"] == "sent"
    failed = [name for name, _ in told_of(backend, number) if name == "mail.failed"]
    assert not failed


def test_a_revoked_one_is_not_replaced(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    revoke(backend, number, reason="Fraud.")
    answer = replace(backend, number, learner_name="Ana Lima")
    assert (answer.status, answer.error["code"]) == (409, "REVOKED")
    assert answer.error["details"]["revoked_reason"] == "Fraud."
    assert row_of(backend, number)["version"] in {None, 1}


def test_one_that_is_being_printed_is_not_ready_and_one_that_failed_is_mended(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lmia")
    [template] = rows_with(backend, "templates", "course_id", course.course_id)
    backend.set_row("templates", template["$id"], html="{{ missing }}")
    course.complete(email)
    backend.work()
    [row] = rows_with(backend, "certificates", "learner_email", email)
    number = row["certificate_number"]
    backend.set_row("certificates", row["$id"], status="queued")
    answer = replace(backend, number, learner_name="Ana Lima")
    assert (answer.status, answer.error["code"]) == (409, "NOT_READY")
    backend.set_row("certificates", row["$id"], status="failed")
    backend.ask_admin("EDIT_COURSE", course_id=course.course_id, certificate_template_html=f"{TEMPLATE}!")
    assert replace(backend, number, use_current_template=True, notify=False).data["changed"] is True
    backend.work()
    [letter] = letters_to(backend, course.sop)
    assert "has completed the course" in text_of(letter)
    assert row_of(backend, number)["status"] == "sent"


def test_one_of_an_erased_learner_is_not_replaced(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lima")
    email = row_of(backend, number)["learner_email"]
    backend.ask_admin("DELETE_LEARNER", learner_email=email, organization_website=course.website)
    answer = replace(backend, number, learner_name="Ana Lima")
    assert (answer.status, answer.error["code"]) == (409, "ERASED")


def test_of_several_at_a_time_one_replaces_and_all_others_are_told(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: replace(backend, number, learner_name=f"Ana {n}"), range(4)))
    done = [each for each in answers if each.status == 200 and each.data["changed"]]
    refused = [each for each in answers if each.status == 409]
    assert len(done) + len(refused) == 4
    assert done
    assert {each.error["code"] for each in refused} <= {"BUSY", "NOT_READY"}
    backend.work()
    versions = shown(backend, number)["versions"]
    assert len(versions) == len(done) == row_of(backend, number)["version"] - 1


def broken_off(backend: Backend, monkeypatch: pytest.MonkeyPatch, method: str, part: str, number: str) -> None:
    """A replacement whose calls of that kind are refused."""
    refusal = b'{"message": "No", "code": 400, "type": "general_bad_request"}'

    def look(called: str, path: str, _: str) -> bytes | None:
        return refusal if called == method and part in path else None

    with filtered(backend.appwrite.endpoint, look) as broken:
        monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", broken)
        replace(backend, number, learner_name="Ana Lima")
    monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", backend.appwrite.endpoint)


@pytest.mark.parametrize(("method", "part"), [("GET", "/tables/links/"), ("POST", "/activity_logs/")])
def test_a_call_that_broke_off_late_is_finished_by_the_worker_and_its_repeat(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch, method: str, part: str
) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    link = download(backend, course, number)
    broken_off(backend, monkeypatch, method, part, number)
    backend.work()
    assert requests.get(link, timeout=10).status_code >= 400
    assert len(letters_to(backend, course.sop)) == 2
    replace(backend, number, learner_name="Ana Lima")
    assert [name for name, _ in told_of(backend, number)].count("certificate.replaced") == 1
    assert row_of(backend, number)["version"] == 2


@pytest.mark.parametrize(("method", "part"), [("POST", "/tables/deliveries/"), ("PATCH", "/tables/certificates/")])
def test_a_call_that_broke_off_early_changed_nothing_and_a_later_one_takes_over(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch, method: str, part: str
) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    before = shown(backend, number)
    broken_off(backend, monkeypatch, method, part, number)
    backend.work()
    assert len(letters_to(backend, course.sop)) == 1
    assert shown(backend, number) | {"deliveries": []} == before | {"deliveries": []}
    busy = replace(backend, number, learner_name="Ana Lima")
    assert (busy.status, busy.error["code"]) == (409, "BUSY")
    version = CertificateVersion.id_for(row_of(backend, number)["$id"], 1)
    backend.set_row("certificate_versions", version, replaced_at=PAST)
    assert replace(backend, number, learner_name="Ana Lima").data["changed"] is True
    backend.work()
    assert len(letters_to(backend, course.sop)) == 2
    assert row_of(backend, number)["status"] == "sent"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("learner_name", "x" * 256),
        ("learner_name", "a\x07b"),
        ("completed_at", "yesterday"),
        ("completed_at", "2026-11-20T10:00:00"),
        ("completed_at", "0001-01-01T00:00:00Z"),
        ("score", "9" * 33),
        ("grade", "x\x00"),
        ("reason", ""),
        ("use_current_template", "perhaps"),
    ],
)
def test_a_bad_field_is_named(backend: Backend, course: Course, field: str, value: Any) -> None:
    answer = replace(backend, "2026-7F3K-22QX-91PA", **{field: value})
    assert (answer.status, set(answer.error["details"]["fields"])) == (422, {field})


def test_null_removes_a_score_and_what_is_left_out_stays(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lima")
    replace(backend, number, score="87", max_score="100", grade="B")
    backend.work()
    replace(backend, number, grade=None, score="88")
    after = shown(backend, number)
    assert (after["score"], after["max_score"], after["grade"]) == ("88", "100", None)


def test_an_erased_learners_versions_keep_no_name_and_no_file_but_the_hash_of_their_codes(
    backend: Backend, course: Course
) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    first = shown(backend, number)["verify_url"].partition("?c=")[2]
    replace(backend, number, learner_name="Ana Lima", reason="Not Lmia but Lima.")
    backend.work()
    second = shown(backend, number)["verify_url"].partition("?c=")[2]
    email = row_of(backend, number)["learner_email"]
    for _ in range(2):
        backend.ask_admin("DELETE_LEARNER", learner_email=email, organization_website=course.website)
    [kept] = rows_with(backend, "certificate_versions", "certificate_number", number)
    for row, code in ((kept, first), (row_of(backend, number), second)):
        assert row["code_sha256"] == hashlib.sha256(code.encode()).hexdigest()
        assert (row["learner_name"], row["learner_email"], row["file_id"]) == ("(erased)", "(erased)", None)
    assert kept["reason"] == "(erased)"
    named = json.dumps({"method": "equal", "attribute": "name", "values": [f"{number}.pdf"]})
    assert backend.server.get("/storage/buckets/certificates/files", queries=[named])["files"] == []


def test_a_replacement_takes_few_calls(backend: Backend, course: Course) -> None:
    [number] = issued(backend, course, "Ana Lmia")
    with counted() as calls:
        replace(backend, number, learner_name="Ana Lima")
    assert calls.count("", "/certificates/rows") <= 3
    assert calls.count() <= 18
