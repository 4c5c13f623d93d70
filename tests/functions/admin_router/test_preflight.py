"""What the pre-flight says of each row, and that an upload does exactly that."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from shared.records import LearnerAlias
from tests.functions.admin_router.rows import insert, organization_of
from tests.functions.backend import Backend, Course

HEADER = "name,email,organization_website\n"


def row_of(answer: dict[str, Any], number: int) -> dict[str, Any]:
    [row] = [row for row in answer["learners"] if row["row"] == number]
    return dict(row)


def archive(backend: Backend, course: Course) -> None:
    backend.set_row(
        "organizations", organization_of(backend, course)["$id"], archived_at="2026-01-01T00:00:00.000+00:00"
    )


def stored(backend: Backend) -> dict[str, list[str]]:
    """Every row that an upload could have made, with the time of its last change."""
    return {
        table: sorted(row["$id"] + row["$updatedAt"] for row in backend.rows(table))
        for table in ("learners", "enrollments", "completions", "activity_logs")
    }


@pytest.fixture
def mixed(backend: Backend, course: Course, new_course: Callable[..., Course]) -> str:
    """A file with rows of every fate."""
    other, closed = new_course(), new_course()
    [elsewhere] = other.enroll("Cara Diaz")
    [enrolled] = course.enroll("Dia Roy")
    archive(backend, closed)
    known = f"known.{secrets.token_hex(4)}@{course.website}"
    second = backend.ask_admin(
        "UPLOAD_LEARNERS_CSV",
        course_id=other.course_id,
        csv_data=f"{HEADER}Eva Klein,{known},{course.website}\n",
    )
    assert second.data["summary"]["new"] == 1
    fresh = f"Fresh.{secrets.token_hex(4)}@{course.website}"
    return HEADER + (
        f"Fay New,{fresh},{course.website}\n"
        f"Eva Klein,{known},https://www.{course.website.upper()}/\n"
        f"Dia Roy,{enrolled},{course.website}\n"
        f"Cara Diaz,{elsewhere},{course.website}\n"
        f"Fay Again,{fresh.lower()},{course.website}\n"
        "Gil,gil@nowhere.example,nowhere.example\n"
        f"Hal,hal@{closed.website},{closed.website}\n"
        f"Ida,not an address,{course.website}\n"
    )


FATES = [
    "new",
    "new_to_course",
    "already_enrolled",
    "moves_organization",
    "duplicate",
    "unknown_organization",
    "archived_organization",
    "invalid",
]


def test_every_row_meets_its_fate_and_nothing_is_written(backend: Backend, course: Course, mixed: str) -> None:
    before = stored(backend)
    answer = backend.ask_admin("VALIDATE_CSV", course_id=course.course_id, csv_data=mixed).data
    assert [row["fate"] for row in answer["learners"]] == FATES
    assert answer["summary"] == {"added": 2, "rejected": 5, **dict.fromkeys(FATES, 1)}
    assert stored(backend) == before


def test_an_upload_does_exactly_what_the_pre_flight_said(backend: Backend, course: Course, mixed: str) -> None:
    asked = {"course_id": course.course_id, "csv_data": mixed}
    said = backend.ask_admin("VALIDATE_CSV", **asked).data
    before = set(course.states())
    done = backend.ask_admin("UPLOAD_LEARNERS_CSV", **asked).data
    assert done == {name: said[name] for name in done}
    added = {row["email"] for row in done["learners"] if row["fate"] in {"new", "new_to_course"}}
    assert set(course.states()) - before == added


def test_after_an_upload_the_pre_flight_finds_nothing_to_add(backend: Backend, course: Course, mixed: str) -> None:
    asked = {"course_id": course.course_id, "csv_data": mixed}
    backend.ask_admin("UPLOAD_LEARNERS_CSV", **asked)
    summary = backend.ask_admin("VALIDATE_CSV", **asked).data["summary"]
    assert (summary["added"], summary["already_enrolled"], summary["rejected"]) == (0, 3, 5)


def test_rows_that_are_not_taken_name_their_column_and_why(backend: Backend, course: Course, mixed: str) -> None:
    answer = backend.ask_admin("VALIDATE_CSV", course_id=course.course_id, csv_data=mixed).data
    fields = {row["fate"]: (row["field"], bool(row["reason"])) for row in answer["learners"]}
    assert fields == {
        "new": (None, False),
        "new_to_course": (None, False),
        "already_enrolled": (None, False),
        "moves_organization": ("organization_website", True),
        "duplicate": ("email", True),
        "unknown_organization": ("organization_website", True),
        "archived_organization": ("organization_website", True),
        "invalid": ("email", True),
    }
    assert row_of(answer, 6)["duplicate_of"] == 2


def test_a_conflict_names_both_organizations_as_portals_read_it(
    backend: Backend, course: Course, new_course: Callable[..., Course]
) -> None:
    other = new_course()
    [email] = other.enroll("Cara Diaz")
    answer = backend.ask_admin(
        "VALIDATE_CSV_ORGANIZATION_CONFLICTS",
        course_id=course.course_id,
        csv_data=f"{HEADER}Cara Diaz,{email},{course.website}\n",
    ).data
    assert answer["conflicts"] == [
        {
            "email": email,
            "name": "Cara Diaz",
            "row_number": 2,
            "csv_organization_website": course.website,
            "existing_organization_website": other.website,
        }
    ]
    assert (answer["conflict_count"], answer["conflict_emails"], answer["has_conflicts"]) == (1, [email], True)
    assert row_of(answer, 2)["existing_organization_website"] == other.website


def test_a_file_without_conflicts_says_so(backend: Backend, course: Course) -> None:
    answer = backend.ask_admin(
        "VALIDATE_CSV", course_id=course.course_id, csv_data=f"{HEADER}Ana,ana@{course.website},{course.website}\n"
    ).data
    assert (answer["conflicts"], answer["conflict_count"], answer["has_conflicts"]) == ([], 0, False)


def test_a_stored_name_is_kept_and_the_row_says_so(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    asked = {"course_id": course.course_id, "csv_data": f"{HEADER}Anna Lima,{email},{course.website}\n"}
    for action in ("VALIDATE_CSV", "UPLOAD_LEARNERS_CSV"):
        row = row_of(backend.ask_admin(action, **asked).data, 2)
        assert (row["fate"], row["note"]) == ("already_enrolled", "The learner keeps the name 'Ana Lima'.")
    [learner] = [row for row in backend.rows("learners") if row["email"] == email]
    assert learner["name"] == "Ana Lima"


@pytest.mark.parametrize("others", [0, 120])
def test_a_former_address_is_its_learner_however_many_rows_there_are(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    monkeypatch.setenv("MAX_CSV_ROWS", "200")
    [email] = course.enroll("Ana Lima")
    [learner] = [row for row in backend.rows("learners") if row["email"] == email]
    former = f"former.{secrets.token_hex(4)}@{course.website}"
    insert(backend, "learner_aliases", LearnerAlias.id_for(former), email=former, learner_id=learner["$id"])
    text = f"{HEADER}Ana Lima,{former},{course.website}\nAna Lima,{email},{course.website}\n"
    text += "".join(f"P,{secrets.token_hex(4)}@{course.website},{course.website}\n" for _ in range(others))
    answer = backend.ask_admin("VALIDATE_CSV", course_id=course.course_id, csv_data=text).data
    row = row_of(answer, 2)
    assert (row["fate"], row["note"]) == (
        "already_enrolled",
        f"This is a former address; the learner keeps {email}.",
    )
    assert (row_of(answer, 3)["fate"], row_of(answer, 3)["duplicate_of"]) == ("duplicate", 2)


@pytest.mark.parametrize("action", ["VALIDATE_CSV", "UPLOAD_LEARNERS_CSV"])
def test_an_archived_course_takes_no_learners(backend: Backend, course: Course, action: str) -> None:
    [row] = [row for row in backend.rows("courses") if row["course_id"] == course.course_id]
    backend.set_row("courses", row["$id"], archived_at="2026-01-01T00:00:00.000+00:00")
    text = f"{HEADER}Ana,ana@{course.website},{course.website}\n"
    answer = backend.ask_admin(action, course_id=course.course_id, csv_data=text)
    assert (answer.status, answer.error["code"]) == (409, "ARCHIVED")
    assert answer.error["details"] == {"course_id": course.course_id}
    assert course.states() == {}


def test_who_is_enrolled_already_stays_so_in_an_archived_organization(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    archive(backend, course)
    text = f"{HEADER}Ana Lima,{email},{course.website}\nBen,new@{course.website},{course.website}\n"
    answer = backend.ask_admin("VALIDATE_CSV", course_id=course.course_id, csv_data=text).data
    assert [row["fate"] for row in answer["learners"]] == ["already_enrolled", "archived_organization"]
