"""Organisations are added, edited, listed, archived and deleted; their contacts see what they may."""

from typing import Any

import pytest

from tests.functions.backend import PASSWORD, Backend, Course
from tests.functions.filtered_appwrite import filtered
from tests.functions.organizations import (
    activities,
    add,
    letters_to,
    listed,
    may_sign_in,
    organization,
    sees,
    text_of,
)


def test_an_organization_is_answered_with_its_website_in_one_spelling(backend: Backend) -> None:
    asked = organization()
    typed = f"https://www.{asked['website'].upper()}/contact"
    answer = backend.ask_admin("ADD_ORGANIZATION", **{**asked, "website": typed})
    assert answer.data["organization"]["website"] == asked["website"]
    assert PASSWORD not in str(answer.body) + answer.logs


def test_adding_the_same_organization_again_changes_nothing(backend: Backend) -> None:
    asked = organization()
    first = backend.ask_admin("ADD_ORGANIZATION", **asked).data
    assert backend.ask_admin("ADD_ORGANIZATION", **asked).data == first
    changes = dict(activities(backend, first["organization"]["organization_id"]))
    assert set(changes) == {"organization.added", "contact.added"}
    assert changes["organization.added"]["website"] == [None, asked["website"]]
    assert PASSWORD not in str(changes)


def test_a_website_that_another_organization_has_is_a_conflict_and_makes_no_account(backend: Backend) -> None:
    asked = add(backend)
    other = "other@elsewhere.example"
    answer = backend.ask_admin(
        "ADD_ORGANIZATION", website=asked["website"], name="Another", sop_email=other, sop_password=PASSWORD
    )
    assert (answer.status, answer.error["code"]) == (409, "ALREADY_EXISTS")
    assert not may_sign_in(backend, other, PASSWORD)


def test_an_interrupted_addition_is_finished_by_the_next(backend: Backend) -> None:
    asked = add(backend)
    [row] = [row for row in backend.rows("organizations") if row["website"] == asked["website"]]
    backend.server.delete(f"/teams/{row['team_id']}")
    assert not sees(backend, asked["sop_email"], asked["website"])
    add(backend, **{field: asked[field] for field in ("website", "name", "sop_email")})
    assert sees(backend, asked["sop_email"], asked["website"])


def test_one_person_may_be_the_sop_of_two_organizations_and_keeps_their_password(backend: Backend) -> None:
    first = add(backend)
    second = add(backend, sop_email=first["sop_email"], sop_password="another password")
    assert may_sign_in(backend, first["sop_email"], PASSWORD)
    assert not may_sign_in(backend, first["sop_email"], "another password")
    unnamed = backend.ask_sop(first["sop_email"], "LIST_ORG_LEARNERS")
    assert (unnamed.status, unnamed.error["code"]) == (422, "INVALID_PAYLOAD")
    assert sees(backend, first["sop_email"], second["website"])


def test_a_team_that_a_user_founded_themselves_leads_nowhere(backend: Backend, course: Course) -> None:
    stranger = add(backend)
    person = backend.log_in(stranger["sop_email"])
    [theirs] = [row for row in backend.rows("organizations") if row["website"] == course.website]
    assert backend.as_user(person, "POST", "/teams", teamId=theirs["team_id"], name="Mine").status_code == 409
    assert backend.as_user(person, "POST", "/teams", teamId=theirs["$id"], name="Mine").status_code == 201
    assert not sees(backend, stranger["sop_email"], course.website)


def test_an_sop_is_no_owner_of_their_team_who_could_invite_others(backend: Backend, course: Course) -> None:
    [mine] = [row for row in backend.rows("organizations") if row["website"] == course.website]
    [member] = backend.server.get(f"/teams/{mine['team_id']}/memberships")["memberships"]
    assert member["roles"] == ["sop"]


def test_a_contact_without_a_password_is_invited_and_told_where(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_URL", "https://portal.training.example/")
    asked = organization(sop_password="", name="Acme\r\nBcc: all@acme.example")
    answer = backend.ask_admin("ADD_ORGANIZATION", **asked)
    assert (answer.data["invited"], answer.data["reason"]) == (True, None)
    [letter] = letters_to(backend, asked["sop_email"])
    assert letter["Subject"] == "You are a contact of Acme Bcc: all@acme.example"
    assert "https://portal.training.example/" in text_of(letter)
    assert "forgotten password" in text_of(letter)
    assert not may_sign_in(backend, asked["sop_email"], PASSWORD)


def test_an_organization_is_added_while_mail_is_down_and_its_contact_invited_by_the_next_call(
    backend: Backend,
) -> None:
    asked = organization(sop_password=None)
    backend.catcher.refuse_next(1)
    first = backend.ask_admin("ADD_ORGANIZATION", **asked).data
    assert first["invited"] is False
    assert "451" in first["reason"]
    assert letters_to(backend, asked["sop_email"]) == []
    assert backend.ask_admin("ADD_ORGANIZATION", **asked).data["invited"] is True
    assert len(letters_to(backend, asked["sop_email"])) == 1


def test_whoever_has_a_password_is_not_invited(backend: Backend) -> None:
    first = add(backend)
    answer = backend.ask_admin("ADD_ORGANIZATION", **organization(sop_email=first["sop_email"], sop_password=None))
    assert (answer.data["invited"], answer.data["reason"]) == (False, "This contact has a password.")


def test_an_invited_contact_gets_the_password_that_a_later_call_gives(backend: Backend) -> None:
    asked = organization(sop_password=None)
    assert backend.ask_admin("ADD_ORGANIZATION", **asked).data["invited"] is True
    again = backend.ask_admin("ADD_ORGANIZATION", **asked, sop_password=PASSWORD)
    assert again.data["invited"] is False
    assert may_sign_in(backend, asked["sop_email"], PASSWORD)


def test_a_password_keeps_the_spaces_around_it(backend: Backend) -> None:
    asked = add(backend, sop_password="  a long password  ")
    assert may_sign_in(backend, asked["sop_email"], "  a long password  ")
    assert not may_sign_in(backend, asked["sop_email"], "a long password")


def test_a_password_that_is_no_unicode_is_a_bad_field(backend: Backend) -> None:
    answer = backend.ask_admin("ADD_ORGANIZATION", **organization(sop_password="\ud800" * 10))
    assert (answer.status, list(answer.error["details"]["fields"])) == (422, ["sop_password"])


def test_name_and_website_change_and_the_team_is_called_by_the_new_name(backend: Backend) -> None:
    asked = add(backend)
    website = f"new-{asked['website']}"
    answer = backend.ask_admin(
        "EDIT_ORGANIZATION", organization_id=asked["organization_id"], website=f"HTTPS://{website}/", name="New"
    )
    shown = answer.data["organization"]
    assert (shown["website"], shown["name"], shown["sop_email"]) == (website, "New", asked["sop_email"])
    [row] = [row for row in backend.rows("organizations") if row["$id"] == asked["organization_id"]]
    assert backend.server.get(f"/teams/{row['team_id']}")["name"] == "New"
    assert sees(backend, asked["sop_email"], website)
    [changes] = [what for kind, what in activities(backend, row["$id"]) if kind == "organization.edited"]
    assert changes == {"website": [asked["website"], website], "name": [asked["name"], "New"]}


def test_an_organization_can_be_named_by_its_website_to_give_it_another(backend: Backend) -> None:
    asked = add(backend)
    website = f"new-{asked['website']}"
    answer = backend.ask_admin("EDIT_ORGANIZATION", website=asked["website"], new_website=website)
    assert answer.data["organization"]["website"] == website


def test_an_edit_that_changes_nothing_is_not_recorded(backend: Backend) -> None:
    asked = add(backend)
    before = activities(backend, asked["organization_id"])
    answer = backend.ask_admin("EDIT_ORGANIZATION", **asked)
    assert answer.data["organization"]["name"] == asked["name"]
    assert activities(backend, asked["organization_id"]) == before


def test_a_website_that_another_organization_has_can_not_be_taken(backend: Backend) -> None:
    mine, other = add(backend), add(backend)
    asked = {"website": other["website"], "sop_email": f"next@{mine['website']}", "sop_password": PASSWORD}
    answer = backend.ask_admin("EDIT_ORGANIZATION", organization_id=mine["organization_id"], **asked)
    assert (answer.status, answer.error["code"]) == (409, "ALREADY_EXISTS")
    assert not may_sign_in(backend, asked["sop_email"], PASSWORD)


@pytest.mark.parametrize("named", [{"organization_id": "0" * 32}, {"website": "nowhere.example"}])
@pytest.mark.parametrize("action", ["EDIT_ORGANIZATION", "DELETE_ORGANIZATION"])
def test_an_organization_that_does_not_exist_is_not_found(backend: Backend, action: str, named: dict[str, Any]) -> None:
    answer = backend.ask_admin(action, **named)
    assert (answer.status, answer.error["code"], answer.error["details"]) == (404, "NOT_FOUND", named)


@pytest.mark.parametrize("action", ["EDIT_ORGANIZATION", "DELETE_ORGANIZATION"])
@pytest.mark.parametrize("named", [{}, {"organization_id": "../x"}, {"organization_id": "_x"}, {"website": "no host"}])
def test_an_organization_must_be_named_properly(backend: Backend, action: str, named: dict[str, Any]) -> None:
    answer = backend.ask_admin(action, **named)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")


def test_a_new_main_contact_takes_the_place_of_the_former(backend: Backend) -> None:
    asked = add(backend)
    new = f"next@{asked['website']}"
    answer = backend.ask_admin(
        "EDIT_ORGANIZATION", organization_id=asked["organization_id"], sop_email=new.upper(), sop_password=PASSWORD
    )
    assert answer.data["organization"]["sop_email"] == new
    assert sees(backend, new, asked["website"])
    assert not sees(backend, asked["sop_email"], asked["website"])
    assert [each["contacts"] for each in [listed(backend, asked["website"])] if each] == [[new]]
    recorded = [kind for kind, _ in activities(backend, asked["organization_id"])][2:]
    assert sorted(recorded) == ["contact.added", "contact.removed", "organization.edited"]


def test_a_former_main_contact_can_be_kept(backend: Backend) -> None:
    asked = add(backend)
    new = f"next@{asked['website']}"
    answer = backend.ask_admin("EDIT_ORGANIZATION", website=asked["website"], sop_email=new, keep_former_contact=True)
    assert answer.data["invited"] is True
    assert sees(backend, asked["sop_email"], asked["website"])
    shown = listed(backend, asked["website"])
    assert shown is not None
    assert shown["contacts"] == [new, asked["sop_email"]]


def test_a_hand_over_that_was_interrupted_is_finished_by_the_next_call(backend: Backend) -> None:
    asked = add(backend)
    edit = {"website": asked["website"], "sop_email": f"next@{asked['website']}", "sop_password": PASSWORD}
    assert backend.ask_admin("EDIT_ORGANIZATION", **edit).status == 200
    # As if the last step had not been taken.
    backend.set_row("organizations", asked["organization_id"], sop_email=asked["sop_email"])
    assert backend.ask_admin("EDIT_ORGANIZATION", **edit).data["organization"]["sop_email"] == edit["sop_email"]
    assert sees(backend, edit["sop_email"], asked["website"])


def test_the_same_person_under_a_new_address_stays_a_contact(backend: Backend) -> None:
    asked = add(backend)
    [contact] = [row for row in backend.rows("contacts") if row["email"] == asked["sop_email"]]
    new = f"married@{asked['website']}"
    backend.server.patch(f"/users/{contact['user_id']}/email", email=new)
    answer = backend.ask_admin("EDIT_ORGANIZATION", website=asked["website"], sop_email=new)
    assert answer.data["organization"]["sop_email"] == new
    assert sees(backend, new, asked["website"])


def test_an_archived_organization_is_hidden_from_its_contacts_and_from_the_list_until_it_is_restored(
    backend: Backend,
) -> None:
    asked = add(backend)
    gone = {"website": asked["website"], "archive": True}
    for _ in range(2):
        removed = backend.ask_admin("DELETE_ORGANIZATION", **gone).data
        assert removed == {"success": True, "archived": True, "learners": 0, "certificates": 0}
    assert not sees(backend, asked["sop_email"], asked["website"])
    assert listed(backend, asked["website"]) is None
    shown = listed(backend, asked["website"], archived=True)
    assert shown is not None
    assert shown["archived_at"]
    for _ in range(2):
        restored = backend.ask_admin("EDIT_ORGANIZATION", website=asked["website"], archived=False)
        assert restored.data["organization"]["archived_at"] is None
    assert sees(backend, asked["sop_email"], asked["website"])
    assert listed(backend, asked["website"]) is not None
    recorded = [kind for kind, _ in activities(backend, asked["organization_id"])][2:]
    assert recorded == ["organization.archived", "organization.restored"]


def test_adding_an_archived_organization_says_that_it_is_archived(backend: Backend) -> None:
    asked = organization()
    assert backend.ask_admin("ADD_ORGANIZATION", **asked).status == 200
    assert backend.ask_admin("EDIT_ORGANIZATION", website=asked["website"], archived=True).status == 200
    answer = backend.ask_admin("ADD_ORGANIZATION", **asked)
    assert (answer.status, answer.error["code"]) == (409, "ALREADY_EXISTS")
    assert "archived" in answer.error["message"]


def test_completions_that_waited_for_an_archived_organization_are_issued_once_it_is_restored(
    backend: Backend, course: Course
) -> None:
    [email] = course.enroll("Ana Lima")
    backend.ask_admin("DELETE_ORGANIZATION", website=course.website, archive=True)
    assert course.complete(email, event_id=f"evt-{email}").status == 202
    backend.work()
    assert backend.rows("certificates", {"method": "equal", "attribute": "learner_email", "values": [email]}) == []
    backend.ask_admin("EDIT_ORGANIZATION", website=course.website, archived=False)
    backend.work()
    assert course.states()[email]["certificate_status"] == "sent"


def test_an_organization_with_learners_is_not_deleted_but_told_how_many(backend: Backend, course: Course) -> None:
    [email, _] = course.enroll("Ana Lima", "Ben Oke")
    course.complete(email, event_id=f"evt-{email}")
    backend.work()
    answer = backend.ask_admin("DELETE_ORGANIZATION", website=course.website)
    assert (answer.status, answer.error["code"]) == (409, "IN_USE")
    assert answer.error["details"] == {"learners": 2, "certificates": 1}
    assert sees(backend, course.sop, course.website)
    archived = backend.ask_admin("DELETE_ORGANIZATION", website=course.website, archive=True).data
    assert archived == {"success": True, "archived": True, "learners": 2, "certificates": 1}


def test_an_organization_without_learners_is_deleted_with_team_and_contacts_and_leaves_accounts(
    backend: Backend,
) -> None:
    asked = add(backend)
    [row] = [row for row in backend.rows("organizations") if row["website"] == asked["website"]]
    removed = backend.ask_admin("DELETE_ORGANIZATION", organization_id=row["$id"]).data
    assert removed == {"success": True, "archived": False, "learners": 0, "certificates": 0}
    assert [each for each in backend.rows("contacts") if each["organization_id"] == row["$id"]] == []
    assert [team for team in backend.server.get("/teams")["teams"] if team["$id"] == row["team_id"]] == []
    assert may_sign_in(backend, asked["sop_email"], PASSWORD)
    assert activities(backend, row["$id"])[-1][0] == "organization.deleted"
    assert backend.ask_admin("DELETE_ORGANIZATION", organization_id=row["$id"]).status == 404
    assert backend.ask_admin("DELETE_ORGANIZATION", website=asked["website"]).status == 404


def test_a_learner_who_is_added_during_the_deletion_stops_it(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = add(backend)
    learner = {"email": f"ana@{asked['website']}", "name": "Ana Lima", "organization_id": asked["organization_id"]}

    def upload(method: str, path: str, body: str) -> None:
        if method == "PATCH" and path.endswith(asked["organization_id"]) and "null" not in body:
            backend.server.post("/tablesdb/certificates/tables/learners/rows", rowId="unique()", data=learner)

    with filtered(backend.appwrite.endpoint, upload) as endpoint:
        monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", endpoint)
        answer = backend.ask_admin("DELETE_ORGANIZATION", website=asked["website"])
    assert (answer.status, answer.error["details"]) == (409, {"learners": 1, "certificates": 0})
    assert sees(backend, asked["sop_email"], asked["website"])


def test_a_deletion_that_was_interrupted_is_finished_by_the_next(backend: Backend) -> None:
    asked = add(backend)
    [row] = [row for row in backend.rows("organizations") if row["website"] == asked["website"]]
    backend.server.delete(f"/teams/{row['team_id']}")
    assert backend.ask_admin("DELETE_ORGANIZATION", website=asked["website"]).data["archived"] is False
    assert listed(backend, asked["website"]) is None


def test_organizations_are_listed_page_by_page_and_found_by_name_or_website(backend: Backend) -> None:
    word = organization()["name"]
    added = [add(backend, name=f"Group {word.upper()} {number}")["website"] for number in range(3)]
    added.append(add(backend, website=f"{word}.example")["website"])
    seen: list[str] = []
    cursor = None
    for has_more in (True, False):
        answer = backend.ask_admin("LIST_ORGANIZATIONS", search=word, limit=2, cursor=cursor)
        shown = answer.body["pagination"]
        assert shown == answer.data["pagination"]
        assert (shown["total"], shown["limit"], shown["has_more"]) == (4, 2, has_more)
        seen += [each["website"] for each in answer.data["organizations"]]
        cursor = shown["next_cursor"]
    assert seen == added


def test_each_listed_organization_has_its_own_contacts(backend: Backend) -> None:
    one, two = add(backend), add(backend)
    second = f"second@{one['website']}"
    backend.ask_admin("CREATE_SOP_USER", email=second, password=PASSWORD, organization_website=one["website"])
    for asked, contacts in ((one, [one["sop_email"], second]), (two, [two["sop_email"]])):
        shown = listed(backend, asked["website"])
        assert shown is not None
        assert shown["contacts"] == contacts


def test_a_page_takes_two_queries_however_many_organizations_it_shows(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = organization()["name"]
    for number in range(3):
        add(backend, name=f"{word} {number}")
    calls: list[str] = []
    with filtered(backend.appwrite.endpoint, lambda method, path, _: calls.append(f"{method} {path}")) as endpoint:
        monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", endpoint)
        assert len(backend.ask_admin("LIST_ORGANIZATIONS", search=word).data["organizations"]) == 3
    assert len([call for call in calls if "/tablesdb/" in call]) == 2


def test_a_list_of_nothing_is_empty(backend: Backend) -> None:
    answer = backend.ask_admin("LIST_ORGANIZATIONS", search="no organization is called this")
    assert answer.data["organizations"] == []
    assert answer.body["pagination"]["total"] == 0
