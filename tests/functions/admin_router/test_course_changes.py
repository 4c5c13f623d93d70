"""Courses as admins change and remove them."""

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.functions.backend import TEMPLATE, Backend, Course


def edit(backend: Backend, course: Course, **changes: Any) -> dict[str, Any]:
    shown: dict[str, Any] = backend.ask_admin("EDIT_COURSE", course_id=course.course_id, **changes).data["course"]
    return shown


def recorded(backend: Backend, course: Course) -> list[tuple[str, dict[str, Any]]]:
    """What the log says was done to the course after it was created."""
    rows = [row for row in backend.rows("activity_logs") if row["course_id"] == course.course_id]
    return [
        (row["activity"], json.loads(row["changes"] or "{}"))
        for row in rows
        if row["activity"].startswith("course.") and row["activity"] != "course.created"
    ]


def certificates(backend: Backend, course: Course) -> list[dict[str, Any]]:
    return [row for row in backend.rows("certificates") if row["course_id"] == course.course_id]


def test_what_is_left_out_stays_and_what_is_null_goes(backend: Backend, course: Course) -> None:
    edit(backend, course, name="Renamed", course_url="https://a.example", validity_days=30, locale="hi")
    edit(backend, course, pdf_engines="chromium")
    shown = edit(backend, course, name=None, validity_days=None, locale="", pdf_engines=None)
    assert (shown["name"], shown["course_url"]) == ("Renamed", "https://a.example")
    assert (shown["validity_days"], shown["locale"], shown["pdf_engines"]) == (None, None, None)


def test_an_edit_is_recorded_field_by_field_and_never_the_text_of_a_template(backend: Backend, course: Course) -> None:
    before = edit(backend, course)
    edit(backend, course, name="Renamed", certificate_template_html="<p>secret design</p>")
    changes = {"name": [before["name"], "Renamed"], "template_version": [1, 2]}
    assert recorded(backend, course) == [("course.edited", changes)]
    assert "secret design" not in json.dumps(backend.rows("activity_logs"))


def test_the_same_edit_again_changes_and_records_nothing(backend: Backend, course: Course) -> None:
    asked = {"name": "Renamed", "certificate_template_html": "<p>x</p>", "archived": True}
    first = edit(backend, course, **asked)
    assert edit(backend, course, **asked) == first
    assert [activity for activity, _ in recorded(backend, course)] == ["course.edited", "course.archived"]


def test_each_template_gets_the_next_version_and_an_older_one_keeps_its_own(backend: Backend, course: Course) -> None:
    versions = [
        edit(backend, course, certificate_template_html=html)["template_version"]
        for html in ("<p>2</p>", "<p>3</p>", TEMPLATE, "<p>4</p>")
    ]
    assert versions == [2, 3, 1, 4]


def test_templates_saved_at_the_same_time_get_different_versions(backend: Backend, course: Course) -> None:
    with ThreadPoolExecutor(4) as pool:
        saved = list(
            pool.map(lambda number: edit(backend, course, certificate_template_html=f"<p>{number}</p>"), range(4))
        )
    stored = [row for row in backend.rows("templates") if row["course_id"] == course.course_id]
    assert sorted(row["version"] for row in stored) == [1, 2, 3, 4, 5]
    by_id = {row["$id"]: row["version"] for row in stored}
    current = edit(backend, course)
    for shown in [*saved, current]:
        assert by_id[shown["template_id"]] == shown["template_version"]


def test_a_new_template_leaves_what_was_issued_as_it_is(backend: Backend, course: Course) -> None:
    first, second = course.enroll("Ana Lima", "Ben Oke")
    course.complete(first)
    backend.work()
    [issued] = certificates(backend, course)
    current = edit(backend, course, name="Renamed", certificate_template_html="<p>new {{ learner_name }}</p>")
    course.complete(second, event_id="evt2")
    backend.work()
    by_name = {row["learner_name"]: row for row in certificates(backend, course)}
    same = ("template_id", "template_version", "course_name", "sha256", "file_id", "certificate_number")
    assert {key: by_name["Ana Lima"][key] for key in same} == {key: issued[key] for key in same}
    assert by_name["Ben Oke"]["template_id"] == current["template_id"] != issued["template_id"]
    assert (issued["template_version"], by_name["Ben Oke"]["template_version"]) == (1, 2)
    kept = backend.rows("templates", {"method": "equal", "attribute": "$id", "values": [issued["template_id"]]})
    assert kept[0]["html"] == TEMPLATE


def test_a_bad_template_changes_nothing_at_all(backend: Backend, course: Course) -> None:
    before = edit(backend, course)
    answer = backend.ask_admin(
        "EDIT_COURSE", course_id=course.course_id, name="Renamed", certificate_template_html="<script>"
    )
    assert (answer.status, answer.error["code"]) == (422, "INVALID_TEMPLATE")
    assert edit(backend, course) == before


def test_a_course_can_not_take_what_graphy_calls_another(backend: Backend, course: Course, new_course: Any) -> None:
    other = new_course()
    answer = backend.ask_admin("EDIT_COURSE", course_id=course.course_id, graphy_product_id=other.course_id)
    assert (answer.status, answer.error["code"]) == (409, "ALREADY_EXISTS")
    assert answer.error["details"]["course_id"] == other.course_id


def test_graphy_s_name_may_change_and_change_back(backend: Backend, course: Course) -> None:
    product = f"product-{secrets.token_hex(4)}"
    assert edit(backend, course, graphy_product_id=product)["graphy_product_id"] == product
    assert edit(backend, course, graphy_product_id=course.course_id)["graphy_product_id"] == course.course_id


def test_a_course_that_nobody_takes_is_deleted_with_its_templates(backend: Backend, course: Course) -> None:
    edit(backend, course, certificate_template_html="<p>2</p>")
    answer = backend.ask_admin("DELETE_COURSE", course_id=course.course_id)
    assert answer.data == {"success": True, "archived": False}
    assert backend.ask_admin("GET_COURSE", course_id=course.course_id).status == 404
    assert not [row for row in backend.rows("templates") if row["course_id"] == course.course_id]
    assert recorded(backend, course)[-1][0] == "course.deleted"


def test_a_course_with_learners_is_not_deleted_but_counted(backend: Backend, course: Course) -> None:
    first, _ = course.enroll("Ana Lima", "Ben Oke")
    course.complete(first)
    backend.work()
    answer = backend.ask_admin("DELETE_COURSE", course_id=course.course_id)
    assert (answer.status, answer.error["code"]) == (409, "IN_USE")
    assert answer.error["details"] == {"learners": 2, "certificates": 1}
    assert len(course.states()) == 2


def test_a_course_is_archived_once_and_can_be_restored(backend: Backend, course: Course) -> None:
    course.enroll("Ana Lima")
    asked = {"course_id": course.course_id, "archive": True}
    assert backend.ask_admin("DELETE_COURSE", **asked).data == {"success": True, "archived": True}
    archived = edit(backend, course)["archived_at"]
    assert backend.ask_admin("DELETE_COURSE", **asked).data == {"success": True, "archived": True}
    assert edit(backend, course)["archived_at"] == archived is not None
    assert edit(backend, course, archived=False)["archived_at"] is None
    assert [activity for activity, _ in recorded(backend, course)] == ["course.archived", "course.restored"]


def test_an_archived_course_still_certifies_those_it_has(backend: Backend, course: Course) -> None:
    [email] = course.enroll("Ana Lima")
    backend.ask_admin("DELETE_COURSE", course_id=course.course_id, archive=True)
    course.complete(email)
    backend.work()
    [certificate] = certificates(backend, course)
    assert certificate["file_id"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"validity_days": -1}, "validity_days"),
        ({"locale": "x"}, "locale"),
        ({"pdf_engines": "PLUTOPRINT"}, "pdf_engines"),
        ({"certificate_template_html": ""}, "certificate_template_html"),
        ({"template_name": "no-such"}, "template_name"),
        ({"archived": "perhaps"}, "archived"),
    ],
)
def test_a_bad_field_of_an_edit_is_named(backend: Backend, course: Course, changes: dict[str, Any], field: str) -> None:
    answer = backend.ask_admin("EDIT_COURSE", course_id=course.course_id, **changes)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert answer.error["message"].startswith(field)
