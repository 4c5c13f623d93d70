"""Teams and who is in them."""

from collections.abc import Callable
from typing import Any

import pytest
from appwrite.exception import AppwriteException
from appwrite.services.teams import Teams

from tests.infra.appwrite.served import Served, refusal

NewId = Callable[[], str]
MISSING = (404, "team_not_found", "Team with the requested ID could not be found.")


@pytest.fixture
def user_id(appwrite: Served, new_id: NewId) -> str:
    made = new_id()
    body = {"userId": made, "email": f"{made}@example.org", "name": "Jane"}
    appwrite.http("POST", "/users", json=body).raise_for_status()
    return made


@pytest.fixture
def team_id(appwrite: Served, new_id: NewId) -> str:
    made = new_id()
    appwrite.http("POST", "/teams", json={"teamId": made, "name": "Team"}).raise_for_status()
    return made


def test_a_keys_team_is_empty_and_its_id_taken(appwrite: Served, team_id: str) -> None:
    found = appwrite.http("GET", f"/teams/{team_id}").json()
    assert (found["name"], found["total"], found["prefs"]) == ("Team", 0, {})
    message = "Team with requested ID already exists. Please choose a different ID and try again."
    again = appwrite.http("POST", "/teams", json={"teamId": team_id, "name": "T"})
    assert refusal(again) == (409, "team_already_exists", message)


def test_a_key_adds_members_at_once_and_once(appwrite: Served, team_id: str, user_id: str) -> None:
    teams = Teams(appwrite.client())
    made = teams.create_membership(team_id, ["dev"], user_id=user_id)
    shown = (made.userid, made.username, made.useremail, made.teamname, made.confirm, made.roles)
    assert shown == (user_id, "Jane", f"{user_id}@example.org", "Team", True, ["dev"])
    with pytest.raises(AppwriteException) as again:
        teams.create_membership(team_id, ["dev"], user_id=user_id)
    assert (again.value.code, again.value.type) == (409, "membership_already_confirmed")
    assert teams.list_memberships(team_id).total == teams.get(team_id).total == 1


def test_a_member_added_by_address_becomes_a_user(appwrite: Served, team_id: str, new_id: NewId) -> None:
    address = f"{new_id()}@example.org"
    teams = Teams(appwrite.client())
    made = teams.create_membership(team_id, ["dev"], email=address, name="New")
    found = appwrite.http("GET", f"/users/{made.userid}").json()
    assert (found["email"], found["name"]) == (address, "New")
    with pytest.raises(AppwriteException) as again:
        teams.create_membership(team_id, ["dev"], email=address)
    assert again.value.type == "membership_already_confirmed"


def test_a_member_must_be_somebody(appwrite: Served, team_id: str) -> None:
    path = f"/teams/{team_id}/memberships"
    unknown = (404, "user_not_found", "User with given userId doesn't exist.")
    assert refusal(appwrite.http("POST", path, json={"roles": [], "userId": "none"})) == unknown
    assert refusal(appwrite.http("POST", path, json={"roles": []}))[0] == 400


def test_roles_are_replaced_and_members_put_out(appwrite: Served, team_id: str, user_id: str) -> None:
    teams = Teams(appwrite.client())
    made = teams.create_membership(team_id, ["dev"], user_id=user_id)
    assert teams.update_membership(team_id, made.id, ["owner"]).roles == ["owner"]
    assert teams.get_membership(team_id, made.id).roles == ["owner"]
    teams.delete_membership(team_id, made.id)
    missing = (404, "membership_not_found", "Membership with the requested ID could not be found.")
    assert refusal(appwrite.http("GET", f"/teams/{team_id}/memberships/{made.id}")) == missing


def test_a_users_memberships_are_listed_for_keys(appwrite: Served, team_id: str, user_id: str) -> None:
    Teams(appwrite.client()).create_membership(team_id, ["dev"], user_id=user_id)
    listed = appwrite.http("GET", f"/users/{user_id}/memberships").json()
    assert [(found["teamId"], found["roles"]) for found in listed["memberships"]] == [(team_id, ["dev"])]


def as_user(served: Served, user_id: str) -> Callable[..., Any]:
    token = {"X-Appwrite-JWT": served.jwt_of(user_id)}
    return lambda method, path, **body: served.guest(method, path, token, json=body or None)


def test_only_members_see_a_team(appwrite: Served, team_id: str, user_id: str) -> None:
    call = as_user(appwrite, user_id)
    assert refusal(call("GET", f"/teams/{team_id}")) == MISSING
    assert call("GET", "/teams").json() == {"total": 0, "teams": []}
    Teams(appwrite.client()).create_membership(team_id, ["dev"], user_id=user_id)
    assert [team["$id"] for team in call("GET", "/teams").json()["teams"]] == [team_id]
    assert call("GET", f"/teams/{team_id}").json()["name"] == "Team"


def test_members_see_each_other_without_names_and_change_nothing(appwrite: Served, team_id: str, user_id: str) -> None:
    Teams(appwrite.client()).create_membership(team_id, ["dev"], user_id=user_id)
    call = as_user(appwrite, user_id)
    (seen,) = call("GET", f"/teams/{team_id}/memberships").json()["memberships"]
    assert (seen["userId"], seen["userName"], seen["userEmail"], seen["roles"]) == ("", "", "", ["dev"])
    assert refusal(call("PUT", f"/teams/{team_id}", name="Mine"))[:2] == (401, "user_unauthorized")
    assert refusal(call("DELETE", f"/teams/{team_id}"))[:2] == (401, "user_unauthorized")


def test_a_users_own_team_is_theirs(appwrite: Served, user_id: str, new_id: NewId) -> None:
    call, team_id = as_user(appwrite, user_id), new_id()
    assert call("POST", "/teams", teamId=team_id, name="Mine").json()["total"] == 1
    (own,) = call("GET", f"/teams/{team_id}/memberships").json()["memberships"]
    assert own["roles"] == ["owner"]
    assert call("PUT", f"/teams/{team_id}", name="Ours").json()["name"] == "Ours"
    assert call("PUT", f"/teams/{team_id}/prefs", prefs={"x": 1}).json() == {"x": 1}
    assert call("GET", f"/teams/{team_id}/prefs").json() == {"x": 1}
    invited = call("POST", f"/teams/{team_id}/memberships", roles=[], email="a@example.org")
    assert refusal(invited)[1] == "local_not_emulated"
    assert call("DELETE", f"/teams/{team_id}").status_code == 204
    assert refusal(appwrite.http("GET", f"/teams/{team_id}")) == MISSING


def test_a_member_may_leave_but_put_nobody_out(appwrite: Served, team_id: str, user_id: str, new_id: NewId) -> None:
    teams = Teams(appwrite.client())
    mine = teams.create_membership(team_id, ["dev"], user_id=user_id)
    other = teams.create_membership(team_id, ["dev"], email=f"{new_id()}@example.org")
    call = as_user(appwrite, user_id)
    assert refusal(call("DELETE", f"/teams/{team_id}/memberships/{other.id}"))[:2] == (401, "user_unauthorized")
    assert call("DELETE", f"/teams/{team_id}/memberships/{mine.id}").status_code == 204
    assert refusal(call("GET", f"/teams/{team_id}")) == MISSING
