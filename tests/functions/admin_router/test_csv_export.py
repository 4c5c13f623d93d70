"""Learners as a CSV file."""

import csv
import io
import json
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.admin_router.sheets.export import COLUMNS, harmless
from shared.records import Certificate
from tests.functions.admin_router.calls import counted
from tests.functions.backend import Backend, Course

HEADER = "name,email,organization_website\n"


def opened(text: str) -> list[dict[str, str]]:
    """The rows, as a spreadsheet that knows RFC 4180 reads them."""
    assert text.startswith("\ufeff")
    assert text.endswith("\r\n")
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    rows = list(reader)
    assert tuple(reader.fieldnames or ()) == COLUMNS
    return rows


def download(backend: Backend, **asked: Any) -> dict[str, Any]:
    return backend.ask_admin("DOWNLOAD_LEARNERS_CSV", **asked).data


def test_a_learner_stands_in_the_file_with_course_and_certificate(backend: Backend, course: Course) -> None:
    done, waiting = course.enroll("Ana Lima", "Ben Oke")
    backend.work()
    course.complete(done, event_id=course.course_id)
    backend.work()
    answer = download(backend, course_id=course.course_id)
    assert (answer["rows"], answer["has_more"], answer["next_cursor"]) == (2, False, None)
    assert re.fullmatch(rf"learners-{course.course_id}-\d{{4}}-\d\d-\d\d\.csv", answer["filename"])
    ana, ben = opened(answer["csv_data"])
    state = course.states()[done]
    assert (ana["name"], ana["email"], ana["organization_website"]) == ("Ana Lima", done, course.website)
    assert (ana["enrollment_status"], ana["completed"]) == ("enrolled", "yes")
    assert ana["certificate_number"] == state["certificate_number"]
    assert ana["certificate_status"] == "sent"
    assert ana["completed_at"].startswith("2026-11-20T10:00:00")
    assert ana["certificate_issued_at"]
    assert (ben["email"], ben["completed"], ben["certificate_status"]) == (waiting, "no", "none")
    assert ben["certificate_number"] == ""


def test_course_and_organization_narrow_the_file(
    backend: Backend, course: Course, new_course: Callable[..., Course]
) -> None:
    other = new_course()
    [mine], [theirs] = course.enroll("Ana Lima"), other.enroll("Ben Oke")
    text = f"{HEADER}Ben Oke,{theirs},{other.website}\n"
    assert backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, csv_data=text).status == 200

    def emails(**asked: Any) -> list[tuple[str, str]]:
        return sorted((row["email"], row["course_id"]) for row in opened(download(backend, **asked)["csv_data"]))

    here, there = course.course_id, other.course_id
    assert emails(course_id=here) == sorted([(mine, here), (theirs, here)])
    assert emails(organization_website=f"www.{other.website}") == sorted([(theirs, here), (theirs, there)])
    assert emails(course_id=there, organization_website=other.website) == [(theirs, there)]
    assert {(mine, here), (theirs, here), (theirs, there)} <= set(emails())


def test_a_certificate_from_a_former_organization_is_found(
    backend: Backend, course: Course, new_course: Callable[..., Course]
) -> None:
    [email] = course.enroll("Ana Lima")
    backend.work()
    course.complete(email, event_id=course.course_id)
    backend.work()
    other = new_course()
    [organization] = [row for row in backend.rows("organizations") if row["website"] == other.website]
    [enrollment] = [row for row in backend.rows("enrollments") if row["learner_email"] == email]
    backend.set_row("enrollments", enrollment["$id"], organization_id=organization["$id"])
    [row] = opened(download(backend, organization_website=other.website)["csv_data"])
    assert (row["email"], row["certificate_status"]) == (email, "sent")


def test_an_empty_file_has_its_header(backend: Backend, course: Course) -> None:
    answer = download(backend, course_id=course.course_id)
    assert (answer["rows"], opened(answer["csv_data"])) == (0, [])


def test_formulas_are_escaped_and_stored_as_typed(backend: Backend, course: Course) -> None:
    name = '=HYPERLINK("https://evil.example","Ana")'
    email = f"+ana.{secrets.token_hex(4)}@{course.website}"
    quoted = '"' + name.replace('"', '""') + '"'
    text = f"{HEADER}{quoted},{email},{course.website}\n"
    assert backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, csv_data=text).status == 200
    [row] = [row for row in backend.rows("learners") if row["email"] == email]
    assert row["name"] == name
    [shown] = opened(download(backend, course_id=course.course_id)["csv_data"])
    assert (shown["name"], shown["email"]) == (f"'{name}", f"'{email}")


@given(st.text())
def test_no_cell_begins_like_a_formula_and_none_is_changed_otherwise(cell: str) -> None:
    shown = harmless(cell)
    assert shown[:1] not in {"=", "+", "-", "@", "\t", "\r"} or not shown
    assert shown in {cell, f"'{cell}"}


def test_a_cursor_goes_on_where_the_file_before_ended(backend: Backend, course: Course) -> None:
    emails = course.enroll(*(f"Learner {number}" for number in range(5)))
    seen: list[str] = []
    asked: dict[str, Any] = {"course_id": course.course_id, "limit": 2}
    for rows in (2, 2, 1):
        answer = download(backend, **asked)
        assert answer["rows"] == rows
        assert answer["has_more"] == (rows == 2)
        seen += [row["email"] for row in opened(answer["csv_data"])]
        asked["cursor"] = answer["next_cursor"]
    assert sorted(seen) == sorted(emails)


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"course_id": "no-such"}, 404, "NOT_FOUND"),
        ({"organization_website": "nowhere.example"}, 404, "NOT_FOUND"),
        ({"organization_website": "nowhere"}, 422, "INVALID_PAYLOAD"),
        ({"limit": 0}, 422, "INVALID_PAYLOAD"),
        ({"cursor": "no-such"}, 422, "INVALID_PAYLOAD"),
        ({"cursor": "../x"}, 422, "INVALID_PAYLOAD"),
    ],
)
def test_what_is_not_there_is_named(backend: Backend, asked: dict[str, Any], status: int, code: str) -> None:
    answer = backend.ask_admin("DOWNLOAD_LEARNERS_CSV", **asked)
    assert (answer.status, answer.error["code"]) == (status, code)
    assert next(iter(asked)) in {*answer.error["details"].get("fields", answer.error["details"]), *_words(answer.error)}


def _words(error: dict[str, Any]) -> list[str]:
    return re.findall(r"\w+", error["message"])


def test_1500_rows_with_certificates_take_a_handful_of_calls(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_CSV_ROWS", "1500")
    run = secrets.token_hex(4)
    text = HEADER + "".join(f"P{number},{run}.{number}@{course.website},{course.website}\n" for number in range(1500))
    assert backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, csv_data=text).status == 200
    issue_all(backend, course)
    with counted() as calls:
        answer = download(backend, course_id=course.course_id)
    rows = opened(answer["csv_data"])
    assert len({row["certificate_number"] for row in rows}) == 1500
    assert len(calls.made) <= 10
    with counted() as calls:
        assert download(backend, course_id=course.course_id, limit=99_999)["rows"] == 1500
    assert len(calls.made) <= 10


def issue_all(backend: Backend, course: Course) -> None:
    """Certificates of everybody in the course, as the database holds them."""
    of_course = {"method": "equal", "attribute": "course_id", "values": [course.course_id]}
    everybody = {"method": "limit", "values": [5000]}
    path = "/tablesdb/certificates/tables"
    queries = [json.dumps(query) for query in (of_course, everybody)]
    enrollments = backend.server.get(f"{path}/enrollments/rows", queries=queries)["rows"]
    backend.server.patch(f"{path}/enrollments/rows", data={"completed": True}, queries=queries[:1])
    certificates = [certificate(row).to_row() for row in enrollments]
    for start in range(0, len(certificates), 100):
        backend.server.post(f"{path}/certificates/rows", rows=certificates[start : start + 100])


def certificate(row: dict[str, Any]) -> Certificate:
    now = datetime.now(UTC)
    return Certificate(
        id=Certificate.id_for(row["learner_id"], row["course_id"]),
        certificate_number=secrets.token_hex(8),
        learner_id=row["learner_id"],
        course_id=row["course_id"],
        organization_id=row["organization_id"],
        template_id="t",
        learner_name=row["learner_name"],
        learner_email=row["learner_email"],
        course_name="Course",
        organization_name="Organization",
        completed_at=now,
        issued_at=now,
    )
