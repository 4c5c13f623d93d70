"""Rows as guests and users see them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.conformance.answers import NOT_AUTHORIZED, missing_scopes
from tests.conformance.server import Server, User, refusal
from tests.conformance.table import Table

MakeTable = Callable[..., Table]
ANYONE = ['read("any")', 'create("users")']


@dataclass(frozen=True)
class Person:
    """A user who calls with a JWT."""

    user: User

    def __call__(self, table: Table, method: str, path: str = "", **body: Any) -> requests.Response:
        return self.user(method, f"{table.path}/rows{path}", **body)

    def create(self, table: Table, row_id: str, **more: Any) -> requests.Response:
        return self(table, "POST", rowId=row_id, data={"title": "t"}, **more)


@pytest.fixture
def person(user: Callable[..., User]) -> Callable[..., Person]:
    return lambda *labels: Person(user(*labels))


People = Callable[..., Person]


def test_a_guest_reads_what_any_may_and_writes_nothing(server: Server, table: MakeTable) -> None:
    one = table(permissions=['read("any")'])
    one.create("r")
    path = f"{one.path}/rows"
    assert server.guest("GET", f"{path}/r").json()["$id"] == "r"
    assert server.guest("GET", path).json()["total"] == 1
    creating = server.guest("POST", path, json={"rowId": "x", "data": {"title": "t"}})
    assert refusal(creating) == (401, "user_unauthorized", "No permissions provided for action 'create'")
    assert refusal(server.guest("PATCH", f"{path}/r", json={"data": {"n": 1}})) == NOT_AUTHORIZED
    assert refusal(server.guest("DELETE", f"{path}/r")) == NOT_AUTHORIZED


def test_a_private_table_hides_its_rows_from_all_but_keys(table: MakeTable, person: People) -> None:
    one, someone = table(permissions=[]), person("admin")
    one.create("r")
    assert refusal(someone(one, "GET", "/r"))[:2] == (404, "row_not_found")
    nobody = (401, "user_unauthorized", "No permissions provided for action 'read'")
    assert refusal(someone(one, "GET")) == nobody


def test_a_users_row_is_theirs_alone_under_row_security(table: MakeTable, person: People) -> None:
    one, owner, other = table(permissions=['create("users")'], rowSecurity=True), person(), person()
    made = owner.create(one, "r").json()
    me = f'"user:{owner.user.id}"'
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


def test_a_rows_own_permissions_do_not_count_without_row_security(table: MakeTable, person: People) -> None:
    one, owner = table(permissions=['create("users")']), person()
    owner.create(one, "r")
    assert refusal(owner(one, "GET", "/r"))[:2] == (404, "row_not_found")


def test_users_grant_only_to_roles_they_hold(table: MakeTable, person: People) -> None:
    one, owner = table(permissions=ANYONE, rowSecurity=True), person("admin", "vip")
    me = owner.user.id
    held = f"any, users, user:{me}, user:{me}/unverified, users/unverified, label:admin, label:vip"
    refused = (401, "user_unauthorized", f"Permissions must be one of: ({held})")
    assert refusal(owner.create(one, "a", permissions=['read("user:other")'])) == refused
    assert refusal(owner.create(one, "b", permissions=['read("team:t1")'])) == refused
    assert owner.create(one, "c", permissions=['read("label:vip")']).status_code == 201


def test_a_table_may_be_for_one_label(table: MakeTable, person: People) -> None:
    one, admin, other = table(permissions=['create("label:admin")', 'update("users")']), person("admin"), person()
    assert admin.create(one, "r").status_code == 201
    me = other.user.id
    held = f'["any","users","user:{me}","user:{me}\\/unverified","users\\/unverified"]'
    message = (
        f'Missing "create" permission for role "label:admin". Only "{held}" scopes are allowed and '
        '"["label:admin"]" was given.'
    )
    assert refusal(other.create(one, "x")) == (401, "user_unauthorized", message)
    assert other(one, "PATCH", "/r", data={"n": 1}).status_code == 200


def test_a_team_role_reads_what_it_is_granted(server: Server, table: MakeTable, person: People, team_id: str) -> None:
    member, other = person(), person()
    body = {"userId": member.user.id, "roles": ["dev"]}
    server.http("POST", f"/teams/{team_id}/memberships", json=body).raise_for_status()
    one = table(permissions=[], rowSecurity=True)
    granted = [f'read("team:{team_id}/dev")']
    one.http("POST", json={"rowId": "r", "data": {"title": "t"}, "permissions": granted})
    assert member(one, "GET", "/r").status_code == 200
    assert other(one, "GET", "/r").status_code == 404


def test_a_disabled_table_is_there_for_keys_only(server: Server, table: MakeTable, person: People) -> None:
    one = table(permissions=['read("any")'])
    one.create("r")
    server.http("PUT", one.path, json={"name": "T", "enabled": False})
    assert refusal(person()(one, "GET", "/r"))[:2] == (404, "table_not_found")
    assert one.row("r")["$id"] == "r"


def test_upsert_asks_for_create_or_update(table: MakeTable, person: People) -> None:
    one, owner, other = table(permissions=['create("users")'], rowSecurity=True), person(), person()
    assert owner(one, "PUT", "/r", data={"title": "mine"}).status_code == 200
    assert refusal(other(one, "PUT", "/r", data={"title": "theirs"})) == NOT_AUTHORIZED


@pytest.mark.parametrize(
    ("method", "body"),
    [("POST", {"rows": [{"title": "t"}]}), ("PATCH", {"data": {"n": 1}}), ("DELETE", {"queries": []})],
)
def test_bulk_is_for_keys_only(table: MakeTable, person: People, method: str, body: dict[str, Any]) -> None:
    answer = person()(table(permissions=['write("users")']), method, **body)
    message = "The current user or API key does not have the required scopes to access the requested resource."
    assert refusal(answer) == (401, "general_unauthorized_scope", message)


def test_a_row_for_a_label_is_read_by_all_who_have_it(table: MakeTable, person: People) -> None:
    one, labelled, other = table(permissions=[], rowSecurity=True), person("vip"), person("admin")
    one.http("POST", json={"rowId": "r", "data": {"title": "t"}, "permissions": ['read("label:vip")']})
    assert labelled(one, "GET", "/r").status_code == 200
    assert refusal(other(one, "GET", "/r"))[:2] == (404, "row_not_found")


def test_a_role_in_a_team_is_not_another_and_ends_with_the_membership(
    server: Server, table: MakeTable, person: People, team_id: str
) -> None:
    one, member = table(permissions=[], rowSecurity=True), person()
    one.http("POST", json={"rowId": "all", "data": {"title": "t"}, "permissions": [f'read("team:{team_id}")']})
    one.http("POST", json={"rowId": "dev", "data": {"title": "t"}, "permissions": [f'read("team:{team_id}/dev")']})
    body = {"userId": member.user.id, "roles": ["owner"]}
    membership = server.http("POST", f"/teams/{team_id}/memberships", json=body).json()["$id"]
    assert [row["$id"] for row in member(one, "GET").json()["rows"]] == ["all"]
    server.http("DELETE", f"/teams/{team_id}/memberships/{membership}").raise_for_status()
    assert member(one, "GET").json()["total"] == 0


def test_a_user_makes_and_lists_no_tables(user: Callable[..., User], table: MakeTable) -> None:
    someone, one = user(), table(permissions=['write("users")'])
    path = f"/tablesdb/{one.database_id}/tables"
    who = f"{someone.email} (role: users)"
    assert refusal(someone("GET", path)) == missing_scopes(who, '["tables.read","collections.read"]')
    making = someone("POST", path, tableId="x", name="T")
    assert refusal(making) == missing_scopes(who, '["tables.write","collections.write"]')
