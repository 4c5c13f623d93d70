"""Teams and who is in them."""

from collections.abc import Callable
from typing import Any

import pytest
from appwrite.exception import AppwriteException
from appwrite.query import Query
from appwrite.services.teams import Teams

from tests.conformance.server import Cleanup, Server, User, refusal

NewId = Callable[[], str]
MISSING = (404, "team_not_found", "Team with the requested ID could not be found.")


@pytest.fixture
def user_id(server: Server, user: Callable[..., User]) -> str:
    made = user().id
    server.http("PATCH", f"/users/{made}/name", json={"name": "Jane"}).raise_for_status()
    return made


def test_a_keys_team_is_empty_and_its_id_taken(server: Server, team_id: str) -> None:
    found = server.http("GET", f"/teams/{team_id}").json()
    assert (found["name"], found["total"], found["prefs"]) == ("Team", 0, {})
    message = "Team with requested ID already exists. Please choose a different ID and try again."
    again = server.http("POST", "/teams", json={"teamId": team_id, "name": "T"})
    assert refusal(again) == (409, "team_already_exists", message)


def test_a_key_adds_members_at_once_and_once(server: Server, team_id: str, user_id: str) -> None:
    teams = Teams(server.client())
    made = teams.create_membership(team_id, ["dev"], user_id=user_id)
    shown = (made.userid, made.username, made.useremail, made.teamname, made.confirm, made.roles)
    assert shown == (user_id, "Jane", f"{user_id}@example.org", "Team", True, ["dev"])
    with pytest.raises(AppwriteException) as again:
        teams.create_membership(team_id, ["dev"], user_id=user_id)
    assert (again.value.code, again.value.type) == (409, "membership_already_confirmed")
    assert teams.list_memberships(team_id).total == teams.get(team_id).total == 1


def test_a_member_added_by_address_becomes_a_user(
    server: Server, team_id: str, new_id: NewId, cleanup: Cleanup
) -> None:
    address = f"{new_id()}@example.org"
    teams = Teams(server.client())
    made = teams.create_membership(team_id, ["dev"], email=address, name="New")
    cleanup(f"/users/{made.userid}")
    found = server.http("GET", f"/users/{made.userid}").json()
    assert (found["email"], found["name"]) == (address, "New")
    with pytest.raises(AppwriteException) as again:
        teams.create_membership(team_id, ["dev"], email=address)
    assert again.value.type == "membership_already_confirmed"


def test_a_member_must_be_somebody(server: Server, team_id: str) -> None:
    path = f"/teams/{team_id}/memberships"
    unknown = (404, "user_not_found", "User with given userId doesn't exist.")
    assert refusal(server.http("POST", path, json={"roles": [], "userId": "none"})) == unknown
    assert refusal(server.http("POST", path, json={"roles": []}))[0] == 400


def test_roles_are_replaced_and_members_put_out(server: Server, team_id: str, user_id: str) -> None:
    teams = Teams(server.client())
    made = teams.create_membership(team_id, ["dev"], user_id=user_id)
    assert teams.update_membership(team_id, made.id, ["owner"]).roles == ["owner"]
    assert teams.get_membership(team_id, made.id).roles == ["owner"]
    teams.delete_membership(team_id, made.id)
    missing = (404, "membership_not_found", "Membership with the requested ID could not be found.")
    assert refusal(server.http("GET", f"/teams/{team_id}/memberships/{made.id}")) == missing


def test_one_members_membership_is_found_by_their_id(
    server: Server, team_id: str, user_id: str, user: Callable[..., User]
) -> None:
    teams = Teams(server.client())
    made = teams.create_membership(team_id, ["dev"], user_id=user_id)
    teams.create_membership(team_id, ["dev"], user_id=user().id)
    found = teams.list_memberships(team_id, [Query.equal("userId", user_id), Query.limit(1)])
    assert [membership.id for membership in found.memberships] == [made.id]


def test_a_users_memberships_are_listed_for_keys(server: Server, team_id: str, user_id: str) -> None:
    Teams(server.client()).create_membership(team_id, ["dev"], user_id=user_id)
    listed = server.http("GET", f"/users/{user_id}/memberships").json()
    assert [(found["teamId"], found["roles"]) for found in listed["memberships"]] == [(team_id, ["dev"])]


def as_user(server: Server, user_id: str) -> Callable[..., Any]:
    token = {"X-Appwrite-JWT": server.jwt_of(user_id)}
    return lambda method, path, **body: server.guest(method, path, token, json=body or None)


def test_only_members_see_a_team(server: Server, team_id: str, user_id: str) -> None:
    call = as_user(server, user_id)
    assert refusal(call("GET", f"/teams/{team_id}")) == MISSING
    assert call("GET", "/teams").json() == {"total": 0, "teams": []}
    Teams(server.client()).create_membership(team_id, ["dev"], user_id=user_id)
    assert [team["$id"] for team in call("GET", "/teams").json()["teams"]] == [team_id]
    assert call("GET", f"/teams/{team_id}").json()["name"] == "Team"


def test_members_see_each_other_without_names_and_change_nothing(server: Server, team_id: str, user_id: str) -> None:
    Teams(server.client()).create_membership(team_id, ["dev"], user_id=user_id)
    call = as_user(server, user_id)
    (seen,) = call("GET", f"/teams/{team_id}/memberships").json()["memberships"]
    assert (seen["userId"], seen["userName"], seen["userEmail"], seen["roles"]) == ("", "", "", ["dev"])
    assert refusal(call("PUT", f"/teams/{team_id}", name="Mine"))[:2] == (401, "user_unauthorized")
    assert refusal(call("DELETE", f"/teams/{team_id}"))[:2] == (401, "user_unauthorized")


def test_a_users_own_team_is_theirs(server: Server, user_id: str, new_id: NewId, cleanup: Cleanup) -> None:
    call, team_id = as_user(server, user_id), new_id()
    assert call("POST", "/teams", teamId=team_id, name="Mine").json()["total"] == 1
    cleanup(f"/teams/{team_id}")
    (own,) = call("GET", f"/teams/{team_id}/memberships").json()["memberships"]
    assert own["roles"] == ["owner"]
    assert call("PUT", f"/teams/{team_id}", name="Ours").json()["name"] == "Ours"
    assert call("PUT", f"/teams/{team_id}/prefs", prefs={"x": 1}).json() == {"x": 1}
    assert call("GET", f"/teams/{team_id}/prefs").json() == {"x": 1}
    assert call("DELETE", f"/teams/{team_id}").status_code == 204
    assert refusal(server.http("GET", f"/teams/{team_id}")) == MISSING


def test_a_member_may_leave_but_put_nobody_out(
    server: Server, team_id: str, user_id: str, user: Callable[..., User]
) -> None:
    teams = Teams(server.client())
    mine = teams.create_membership(team_id, ["dev"], user_id=user_id)
    other = teams.create_membership(team_id, ["dev"], user_id=user().id)
    call = as_user(server, user_id)
    assert refusal(call("DELETE", f"/teams/{team_id}/memberships/{other.id}"))[:2] == (401, "user_unauthorized")
    assert call("DELETE", f"/teams/{team_id}/memberships/{mine.id}").status_code == 204
    assert refusal(call("GET", f"/teams/{team_id}")) == MISSING
