"""Many certificates at once: begun by an SOP, made by the worker, offered as links that expire."""

import io
import secrets
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.functions.backend import Answer, Backend, Course

PAST = "2026-01-01T00:00:00.000+00:00"


@pytest.fixture
def emails(backend: Backend, course: Course) -> list[str]:
    """Two learners whose certificates are delivered."""
    emails = course.enroll("Ana Lima", "Ben Ökè")
    for email in emails:
        course.complete(email)
    backend.work()
    return emails


def ask(backend: Backend, course: Course, **payload: Any) -> Answer:
    return backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES", **payload)


def unzipped(url: str) -> zipfile.ZipFile:
    answer = requests.get(url, timeout=10)
    answer.raise_for_status()
    return zipfile.ZipFile(io.BytesIO(answer.content))


def rows_of(backend: Backend, table: str, column: str, value: str) -> list[dict[str, Any]]:
    return backend.rows(table, {"method": "equal", "attribute": column, "values": [value]})


def test_all_certificates_of_an_organization_are_begun_made_and_downloaded(
    backend: Backend, course: Course, emails: list[str]
) -> None:
    begun = ask(backend, course).data
    assert (begun["status"], begun["documents"], begun["downloads"]) == ("queued", 2, [])
    assert (begun["download_url"], begun["expires_at"]) == (None, None)
    backend.work()
    ready = ask(backend, course, export_id=begun["export_id"]).data
    assert (ready["status"], ready["documents"], ready["message"]) == ("ready", 2, "The files are ready.")
    [link] = ready["downloads"]
    assert link["download_url"] == ready["download_url"]
    assert link["filename"] == f"certificates-{course.website}-{datetime.now(UTC).date()}-1.zip"
    within = datetime.fromisoformat(ready["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=55) < within <= timedelta(hours=1)
    archive = unzipped(link["download_url"])
    assert archive.testzip() is None
    numbers = {row["learner_name"]: row["certificate_number"] for row in _certificates(backend, emails)}
    course_name = f"Course {course.website.removesuffix('.example')}"
    assert set(archive.namelist()) == {f"{course_name}/{name} {number}.pdf" for name, number in numbers.items()}
    assert all(archive.read(name).startswith(b"%PDF-") for name in archive.namelist())


def _certificates(backend: Backend, emails: list[str]) -> list[dict[str, Any]]:
    return backend.rows("certificates", {"method": "equal", "attribute": "learner_email", "values": emails})


def test_an_impatient_sop_begins_one_download(backend: Backend, course: Course, emails: list[str]) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: ask(backend, course), range(6)))
    [export_id] = {answer.data["export_id"] for answer in answers}
    backend.work()
    assert ask(backend, course).data["status"] == "ready"
    [export] = [row for row in backend.rows("exports") if row["$id"] == export_id]
    assert export["attempts"] == 1
    requested = rows_of(backend, "activity_logs", "subject_id", export_id)
    assert [(row["activity"], row["actor_role"]) for row in requested] == [("export.requested", "sop")]


def test_a_new_certificate_makes_a_new_download(backend: Backend, course: Course, emails: list[str]) -> None:
    before = ask(backend, course).data["export_id"]
    [email] = course.enroll("Cara Diaz")
    course.complete(email)
    backend.work()
    after = ask(backend, course).data
    assert (after["export_id"] != before, after["documents"]) == (True, 3)


def test_waiting_answers_the_links_at_once(backend: Backend, course: Course, emails: list[str]) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, backend, course, wait_seconds=20)
        while not asked.done():
            backend.work()
    assert asked.result().data["status"] == "ready"
    assert len(asked.result().data["downloads"]) == 1


def test_course_and_days_narrow_it_down(backend: Backend, course: Course, emails: list[str]) -> None:
    first, second = sorted(_certificates(backend, emails), key=lambda row: str(row["$id"]))
    backend.set_row("certificates", first["$id"], issued_at="2026-03-01T23:59:59.000+00:00")
    backend.set_row("certificates", second["$id"], issued_at="2026-03-02T00:00:00.000+00:00")

    def count(**wanted: str) -> int:
        answer = ask(backend, course, **wanted)
        return int(answer.data["documents"]) if answer.status == 200 else answer.status

    assert count(course_id=course.course_id.upper()) == 2
    assert count(course_id="another") == 404
    assert count(from_date="2026-03-01", to_date="2026-03-01") == 1
    assert count(from_date="2026-03-01", to_date="2026-03-02") == 2
    assert count(to_date="2026-02-28") == 404
    assert count(from_date="2026-03-02") == 1


def test_nothing_to_download_is_not_found(backend: Backend, course: Course) -> None:
    course.enroll("Ana Lima")
    answer = ask(backend, course)
    assert (answer.status, answer.error["code"]) == (404, "NOT_FOUND")


def test_an_erased_certificate_is_not_in_it(backend: Backend, course: Course, emails: list[str]) -> None:
    before = ask(backend, course).data["export_id"]
    backend.set_row("certificates", _certificates(backend, emails)[0]["$id"], erased_at=PAST)
    after = ask(backend, course).data
    assert (after["export_id"] != before, after["documents"]) == (True, 1)


def test_a_download_of_others_is_not_found_just_like_one_that_does_not_exist(
    backend: Backend, course: Course, new_course: Callable[..., Course], emails: list[str]
) -> None:
    export_id = ask(backend, course).data["export_id"]
    other = new_course()
    theirs, nobodys = ask(backend, other, export_id=export_id), ask(backend, other, export_id="0" * 32)
    named = ask(backend, other, export_id=export_id, organization_website=course.website)
    assert (theirs.status, nobodys.status, named.status) == (404, 404, 404)
    assert theirs.error["message"] == nobodys.error["message"]
    assert ask(backend, other, course_id=course.course_id).status == 404


def test_a_preview_is_no_download(backend: Backend, course: Course, emails: list[str]) -> None:
    export_id = ask(backend, course).data["export_id"]
    backend.set_row("exports", export_id, kind="preview")
    assert ask(backend, course, export_id=export_id).status == 404


def test_a_download_that_ran_out_is_gone_and_begun_anew(backend: Backend, course: Course, emails: list[str]) -> None:
    export_id = ask(backend, course).data["export_id"]
    backend.work()
    backend.set_row("exports", export_id, expires_at=PAST)
    assert ask(backend, course, export_id=export_id).status == 404
    again = ask(backend, course).data
    assert (again["export_id"] != export_id, again["status"]) == (True, "queued")


def test_a_download_that_failed_says_why_and_may_be_begun_anew_a_few_times(
    backend: Backend, course: Course, emails: list[str]
) -> None:
    seen = set()
    for _ in range(8):
        export_id = ask(backend, course).data["export_id"]
        seen.add(export_id)
        backend.set_row("exports", export_id, status="failed", due_at=None, reason="No room.")
        failed = ask(backend, course, export_id=export_id).data
        assert (failed["status"], failed["message"], failed["downloads"]) == ("failed", "No room.", [])
    assert len(seen) == 5


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({"export_id": "none"}, "export_id"),
        ({"export_id": "g" * 32}, "export_id"),
        ({"from_date": "yesterday"}, "from_date"),
        ({"from_date": "0001-01-01"}, "from_date"),
        ({"to_date": "9999-12-31"}, "to_date"),
        ({"from_date": "2026-03-02", "to_date": "2026-03-01"}, "to_date"),
        ({"course_id": "x" * 129}, "course_id"),
        ({"wait_seconds": 21}, "wait_seconds"),
        ({"wait_seconds": -1}, "wait_seconds"),
        ({"organization_website": "nowhere"}, "organization_website"),
    ],
)
def test_a_bad_field_is_named(backend: Backend, course: Course, payload: dict[str, Any], field: str) -> None:
    answer = ask(backend, course, **payload)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert set(answer.error["details"]["fields"]) == {field}


def test_more_than_5000_certificates_must_be_narrowed_down(backend: Backend, course: Course, emails: list[str]) -> None:
    row = _certificates(backend, emails)[0]
    copied = {name: value for name, value in row.items() if not name.startswith("$")}
    for _ in range(50):
        ids = [secrets.token_hex(16) for _ in range(100)]
        rows = [{**copied, "$id": each, "certificate_number": each} for each in ids]
        backend.server.post("/tablesdb/certificates/tables/certificates/rows", rows=rows)
    answer = ask(backend, course)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert answer.error["details"] == {"documents": 5002, "max_documents": 5000}
