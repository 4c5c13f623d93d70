"""Learners by CSV: from text and from files, what follows an upload, and what it costs."""

import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.functions.admin_router.calls import counted
from tests.functions.backend import Backend, Course

HEADER = "name,email,organization_website\n"
KICK = "/functions/certificate_worker/executions"


def people(course: Course, count: int) -> str:
    run = secrets.token_hex(4)
    return HEADER + "".join(
        f"Learner {number},{run}.{number}@{course.website},{course.website}\n" for number in range(count)
    )


def put(backend: Backend, content: bytes, name: str = "learners.csv") -> str:
    """Upload a file as an admin does it, with their JWT; its id."""
    answer = requests.post(
        f"{backend.appwrite.endpoint}/storage/buckets/imports/files",
        data={"fileId": secrets.token_hex(16)},
        files={"file": (name, content)},
        headers={"x-appwrite-project": backend.appwrite.project, "x-appwrite-jwt": backend.admin.jwt},
        timeout=10,
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["$id"])


def is_kept(backend: Backend, file_id: str) -> bool:
    return backend.server.find(f"/storage/buckets/imports/files/{file_id}") is not None


def activities(backend: Backend, course: Course) -> list[dict[str, Any]]:
    rows = backend.rows("activity_logs", {"method": "equal", "attribute": "course_id", "values": [course.course_id]})
    return [row for row in rows if row["activity"] == "learners.uploaded"]


@pytest.mark.parametrize("action", ["UPLOAD_LEARNERS_CSV", "UPLOAD_LEARNERS_CSV_DIRECT"])
def test_both_names_take_a_csv_as_text(backend: Backend, course: Course, action: str) -> None:
    text = f"Organization Website;Phone;NAME;E-Mail;email\n{course.website};1;Ana Lima;;ana@{course.website}\n"
    answer = backend.ask_admin(action, course_id=course.course_id, csv_data=text).data
    assert (answer["encoding"], answer["delimiter"]) == (None, ";")
    assert answer["extra_columns"] == ["Phone", "E-Mail"]
    assert list(course.states()) == [f"ana@{course.website}"]


def test_a_tab_at_the_beginning_of_the_text_is_an_empty_cell(backend: Backend, course: Course) -> None:
    text = f"\tname\temail\torganization_website\n1\tAna\tana@{course.website}\t{course.website}\n"
    answer = backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, csv_data=text)
    assert answer.data["summary"]["added"] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "windows-1252"])
def test_an_uploaded_file_is_read_in_its_encoding_and_then_removed(
    backend: Backend, course: Course, encoding: str
) -> None:
    email = f"{secrets.token_hex(4)}@{course.website}"
    file_id = put(backend, f"{HEADER}Zoë Ångström,{email},{course.website}\n".encode(encoding))
    asked = {"course_id": course.course_id, "file_id": file_id}
    said = backend.ask_admin("VALIDATE_CSV", **asked).data
    assert is_kept(backend, file_id)
    done = backend.ask_admin("UPLOAD_LEARNERS_CSV", **asked).data
    assert done["encoding"] == said["encoding"]
    assert [row["name"] for row in done["learners"]] == ["Zoë Ångström"]
    assert not is_kept(backend, file_id)


def test_a_file_that_can_not_be_read_is_kept_to_look_at(backend: Backend, course: Course) -> None:
    file_id = put(backend, b"name,email\nAna,ana@acme.example\n")
    answer = backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, file_id=file_id)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_CSV")
    assert is_kept(backend, file_id)


@pytest.mark.parametrize("content", [b'{"name": "Ana"}', b"[1, 2]", b"\x00\x01\x02", b"%PDF-1.7\n%\xff\xff"])
def test_a_file_that_is_no_csv_is_refused(backend: Backend, course: Course, content: bytes) -> None:
    answer = backend.ask_admin("VALIDATE_CSV", course_id=course.course_id, file_id=put(backend, content))
    assert (answer.status, answer.error["code"]) == (422, "INVALID_CSV")


def test_a_file_that_does_not_exist_is_named(backend: Backend, course: Course) -> None:
    answer = backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, file_id="no-such")
    assert (answer.status, answer.error["code"], answer.error["details"]) == (404, "NOT_FOUND", {"file_id": "no-such"})


def test_a_file_that_is_too_large_is_refused_before_it_is_downloaded(backend: Backend, course: Course) -> None:
    bucket = backend.server.get("/storage/buckets/imports")
    backend.server.put(
        "/storage/buckets/imports",
        name=bucket["name"],
        permissions=bucket["$permissions"],
        fileSecurity=True,
        maximumFileSize=3_000_000,
        allowedFileExtensions=bucket["allowedFileExtensions"],
    )
    file_id = put(backend, b"x" * 2_000_001)
    with counted() as calls:
        answer = backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, file_id=file_id)
    assert (answer.status, answer.error["code"]) == (413, "TOO_LARGE")
    assert answer.error["details"] == {"file_id": file_id, "bytes": 2_000_001}
    assert calls.count(ending="/download") == 0


@pytest.mark.parametrize("source", [{}, {"csv_data": HEADER, "file_id": "f"}, {"csv_data": None, "file_id": None}])
def test_exactly_one_source_is_needed(backend: Backend, course: Course, source: dict[str, Any]) -> None:
    answer = backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, **source)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert "csv_data" in answer.error["message"]
    assert "file_id" in answer.error["message"]


@pytest.mark.parametrize("file_id", ["../certificates/x", "", "a" * 37, "a/b", 7, ["f"]])
def test_a_file_id_that_can_not_be_one_is_refused(backend: Backend, course: Course, file_id: object) -> None:
    answer = backend.ask_admin("VALIDATE_CSV", course_id=course.course_id, file_id=file_id)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert list(answer.error["details"]["fields"]) == ["file_id"]


def test_an_empty_text_is_a_csv_without_its_header(backend: Backend, course: Course) -> None:
    answer = backend.ask_admin("VALIDATE_CSV", course_id=course.course_id, csv_data="")
    assert (answer.status, answer.error["code"]) == (422, "INVALID_CSV")


def test_an_upload_is_recorded_once_with_its_counts_and_without_names(backend: Backend, course: Course) -> None:
    asked = {"course_id": course.course_id, "csv_data": people(course, 3) + "Ida,not an address,x.example\n"}
    first, second = (backend.ask_admin("UPLOAD_LEARNERS_CSV", **asked) for _ in range(2))
    assert (first.status, second.status) == (200, 200)
    [row] = activities(backend, course)
    assert json.loads(row["changes"]) == {
        "added": [None, 3],
        "rejected": [None, 1],
        "new": [None, 3],
        "invalid": [None, 1],
    }
    assert row["actor_role"] == "admin"
    assert '"event": "learners uploaded"' in first.logs
    assert "Learner 1" not in first.logs
    assert course.website not in first.logs


def test_the_worker_is_called_once_and_only_if_there_is_something_to_do(backend: Backend, course: Course) -> None:
    asked = {"course_id": course.course_id, "csv_data": people(course, 3)}
    for kicks in (1, 0):
        with counted() as calls:
            assert backend.ask_admin("UPLOAD_LEARNERS_CSV", **asked).status == 200
        assert calls.count("POST", KICK) == kicks


def test_completions_that_came_too_early_are_matched_right_after_the_upload(
    backend: Backend, course: Course, new_course: Callable[..., Course]
) -> None:
    email, elsewhere = f"early@{course.website}", new_course()
    for course_id, event in ((course.course_id, "early"), (elsewhere.course_id, "elsewhere")):
        backend.deliver({"course_id": course_id, "email": email, "event_id": f"{event} {course.course_id}"})
    backend.work()
    text = f"{HEADER}Early Bird,{email},{course.website}\n"
    assert backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, csv_data=text).status == 200
    backend.work()
    statuses = {row["event_id"]: row["status"] for row in backend.rows("completions")}
    assert statuses[f"early {course.course_id}"] == "matched"
    assert statuses[f"elsewhere {course.course_id}"] == "unmatched"


def test_an_upload_that_was_cut_off_is_finished_by_the_next(
    backend: Backend, course: Course, new_course: Callable[..., Course]
) -> None:
    other = new_course()
    text = people(course, 5)
    assert backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=other.course_id, csv_data=text).status == 200
    for row in backend.rows("enrollments")[-3:]:
        backend.server.delete(f"/tablesdb/certificates/tables/enrollments/rows/{row['$id']}")
    answer = backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=other.course_id, csv_data=text)
    assert (answer.data["summary"]["new_to_course"], answer.data["summary"]["already_enrolled"]) == (3, 2)
    assert len(other.states()) == 5


def test_addresses_too_long_for_one_query_are_looked_up_by_several(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_CSV_ROWS", "100")
    host = ".".join(["x" * 60] * 2) + f".{course.website}"
    text = HEADER + "".join(f"P,{number:060}@{host},{course.website}\n" for number in range(100))
    for fate in ("new", "already_enrolled"):
        answer = backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, csv_data=text)
        assert answer.data["summary"][fate] == 100


def test_5000_rows_take_some_150_calls_and_the_same_file_again_writes_nothing(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_CSV_ROWS", "5000")
    asked = {"course_id": course.course_id, "csv_data": people(course, 5000)}
    with counted() as first:
        assert backend.ask_admin("UPLOAD_LEARNERS_CSV", **asked).data["summary"]["new"] == 5000
    assert len(first.made) <= 160
    with counted() as second:
        assert backend.ask_admin("UPLOAD_LEARNERS_CSV", **asked).data["summary"]["already_enrolled"] == 5000
    assert len(second.made) <= 110
    assert {method for method, _ in second.made} == {"GET"}
