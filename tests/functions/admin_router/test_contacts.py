"""Contacts are added, get passwords, and are removed."""

import json

import pytest

from tests.functions.backend import ADMIN, PASSWORD, Backend, Person
from tests.functions.organizations import activities, add, letters_to, may_sign_in, organization, sees

NEW = "another long password"


def test_a_further_contact_sees_the_organization_too(backend: Backend) -> None:
    asked = add(backend)
    email = f"second@{asked['website']}"
    answer = backend.ask_admin(
        "CREATE_SOP_USER", email=email.upper(), password=PASSWORD, organization_website=f"www.{asked['website']}"
    )
    shown = answer.data
    assert (shown["email"], shown["role"], shown["token"], shown["name"]) == (email, "sop", None, email)
    assert shown["organization"]["website"] == asked["website"]
    assert backend.server.get(f"/users/{shown['user_id']}")["email"] == email
    assert sees(backend, email, asked["website"])
    assert sees(backend, asked["sop_email"], asked["website"])
    assert PASSWORD not in json.dumps(answer.body) + answer.logs


def test_adding_a_contact_again_changes_nothing(backend: Backend) -> None:
    asked = add(backend)
    email = f"second@{asked['website']}"
    wanted = {"email": email, "password": PASSWORD, "organization_website": asked["website"]}
    first = backend.ask_admin("CREATE_SOP_USER", **wanted).data
    again = backend.ask_admin("CREATE_SOP_USER", **{**wanted, "password": NEW}).data
    assert again["user_id"] == first["user_id"]
    assert "keeps its password" in again["message"]
    assert may_sign_in(backend, email, PASSWORD)
    assert not may_sign_in(backend, email, NEW)
    added = [what for kind, what in activities(backend, asked["organization_id"]) if kind == "contact.added"]
    assert added == [{"email": [None, asked["sop_email"]]}, {"email": [None, email]}]


def test_a_contact_who_was_invited_gets_the_password_without_naming_the_organization(backend: Backend) -> None:
    asked = add(backend, sop_password=None)
    answer = backend.ask_admin("CREATE_SOP_USER", email=asked["sop_email"], password=PASSWORD)
    assert answer.data["organization"]["website"] == asked["website"]
    assert "has the password you gave" in answer.data["message"]
    assert sees(backend, asked["sop_email"], asked["website"])


def test_who_is_no_contact_needs_an_organization(backend: Backend) -> None:
    answer = backend.ask_admin("CREATE_SOP_USER", email="nobody@nowhere.example", password=PASSWORD)
    assert (answer.status, answer.error["code"]) == (404, "NOT_FOUND")
    assert not may_sign_in(backend, "nobody@nowhere.example", PASSWORD)
    unknown = {"email": "nobody@nowhere.example", "password": PASSWORD, "organization_website": "nowhere.example"}
    assert backend.ask_admin("CREATE_SOP_USER", **unknown).status == 404


def test_a_contact_of_two_organizations_must_say_which(backend: Backend) -> None:
    first = add(backend)
    second = add(backend, sop_email=first["sop_email"])
    answer = backend.ask_admin("CREATE_SOP_USER", email=first["sop_email"], password=PASSWORD)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    backend.ask_admin("DELETE_ORGANIZATION", website=second["website"], archive=True)
    answer = backend.ask_admin("CREATE_SOP_USER", email=first["sop_email"], password=PASSWORD)
    assert answer.data["organization"]["website"] == first["website"]


def test_a_contact_whose_account_was_deleted_gets_a_new_one(backend: Backend) -> None:
    asked = add(backend)
    [row] = [row for row in backend.rows("contacts") if row["email"] == asked["sop_email"]]
    backend.server.delete(f"/users/{row['user_id']}")
    reset = {"organization_website": asked["website"], "sop_email": asked["sop_email"], "new_password": NEW}
    assert backend.ask_admin("RESET_SOP_PASSWORD", **reset).status == 404
    assert backend.ask_admin("CREATE_SOP_USER", email=asked["sop_email"], password=PASSWORD).status == 200
    assert sees(backend, asked["sop_email"], asked["website"])
    assert backend.ask_admin("RESET_SOP_PASSWORD", **reset).data == {"success": True}


def test_a_reset_password_is_the_only_one_and_ends_all_sessions(backend: Backend) -> None:
    asked = add(backend)
    person = Person(backend.appwrite.log_in(asked["sop_email"], PASSWORD))
    assert backend.as_user(person, "GET", "/account").status_code == 200
    reset = {
        "organization_website": asked["website"],
        "sop_email": asked["sop_email"].upper(),
        "new_password": NEW,
    }
    answer = backend.ask_admin("RESET_SOP_PASSWORD", **reset)
    assert answer.data == {"success": True}
    assert NEW not in json.dumps(answer.body) + answer.logs
    assert backend.as_user(person, "GET", "/account").status_code == 401
    assert may_sign_in(backend, asked["sop_email"], NEW)
    assert not may_sign_in(backend, asked["sop_email"], PASSWORD)
    assert backend.ask_admin("RESET_SOP_PASSWORD", **reset).data == {"success": True}
    recorded = activities(backend, asked["organization_id"])
    assert recorded[-1] == ("contact.password_reset", {})


@pytest.mark.parametrize("password", ["short", "x" * 257, "", 12345678, None])
def test_a_password_of_the_wrong_length_or_kind_is_a_bad_field(backend: Backend, password: object) -> None:
    asked = {"organization_website": "a.example", "sop_email": "a@a.example", "new_password": password}
    answer = backend.ask_admin("RESET_SOP_PASSWORD", **asked)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert list(answer.error["details"]["fields"]) == ["new_password"]


def test_the_password_of_another_organizations_contact_is_not_reset(backend: Backend) -> None:
    mine, other = add(backend), add(backend)
    asked = {"organization_website": mine["website"], "sop_email": other["sop_email"], "new_password": NEW}
    answer = backend.ask_admin("RESET_SOP_PASSWORD", **asked)
    assert (answer.status, answer.error["code"]) == (404, "NOT_FOUND")
    assert may_sign_in(backend, other["sop_email"], PASSWORD)


def test_the_password_of_an_admin_who_is_a_contact_is_not_reset(backend: Backend) -> None:
    asked = add(backend, sop_email=ADMIN)
    reset = {"organization_website": asked["website"], "sop_email": ADMIN, "new_password": NEW}
    answer = backend.ask_admin("RESET_SOP_PASSWORD", **reset)
    assert (answer.status, answer.error["code"]) == (403, "FORBIDDEN")
    assert may_sign_in(backend, ADMIN, PASSWORD)


def test_a_removed_contact_sees_nothing_and_keeps_their_account(backend: Backend) -> None:
    asked = add(backend)
    email = f"second@{asked['website']}"
    backend.ask_admin("CREATE_SOP_USER", email=email, password=PASSWORD, organization_website=asked["website"])
    assert sees(backend, email, asked["website"])
    remove = {"organization_website": asked["website"], "email": email}
    assert backend.ask_admin("REMOVE_SOP_USER", **remove).data == {"success": True}
    assert not sees(backend, email, asked["website"])
    assert sees(backend, asked["sop_email"], asked["website"])
    assert may_sign_in(backend, email, PASSWORD)
    assert activities(backend, asked["organization_id"])[-1] == ("contact.removed", {"email": [email, None]})
    assert backend.ask_admin("REMOVE_SOP_USER", **remove).status == 404


def test_a_removal_that_was_interrupted_is_finished_by_the_next(backend: Backend) -> None:
    asked = add(backend)
    email = f"second@{asked['website']}"
    backend.ask_admin("CREATE_SOP_USER", email=email, password=PASSWORD, organization_website=asked["website"])
    [row] = [row for row in backend.rows("organizations") if row["website"] == asked["website"]]
    backend.server.delete(f"/teams/{row['team_id']}")
    answer = backend.ask_admin("REMOVE_SOP_USER", organization_website=asked["website"], email=email)
    assert answer.data == {"success": True}
    assert [each for each in backend.rows("contacts") if each["email"] == email] == []


def test_the_main_contact_is_not_removed_before_there_is_another(backend: Backend) -> None:
    asked = add(backend)
    answer = backend.ask_admin("REMOVE_SOP_USER", organization_website=asked["website"], email=asked["sop_email"])
    assert (answer.status, answer.error["code"]) == (409, "MAIN_CONTACT")
    assert sees(backend, asked["sop_email"], asked["website"])


def test_somebody_with_a_password_gets_no_invitation(backend: Backend) -> None:
    asked = add(backend)
    email = f"second@{asked['website']}"
    backend.ask_admin("CREATE_SOP_USER", email=email, password=PASSWORD, organization_website=asked["website"])
    assert letters_to(backend, email) == []


def test_a_password_with_less_than_eight_characters_is_not_repeated(backend: Backend) -> None:
    answer = backend.ask_admin("ADD_ORGANIZATION", **organization(sop_password="s3cret!"))
    assert list(answer.error["details"]["fields"]) == ["sop_password"]
    assert "s3cret!" not in json.dumps(answer.body) + answer.logs
