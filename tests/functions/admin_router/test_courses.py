"""Courses as admins open, find and look at them."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.functions.backend import TEMPLATE, Answer, Backend, Course


def create(backend: Backend, **asked: Any) -> Answer:
    wanted = {"name": f"Course {secrets.token_hex(4)}", "certificate_template_html": TEMPLATE}
    return backend.ask_admin("CREATE_COURSE", **{**wanted, **asked})


def listed(backend: Backend, **asked: Any) -> list[str]:
    return [course["course_id"] for course in backend.ask_admin("LIST_COURSES", **asked).data["courses"]]


def activities(backend: Backend, course_id: str) -> list[str]:
    return [row["activity"] for row in backend.rows("activity_logs") if row["course_id"] == course_id]


def test_what_a_portal_sends_is_enough_for_a_course(backend: Backend) -> None:
    name = f"Fire Safety, Level {secrets.token_hex(3)}"
    course = create(backend, name=name, course_url="https://school.example/fire").data["course"]
    course_id = name.lower().replace(", ", "-").replace(" ", "-")
    shown = {key: course[key] for key in ("course_id", "name", "graphy_product_id", "course_url", "template_version")}
    assert shown == {
        "course_id": course_id,
        "name": name,
        "graphy_product_id": course_id,
        "course_url": "https://school.example/fire",
        "template_version": 1,
    }
    assert activities(backend, course_id) == ["course.created"]


def test_a_name_without_latin_letters_gets_an_id_too(backend: Backend) -> None:
    assert create(backend, name="अग्नि सुरक्षा").data["course"]["course_id"].startswith("course-")


def test_creating_the_same_course_again_changes_nothing(backend: Backend) -> None:
    asked = {
        "name": f"Course {secrets.token_hex(4)}",
        "validity_days": 365,
        "locale": "de-AT",
        "pdf_engines": "http,chromium",
    }
    first = create(backend, **asked).data
    assert create(backend, **asked).data == first
    assert activities(backend, first["course"]["course_id"]) == ["course.created"]


def test_a_course_id_can_be_used_once_whatever_its_case(backend: Backend, course: Course) -> None:
    answer = create(backend, course_id=course.course_id.upper(), name="Again")
    assert (answer.status, answer.error["code"]) == (409, "ALREADY_EXISTS")


def test_two_courses_never_share_what_graphy_calls_them(backend: Backend) -> None:
    product = f"product-{secrets.token_hex(4)}"
    first = create(backend, graphy_product_id=product).data["course"]
    for asked in (
        {"graphy_product_id": product.upper()},
        {"graphy_product_id": first["course_id"]},
        {"course_id": product},
    ):
        answer = create(backend, **asked)
        assert (answer.status, answer.error["code"]) == (409, "ALREADY_EXISTS")
        assert answer.error["details"] == {"graphy_product_id": product, "course_id": first["course_id"]}
        assert "graphy_product_id" in answer.error["message"]


def test_a_shipped_design_can_be_named_instead_of_sent(backend: Backend) -> None:
    course_id = create(backend, certificate_template_html=None, template_name="classic").data["course"]["course_id"]
    shown = backend.ask_admin("GET_COURSE", course_id=course_id).data["course"]
    assert "Certificate of Completion" in shown["certificate_template_html"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"certificate_template_html": None}, "certificate_template_html"),
        ({"certificate_template_html": ""}, "certificate_template_html"),
        ({"template_name": "classic"}, "template_name"),
        ({"certificate_template_html": None, "template_name": "../press"}, "template_name"),
        ({"validity_days": 0}, "validity_days"),
        ({"validity_days": 36501}, "validity_days"),
        ({"locale": "en_GB"}, "locale"),
        ({"locale": "English"}, "locale"),
        ({"pdf_engines": "chrome"}, "pdf_engines"),
        ({"pdf_engines": "plutoprint," * 10 + "http"}, "pdf_engines"),
        ({"name": " "}, "name"),
        ({"course_id": "a b"}, "course_id"),
        ({"graphy_product_id": "x" * 129}, "graphy_product_id"),
    ],
)
def test_a_bad_field_is_named(backend: Backend, asked: dict[str, Any], field: str) -> None:
    answer = create(backend, **asked)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert answer.error["message"].startswith(field)


@pytest.mark.parametrize(
    ("template", "line", "word"),
    [
        ("<p>\n{{ learner_name }", 2, "unexpected"),
        ("<p>\n{{ learner_nam }}</p>", 2, "learner_nam"),
        ("\n\n{{ learner_nam }}", 3, "learner_nam"),
        ("<p>\n\n<script>alert(1)</script>", 3, "script"),
        ('<p>\n<img src="https://tracker.example/x.png">', 2, "src"),
        ('<p onclick="x()">{{ learner_name }}', 1, "onclick"),
        ("<style>\nbody { background: url(file:///etc/passwd) }</style>", 2, "background"),
    ],
)
def test_a_template_that_can_not_be_used_is_refused_with_line_and_reason(
    backend: Backend, template: str, line: int, word: str
) -> None:
    answer = create(backend, certificate_template_html=template)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_TEMPLATE")
    problems = answer.error["details"]["problems"]
    assert any(problem["line"] == line and word in problem["reason"] for problem in problems), problems
    assert answer.error["message"]


def test_courses_are_found_by_a_part_of_their_name_or_id_in_any_case(backend: Backend) -> None:
    word = secrets.token_hex(5)
    by_name = create(backend, course_id=f"a-{secrets.token_hex(4)}", name=f"First {word.upper()} Aid").data["course"]
    by_id = create(backend, course_id=f"x-{word}-y").data["course"]
    assert listed(backend, search=word) == [by_name["course_id"], by_id["course_id"]]
    assert listed(backend, search="no such course") == []


def test_courses_are_seen_page_by_page(backend: Backend) -> None:
    word = secrets.token_hex(5)
    made = [create(backend, course_id=f"{word}-{number}").data["course"]["course_id"] for number in range(3)]
    first = backend.ask_admin("LIST_COURSES", search=word, limit=2)
    told = first.body["pagination"]
    assert (told["total"], told["has_more"]) == (3, True)
    rest = listed(backend, search=word, limit=2, cursor=told["next_cursor"])
    assert [course["course_id"] for course in first.data["courses"]] + rest == made


def test_archived_courses_are_listed_only_if_asked_for(backend: Backend) -> None:
    word = secrets.token_hex(5)
    kept, archived = (create(backend, course_id=f"{word}-{number}").data["course"]["course_id"] for number in range(2))
    backend.ask_admin("DELETE_COURSE", course_id=archived, archive=True)
    assert listed(backend, search=word) == [kept]
    assert listed(backend, search=word, archived=True) == [archived]
    assert listed(backend, search=word, archived=None) == [kept, archived]


def test_a_course_is_shown_with_its_template_and_all_its_versions(backend: Backend, course: Course) -> None:
    backend.ask_admin("EDIT_COURSE", course_id=course.course_id, certificate_template_html="<p>second</p>")
    shown = backend.ask_admin("GET_COURSE", course_id=course.course_id.upper()).data["course"]
    assert (shown["course_id"], shown["certificate_template_html"]) == (course.course_id, "<p>second</p>")
    assert [version["version"] for version in shown["versions"]] == [2, 1]
    assert shown["versions"][0]["saved_at"] > shown["versions"][1]["saved_at"]


def test_a_course_that_does_not_exist_is_not_found(backend: Backend) -> None:
    for action in ("GET_COURSE", "EDIT_COURSE", "DELETE_COURSE"):
        answer = backend.ask_admin(action, course_id="no-such")
        assert (answer.status, answer.error["code"], answer.error["details"]) == (
            404,
            "NOT_FOUND",
            {"course_id": "no-such"},
        )


def test_a_completion_that_came_before_its_course_makes_a_certificate_once_there_is_one(
    backend: Backend, new_course: Callable[..., Course]
) -> None:
    course = new_course()
    product = f"product-{secrets.token_hex(4)}"
    [email] = course.enroll("Ana Lima")
    backend.deliver({"course_id": product, "email": email, "event_id": product})
    backend.work()
    edited = backend.ask_admin("EDIT_COURSE", course_id=course.course_id, graphy_product_id=product)
    assert edited.data["course"]["graphy_product_id"] == product
    backend.work()
    [completion] = [row for row in backend.rows("completions") if row["event_id"] == product]
    assert (completion["status"], completion["attempts"]) == ("matched", 1)


def test_a_new_course_wakes_the_completions_that_wait_for_it(backend: Backend) -> None:
    course_id = f"course-{secrets.token_hex(4)}"
    backend.deliver({"course_id": course_id, "email": "nobody@nowhere.example", "event_id": course_id})
    backend.work()
    create(backend, course_id=course_id)
    backend.work()
    [completion] = [row for row in backend.rows("completions") if row["event_id"] == course_id]
    assert completion["attempts"] == 2
    assert completion["reason"] == "There is no learner with this e-mail address."
