"""What admins send, good and bad, and what they get."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.functions.backend import PASSWORD, TEMPLATE, Backend, Course

HEADER = "name,email,organization_website\n"


def organization(**changes: Any) -> dict[str, Any]:
    name = secrets.token_hex(4)
    wanted = {"website": f"{name}.example", "name": name, "sop_email": f"sop@{name}.example", "sop_password": PASSWORD}
    return {**wanted, **changes}


def test_an_organization_is_answered_with_its_website_in_one_spelling(backend: Backend) -> None:
    asked = organization()
    typed = f"https://www.{asked['website'].upper()}/contact"
    answer = backend.ask_admin("ADD_ORGANIZATION", **{**asked, "website": typed})
    shown = answer.data["organization"]
    assert shown["website"] == asked["website"]
    assert "password" not in str(answer.body)


def test_adding_the_same_organization_again_changes_nothing(backend: Backend) -> None:
    asked = organization()
    first = backend.ask_admin("ADD_ORGANIZATION", **asked).data
    assert backend.ask_admin("ADD_ORGANIZATION", **asked).data == first


def test_a_website_that_another_organization_has_is_a_conflict(backend: Backend) -> None:
    asked = organization()
    assert backend.ask_admin("ADD_ORGANIZATION", **asked).status == 200
    answer = backend.ask_admin("ADD_ORGANIZATION", **{**asked, "name": "Another"})
    assert (answer.status, answer.error["code"]) == (409, "ALREADY_EXISTS")


def test_an_interrupted_addition_is_finished_by_the_next(backend: Backend) -> None:
    asked = organization()
    assert backend.ask_admin("ADD_ORGANIZATION", **asked).status == 200
    [row] = [row for row in backend.rows("organizations") if row["website"] == asked["website"]]
    members = backend.server.get(f"/teams/{row['team_id']}/memberships")["memberships"]
    left = backend.as_user(
        backend.log_in(asked["sop_email"]), "DELETE", f"/teams/{row['team_id']}/memberships/{members[0]['$id']}"
    )
    assert left.status_code == 204
    assert backend.ask_sop(asked["sop_email"], "LIST_ORG_LEARNERS").status == 404
    assert backend.ask_admin("ADD_ORGANIZATION", **asked).status == 200
    assert backend.ask_sop(asked["sop_email"], "LIST_ORG_LEARNERS").status == 200


def test_one_person_may_be_the_sop_of_two_organizations_and_keeps_their_password(backend: Backend) -> None:
    first = organization()
    second = organization(sop_email=first["sop_email"], sop_password="another password")
    for asked in (first, second):
        assert backend.ask_admin("ADD_ORGANIZATION", **asked).status == 200
    backend.log_in(first["sop_email"], PASSWORD)
    unnamed = backend.ask_sop(first["sop_email"], "LIST_ORG_LEARNERS")
    assert (unnamed.status, unnamed.error["code"]) == (422, "INVALID_PAYLOAD")
    named = backend.ask_sop(first["sop_email"], "LIST_ORG_LEARNERS", organization_website=second["website"])
    assert named.data["organization_website"] == second["website"]


def test_a_team_that_a_user_founded_themselves_leads_nowhere(backend: Backend, course: Course) -> None:
    stranger = organization()
    assert backend.ask_admin("ADD_ORGANIZATION", **stranger).status == 200
    person = backend.log_in(stranger["sop_email"])
    [theirs] = [row for row in backend.rows("organizations") if row["website"] == course.website]
    assert backend.as_user(person, "POST", "/teams", teamId=theirs["team_id"], name="Mine").status_code == 409
    assert backend.as_user(person, "POST", "/teams", teamId=theirs["$id"], name="Mine").status_code == 201
    answer = backend.ask_sop(stranger["sop_email"], "LIST_ORG_LEARNERS", organization_website=course.website)
    assert answer.status == 404


def test_an_sop_is_no_owner_of_their_team_who_could_invite_others(backend: Backend, course: Course) -> None:
    [mine] = [row for row in backend.rows("organizations") if row["website"] == course.website]
    [member] = backend.server.get(f"/teams/{mine['team_id']}/memberships")["memberships"]
    assert member["roles"] == ["sop"]


def test_a_course_is_answered_with_an_id_made_from_its_name(backend: Backend) -> None:
    name = f"Fire Safety, Level {secrets.token_hex(3)}"
    course = backend.ask_admin("CREATE_COURSE", name=name, certificate_template_html=TEMPLATE).data["course"]
    assert course["course_id"] == name.lower().replace(", ", "-").replace(" ", "-")
    assert course["graphy_product_id"] == course["course_id"]


def test_a_course_id_can_be_used_once_whatever_its_case(backend: Backend, course: Course) -> None:
    answer = backend.ask_admin(
        "CREATE_COURSE", course_id=course.course_id.upper(), name="Again", certificate_template_html=TEMPLATE
    )
    assert (answer.status, answer.error["code"]) == (409, "ALREADY_EXISTS")


@pytest.mark.parametrize(
    ("template", "line", "word"),
    [
        ("<p>\n{{ learner_name }", 2, "unexpected"),
        ("<p>\n{{ learner_nam }}</p>", 2, "learner_nam"),
        ("<p>\n\n<script>alert(1)</script>", 3, "script"),
        ('<p>\n<img src="https://tracker.example/x.png">', 2, "src"),
        ('<p onclick="x()">{{ learner_name }}', 1, "onclick"),
        ("<style>\nbody { background: url(file:///etc/passwd) }</style>", 2, "background"),
    ],
)
def test_a_template_that_can_not_be_used_is_refused_with_line_and_reason(
    backend: Backend, template: str, line: int, word: str
) -> None:
    answer = backend.ask_admin("CREATE_COURSE", name="Bad", certificate_template_html=template)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_TEMPLATE")
    problems = answer.error["details"]["problems"]
    assert any(problem["line"] == line and word in problem["reason"] for problem in problems), problems
    assert answer.error["message"]


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
    assert answer.data["summary"] == {"added": 1, "already_enrolled": 0, "rejected": 3}
    rejected = [(row["row"], row["field"]) for row in answer.data["learners"] if row["fate"] == "rejected"]
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
    assert again == {"added": 0, "already_enrolled": 5, "rejected": 0}
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
