"""What the portal asks first: whose organisation it is."""

import pytest

from functions.sop_router import own_courses
from functions.sop_router.main import main
from tests.functions.backend import PASSWORD, Backend
from tests.functions.courses import make_course
from tests.functions.pages import fetch, set_up


def test_the_look_up_page_is_not_the_portal(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch)
    assert "Look up a certificate" in fetch(main, "/verify").text
    assert "Certificates: portal" in fetch(main, "/").text


def test_a_contact_of_several_is_told_which_they_may_choose_from(backend: Backend) -> None:
    first, second = make_course(backend), make_course(backend)
    added = backend.ask_admin(
        "CREATE_SOP_USER", organization_website=second.website, email=first.sop, password=PASSWORD
    )
    assert added.status == 200, added.body
    error = backend.ask_sop(first.sop, "GET_ORGANIZATION").error
    assert error["code"] == "INVALID_PAYLOAD"
    websites = {each["website"] for each in error["details"]["organizations"]}
    assert websites == {first.website, second.website}
    assert all(set(each) == {"website", "name"} for each in error["details"]["organizations"])
    chosen = backend.ask_sop(first.sop, "GET_ORGANIZATION", organization_website=second.website)
    assert chosen.data["organization"]["website"] == second.website


def test_the_courses_are_those_that_the_organisation_has_learners_in_by_name(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other, third = make_course(backend), make_course(backend), make_course(backend)
    monkeypatch.setattr(own_courses, "BATCH", 2)
    assert backend.ask_sop(mine.sop, "GET_ORGANIZATION").data["organization"]["courses"] == []
    mine.enroll("Ana Lima", "Ben Oke", "Cy Young")
    third.enroll("Ana Lima")
    csv = f"name,email,organization_website\nAna Lima,ana@{mine.website},{mine.website}\n"
    for course in (other, mine):
        assert backend.ask_admin("UPLOAD_LEARNERS_CSV", course_id=course.course_id, csv_data=csv).status == 200
    organization = backend.ask_sop(mine.sop, "GET_ORGANIZATION").data["organization"]
    names = sorted(f"Course {each.website.removesuffix('.example')}" for each in (mine, other))
    assert [each["name"] for each in organization["courses"]] == names
    assert {each["course_id"] for each in organization["courses"]} == {mine.course_id, other.course_id}
    assert organization["sop_email"] == mine.sop
