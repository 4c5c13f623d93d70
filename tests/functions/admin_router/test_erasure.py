"""An erased learner is nowhere any more; that their certificate's number was issued can still be proved."""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests

from infra.local.stack import ROOT
from shared.context import _appwrite
from shared.people import fingerprint
from shared.records import Certificate, Enrollment
from tests.functions.backend import Answer, Backend, Course

PAST = "2026-01-01T00:00:00.000+00:00"
TABLES = [table["$id"] for table in json.loads((ROOT / "infra/appwrite_collections.json").read_text())["tables"]]
CERTIFICATES = "/storage/buckets/certificates/files"


def erase(backend: Backend, course: Course, learner: str) -> Answer:
    return backend.ask_admin("DELETE_LEARNER", learner_email=learner, organization_website=course.website)


def rows_of(backend: Backend, table: str, column: str, value: str) -> list[dict[str, Any]]:
    return backend.rows(table, {"method": "equal", "attribute": column, "values": [value]})


def remains(backend: Backend, *private: str) -> list[str]:
    """The tables that still hold one of `private`."""
    tables = {table: json.dumps(backend.rows(table), ensure_ascii=False) for table in TABLES}
    return [table for table, text in tables.items() if any(each in text for each in private)]


def files(backend: Backend, number: str) -> list[str]:
    named = json.dumps({"method": "equal", "attribute": "name", "values": [f"{number}.pdf"]})
    return [file["$id"] for file in backend.server.get(CERTIFICATES, queries=[named])["files"]]


def issue(backend: Backend, course: Course, *names: str) -> list[str]:
    """The addresses of learners of these names, who have their certificates."""
    emails = course.enroll(*names)
    for email in emails:
        course.complete(email)
    backend.work()
    return emails


@contextmanager
def at_each_call(act: Callable[[requests.Response], None]) -> Iterator[None]:
    """`act` on each answer of Appwrite to a function, while the block runs."""

    def hook(response: requests.Response, *_: Any, **__: Any) -> None:
        act(response)

    hooks = _appwrite.hooks["response"]
    hooks.append(hook)
    try:
        yield
    finally:
        hooks.remove(hook)


def test_nothing_personal_is_left_but_the_proof_that_a_number_was_issued(backend: Backend, course: Course) -> None:
    [email] = issue(backend, course, "Zeferina Quux")
    former, now = email, f"{secrets.token_hex(4)}@{course.website}"
    asked = {"learner_email": email, "organization_website": course.website, "email": now, "name": "Zef Quux"}
    assert backend.ask_admin("UPDATE_LEARNER", **asked).status == 200
    course.complete(now.upper(), "again")
    backend.work()
    certificate = {"learner_email": now, "course_id": course.course_id}
    link = backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATE", **certificate).data["download_url"]
    [before] = rows_of(backend, "certificates", "learner_email", former)
    assert requests.get(link, timeout=10).content.startswith(b"%PDF-")
    assert {"certificates", "learners", "completions", "activity_logs"} <= set(
        remains(backend, "Quux", former, now, now.upper())
    )

    answer = erase(backend, course, now).data
    assert (answer["deleted_count"], answer["certificates_kept"]) == (1, [before["certificate_number"]])
    assert "Graphy" in answer["message"]
    assert remains(backend, "Quux", former, now, now.upper()) == []
    assert rows_of(backend, "deliveries", "certificate_id", before["$id"]) == []
    assert files(backend, before["certificate_number"]) == []
    assert requests.get(link, timeout=10).status_code in {401, 404}
    [kept] = rows_of(backend, "certificates", "certificate_number", before["certificate_number"])
    assert (kept["learner_name"], kept["learner_email"]) == ("(erased)", "(erased)")
    assert (kept["status"], kept["file_id"], kept["sha256"]) == ("sent", None, before["sha256"])
    assert kept["learner_hash"] == fingerprint(kept["learner_salt"], "Zeferina Quux", former)
    assert kept["learner_hash"] != fingerprint(kept["learner_salt"], "Zeferina Quux", now)


def test_the_log_tells_that_a_learner_was_erased_and_not_who(backend: Backend, course: Course) -> None:
    [email] = issue(backend, course, "Zeferina Quux")
    erase(backend, course, email)
    [log] = backend.ask_admin(
        "LIST_ACTIVITY_LOGS", activity_type="learner.erased", organization_website=course.website
    ).data["logs"]
    assert (log["learner_id"], log["subject_id"], log["changes"]) == (None, None, None)
    assert log["actor"]["role"] == "admin"


def test_erasing_again_finds_nobody_and_who_is_uploaded_again_is_new(backend: Backend, course: Course) -> None:
    [email] = issue(backend, course, "Ana Lima")
    [number] = erase(backend, course, email).data["certificates_kept"]
    answer = erase(backend, course, email)
    assert (answer.status, answer.error["code"]) == (404, "NOT_FOUND")
    row = f"name,email,organization_website\nAna Lima,{email},{course.website}\n"
    backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, csv_data=row)
    assert course.states()[email]["certificate_status"] == "none"
    course.complete(email, "evt")
    backend.work()
    assert course.states()[email]["certificate_number"] not in {None, number}


def test_a_learner_of_another_organization_is_not_erased(backend: Backend, new_course: Callable[..., Course]) -> None:
    course, other = new_course(), new_course()
    [theirs] = other.enroll("Ben Oke")
    refused = [erase(backend, course, email) for email in (theirs, "nobody@nowhere.example")]
    assert {(each.status, each.error["message"]) for each in refused} == {
        (404, "There is no such learner in this organization.")
    }
    assert other.states().keys() == {theirs}


def test_one_who_never_had_a_certificate_is_erased(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Zeferina Quux")
    assert erase(backend, course, email).data["certificates_kept"] == []
    assert remains(backend, "Zeferina Quux", email) == []
    assert course.states() == {}


def test_whatever_it_is_interrupted_at_the_repeat_finishes(backend: Backend, course: Course) -> None:
    emails = issue(backend, course, *(f"Quux {number}" for number in range(20)))
    backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES", course_id=course.course_id)
    interrupted = 0
    for last, email in enumerate(emails):
        left = last

        def break_off(response: requests.Response) -> None:
            nonlocal left
            left -= response.request.method != "GET"
            if left < 0:
                response.close()
                raise requests.ConnectionError("the function died")

        with at_each_call(break_off):
            answer = erase(backend, course, email)
        name = f"Quux {last}"
        if answer.status == 503:
            interrupted += 1
            assert erase(backend, course, email).status in {200, 404}
        assert remains(backend, f'"{name}"', email) == []
        if answer.status == 200:
            break
    assert 8 <= interrupted < len(emails) - 1


def test_one_erased_while_their_certificate_is_being_rendered_stays_erased(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Zeferina Quux")
    course.complete(email)
    numbers: list[str] = []

    def on_upload(response: requests.Response) -> None:
        if response.request.method == "POST" and response.request.path_url.endswith(CERTIFICATES) and not numbers:
            numbers.append("")
            numbers[:] = erase(backend, course, email).data["certificates_kept"]

    with at_each_call(on_upload):
        backend.work()
    [number] = numbers
    [row] = rows_of(backend, "certificates", "certificate_number", number)
    assert (row["status"], row["file_id"], row["due_at"]) == ("failed", None, None)
    assert row["reason"] == "Name, address and file were erased."
    assert files(backend, number) == []
    assert remains(backend, "Zeferina Quux", email) == []
    assert backend.mails_to(course.sop) == []


def test_what_a_worker_that_died_left_of_an_erased_learner_goes_by_itself(backend: Backend, course: Course) -> None:
    [email] = issue(backend, course, "Zeferina Quux")
    [before] = rows_of(backend, "certificates", "learner_email", email)
    [number] = erase(backend, course, email).data["certificates_kept"]
    [row] = rows_of(backend, "certificates", "certificate_number", number)
    assert row["due_at"] is not None
    requests.post(
        backend.appwrite.endpoint + CERTIFICATES,
        data={"fileId": before["file_id"]},
        files={"file": (f"{number}.pdf", b"%PDF-1.4 of Zeferina Quux")},
        headers={"x-appwrite-project": backend.appwrite.project, "x-appwrite-key": backend.key},
        timeout=10,
    ).raise_for_status()
    mails = len(backend.mails_to(course.sop))
    backend.set_row("certificates", row["$id"], due_at=PAST)
    backend.work()
    [row] = rows_of(backend, "certificates", "certificate_number", number)
    assert (row["status"], row["file_id"], row["due_at"]) == ("sent", None, None)
    assert files(backend, number) == []
    assert len(backend.mails_to(course.sop)) == mails


def test_what_came_in_too_late_for_the_erasure_is_erased_by_the_worker(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Zeferina Quux")
    [learner] = rows_of(backend, "learners", "email", email)
    course.complete(email)
    backend.work()
    [enrollment] = rows_of(backend, "enrollments", "learner_id", learner["$id"])
    [certificate] = rows_of(backend, "certificates", "learner_id", learner["$id"])
    erase(backend, course, email)
    put_back(backend, "enrollments", Enrollment.from_row(enrollment), status="queued")
    backend.server.delete(f"/tablesdb/certificates/tables/certificates/rows/{certificate['$id']}")
    put_back(backend, "certificates", Certificate.from_row(certificate), status="queued", file_id=None)
    assert remains(backend, "Zeferina Quux", email) == ["enrollments", "certificates"]
    mails = len(backend.mails_to(course.sop))
    backend.work()
    assert remains(backend, "Zeferina Quux", email) == []
    assert rows_of(backend, "enrollments", "learner_id", learner["$id"]) == []
    assert len(backend.mails_to(course.sop)) == mails


def put_back(backend: Backend, table: str, record: Certificate | Enrollment, **changes: Any) -> None:
    data = {**record.columns(), "due_at": PAST, **changes}
    backend.server.post(f"/tablesdb/certificates/tables/{table}/rows", rowId=record.id, data=data)


def test_zips_that_hold_their_certificate_are_offered_no_longer(backend: Backend, course: Course) -> None:
    email, other = issue(backend, course, "Zeferina Quux", "Ben Oke")
    asked = {"course_id": course.course_id}
    backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES", **asked)
    backend.work()
    ready = backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES", **asked).data
    assert requests.get(ready["download_url"], timeout=10).content.startswith(b"PK")
    erase(backend, course, email)
    assert requests.get(ready["download_url"], timeout=10).status_code in {401, 404}
    gone = backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES", export_id=ready["export_id"])
    assert gone.status == 404
    backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES", **asked)
    backend.work()
    again = backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES", **asked).data
    assert (again["status"], again["documents"]) == ("ready", 1)
    assert course.states().keys() == {other}


def test_previews_made_with_their_address_are_offered_no_longer(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Zeferina Quux")
    asked = {"course_id": course.course_id, "learner_email": email, "learner_name": "Zeferina Quux", "wait_seconds": 0}
    preview_id = backend.ask_admin("PREVIEW_CERTIFICATE", **asked).data["preview_id"]
    backend.work()
    shown = backend.ask_admin("PREVIEW_CERTIFICATE", preview_id=preview_id).data
    assert requests.get(shown["download_url"], timeout=10).content.startswith(b"%PDF-")
    assert remains(backend, email, "Zeferina Quux")
    erase(backend, course, email)
    assert requests.get(shown["download_url"], timeout=10).status_code in {401, 404}
    backend.work()
    assert remains(backend, email, "Zeferina Quux") == []
