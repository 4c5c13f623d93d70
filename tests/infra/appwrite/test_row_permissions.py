"""Rows as guests and users see them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.infra.appwrite.served import Served, refusal
from tests.infra.appwrite.tabled import Tabled

Table = Callable[..., Tabled]
NOT_AUTHORIZED = (401, "user_unauthorized", "The current user is not authorized to perform the requested action.")
ANYONE = ['read("any")', 'create("users")']


@dataclass(frozen=True)
class Person:
    """A user who calls with a JWT."""

    served: Served
    user_id: str
    jwt: str

    def __call__(self, table: Tabled, method: str, path: str = "", **body: Any) -> requests.Response:
        headers = {"X-Appwrite-JWT": self.jwt}
        return self.served.guest(method, f"{table.path}/rows{path}", headers, json=body or None)

    def create(self, table: Tabled, row_id: str, **more: Any) -> requests.Response:
        return self(table, "POST", rowId=row_id, data={"title": "t"}, **more)


@pytest.fixture
def person(appwrite: Served, new_id: Callable[[], str]) -> Callable[..., Person]:
    def make(*labels: str) -> Person:
        user_id = new_id()
        appwrite.http("POST", "/users", json={"userId": user_id, "email": f"{user_id}@example.org"}).raise_for_status()
        appwrite.http("PUT", f"/users/{user_id}/labels", json={"labels": labels}).raise_for_status()
        return Person(appwrite, user_id, appwrite.jwt_of(user_id))

    return make


People = Callable[..., Person]


def test_a_guest_reads_what_any_may_and_writes_nothing(appwrite: Served, table: Table) -> None:
    one = table(permissions=['read("any")'])
    one.create("r")
    path = f"{one.path}/rows"
    assert appwrite.guest("GET", f"{path}/r").json()["$id"] == "r"
    assert appwrite.guest("GET", path).json()["total"] == 1
    creating = appwrite.guest("POST", path, json={"rowId": "x", "data": {"title": "t"}})
    assert refusal(creating) == (401, "user_unauthorized", "No permissions provided for action 'create'")
    assert refusal(appwrite.guest("PATCH", f"{path}/r", json={"data": {"n": 1}})) == NOT_AUTHORIZED
    assert refusal(appwrite.guest("DELETE", f"{path}/r")) == NOT_AUTHORIZED


def test_a_private_table_hides_its_rows_from_all_but_keys(table: Table, person: People) -> None:
    one, someone = table(permissions=[]), person("admin")
    one.create("r")
    assert refusal(someone(one, "GET", "/r"))[:2] == (404, "row_not_found")
    nobody = (401, "user_unauthorized", "No permissions provided for action 'read'")
    assert refusal(someone(one, "GET")) == nobody


def test_a_users_row_is_theirs_alone_under_row_security(table: Table, person: People) -> None:
    one, owner, other = table(permissions=['create("users")'], rowSecurity=True), person(), person()
    made = owner.create(one, "r").json()
    me = f'"user:{owner.user_id}"'
    assert made["$permissions"] == [f"read({me})", f"update({me})", f"delete({me})"]
    assert owner(one, "GET", "/r").json()["$id"] == "r"
    assert refusal(other(one, "GET", "/r"))[:2] == (404, "row_not_found")
    assert other(one, "GET").json() == {"total": 0, "rows": []}
    assert owner(one, "GET").json()["total"] == 1
    assert refusal(other(one, "PATCH", "/r", data={"n": 1})) == NOT_AUTHORIZED
    assert refusal(other(one, "DELETE", "/r")) == NOT_AUTHORIZED
    assert owner(one, "PATCH", "/r", data={"n": 1}).json()["n"] == 1
    assert owner(one, "PATCH", "/r/n/increment", value=1).json()["n"] == 2
    assert refusal(other(one, "PATCH", "/r/n/increment", value=1)) == NOT_AUTHORIZED
    assert owner(one, "DELETE", "/r").status_code == 204


def test_a_rows_own_permissions_do_not_count_without_row_security(table: Table, person: People) -> None:
    one, owner = table(permissions=['create("users")']), person()
    owner.create(one, "r")
    assert refusal(owner(one, "GET", "/r"))[:2] == (404, "row_not_found")


def test_users_grant_only_to_roles_they_hold(table: Table, person: People) -> None:
    one, owner = table(permissions=ANYONE, rowSecurity=True), person("admin", "vip")
    me = owner.user_id
    held = f"any, users, user:{me}, user:{me}/unverified, users/unverified, label:admin, label:vip"
    refused = (401, "user_unauthorized", f"Permissions must be one of: ({held})")
    assert refusal(owner.create(one, "a", permissions=['read("user:other")'])) == refused
    assert refusal(owner.create(one, "b", permissions=['read("team:t1")'])) == refused
    assert owner.create(one, "c", permissions=['read("label:vip")']).status_code == 201


def test_a_table_may_be_for_one_label(table: Table, person: People) -> None:
    one, admin, other = table(permissions=['create("label:admin")', 'update("users")']), person("admin"), person()
    assert admin.create(one, "r").status_code == 201
    me = other.user_id
    held = f'["any","users","user:{me}","user:{me}\\/unverified","users\\/unverified"]'
    message = (
        f'Missing "create" permission for role "label:admin". Only "{held}" scopes are allowed and '
        '"["label:admin"]" was given.'
    )
    assert refusal(other.create(one, "x")) == (401, "user_unauthorized", message)
    assert other(one, "PATCH", "/r", data={"n": 1}).status_code == 200


def test_a_team_role_reads_what_it_is_granted(appwrite: Served, table: Table, person: People, new_id: Any) -> None:
    team, member, other = new_id(), person(), person()
    appwrite.http("POST", "/teams", json={"teamId": team, "name": "T"})
    body = {"userId": member.user_id, "roles": ["dev"]}
    appwrite.http("POST", f"/teams/{team}/memberships", json=body).raise_for_status()
    one = table(permissions=[], rowSecurity=True)
    granted = [f'read("team:{team}/dev")']
    one.http("POST", json={"rowId": "r", "data": {"title": "t"}, "permissions": granted})
    assert member(one, "GET", "/r").status_code == 200
    assert other(one, "GET", "/r").status_code == 404


def test_a_disabled_table_is_there_for_keys_only(appwrite: Served, table: Table, person: People) -> None:
    one = table(permissions=['read("any")'])
    one.create("r")
    appwrite.http("PUT", one.path, json={"name": "T", "enabled": False})
    assert refusal(person()(one, "GET", "/r"))[:2] == (404, "table_not_found")
    assert one.row("r")["$id"] == "r"


def test_upsert_asks_for_create_or_update(table: Table, person: People) -> None:
    one, owner, other = table(permissions=['create("users")'], rowSecurity=True), person(), person()
    assert owner(one, "PUT", "/r", data={"title": "mine"}).status_code == 200
    assert refusal(other(one, "PUT", "/r", data={"title": "theirs"})) == NOT_AUTHORIZED


@pytest.mark.parametrize(
    ("method", "body"),
    [("POST", {"rows": [{"title": "t"}]}), ("PATCH", {"data": {"n": 1}}), ("DELETE", {"queries": []})],
)
def test_bulk_is_for_keys_only(table: Table, person: People, method: str, body: dict[str, Any]) -> None:
    answer = person()(table(permissions=['write("users")']), method, **body)
    message = "The current user or API key does not have the required scopes to access the requested resource."
    assert refusal(answer) == (401, "general_unauthorized_scope", message)
