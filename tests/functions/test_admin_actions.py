"""What admins send, good and bad, and what they get."""

import secrets
from collections.abc import Callable

from tests.functions.backend import Backend, Course

HEADER = "name,email,organization_website\n"


def test_a_csv_for_a_course_that_does_not_exist_names_the_course(backend: Backend) -> None:
    answer = backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id="no-such", csv_data=HEADER + "A,a@b.example,b.example")
    assert (answer.status, answer.error["code"]) == (404, "NOT_FOUND")
    assert answer.error["details"] == {"course_id": "no-such"}


def test_bad_rows_are_reported_by_row_and_field_and_good_rows_are_not_lost(
    backend: Backend, course: Course, new_course: Callable[..., Course]
) -> None:
    [elsewhere] = new_course().enroll("Cara Diaz")
    good = f"ana.{secrets.token_hex(4)}@{course.website}"
    answer = backend.ask_admin(
        "UPLOAD_LEARNERS_CSV",
        course_id=course.course_id,
        csv_data=HEADER
        + f"Ana Lima,{good},{course.website}\n"
        + f"Ben Oke,not an address,{course.website}\n"
        + "Dia Roy,dia@nowhere.example,nowhere.example\n"
        + f"Cara Diaz,{elsewhere},{course.website}\n",
    )
    assert (answer.data["summary"]["added"], answer.data["summary"]["rejected"]) == (1, 3)
    rejected = [(row["row"], row["field"]) for row in answer.data["learners"] if row["fate"] != "new"]
    assert rejected == [(3, "email"), (4, "organization_website"), (5, "organization_website")]
    assert list(course.states()) == [good]


def test_the_same_csv_again_changes_nothing(backend: Backend, course: Course) -> None:
    text = HEADER + "".join(
        f"P{number},{secrets.token_hex(4)}@{course.website},{course.website}\n" for number in range(5)
    )
    asked = {"course_id": course.course_id, "csv_data": text}
    assert backend.ask_admin("UPLOAD_LEARNERS_CSV", **asked).data["summary"]["added"] == 5
    before = course.states()
    again = backend.ask_admin("UPLOAD_LEARNERS_CSV", **asked).data["summary"]
    assert (again["added"], again["already_enrolled"], again["rejected"]) == (0, 5, 0)
    assert course.states() == before


def test_a_csv_with_more_rows_than_the_setting_allows_is_refused_whole(backend: Backend, course: Course) -> None:
    text = HEADER + "".join(f"P,p{number}@{course.website},{course.website}\n" for number in range(51))
    answer = backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, csv_data=text)
    assert (answer.status, answer.error["code"]) == (413, "TOO_LARGE")
    assert course.states() == {}


def test_learners_are_seen_page_by_page(backend: Backend, course: Course) -> None:
    emails = course.enroll(*(f"Learner {number}" for number in range(5)))
    seen: list[str] = []
    for offset in (0, 2, 4):
        answer = backend.ask_admin("VIEW_LEARNERS", course_id=course.course_id, limit=2, offset=offset)
        seen += [item["learner_info"]["email"] for item in answer.data["learners"]]
        shown = answer.body["pagination"]
        assert (shown["total"], shown["limit"], shown["offset"], shown["has_more"]) == (5, 2, offset, offset < 4)
    assert seen == emails
