"""What the stand-in does not do it refuses with 501 and a name."""

from typing import Any

import pytest

from tests.infra.appwrite.served import Served, refusal

ROWS = "/tablesdb/db/tables/t/rows"
INVITED = {"roles": [], "email": "a@example.org", "url": "http://127.0.0.1"}
NOT_EMULATED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a route": ("POST", "/messaging/topics", {}),
    "a method": ("PUT", "/users", {}),
    "a transaction": ("POST", ROWS, {"rowId": "r", "data": {"title": "t"}, "transactionId": "t1"}),
    "bulk upsert": ("PUT", ROWS, {"rows": [{"title": "t"}]}),
    "a relationship": ("POST", "/tablesdb/db/tables/t/columns/relationship", {"key": "c", "required": False}),
}


@pytest.fixture(scope="module", autouse=True)
def table(appwrite: Served) -> None:
    appwrite.http("POST", "/tablesdb", json={"databaseId": "db", "name": "DB"}).raise_for_status()
    columns = [{"key": "title", "type": "string", "size": 20}]
    body = {"tableId": "t", "name": "T", "columns": columns}
    appwrite.http("POST", "/tablesdb/db/tables", json=body).raise_for_status()


@pytest.mark.parametrize("case", NOT_EMULATED)
def test_what_is_not_emulated_answers_501(appwrite: Served, case: str) -> None:
    method, path, body = NOT_EMULATED[case]
    assert refusal(appwrite.http(method, path, json=body))[:2] == (501, "local_not_emulated")


def test_the_refusal_names_the_route(appwrite: Served) -> None:
    answer = refusal(appwrite.http("POST", "/messaging/topics", json={}))
    assert answer == (501, "local_not_emulated", "The local Appwrite does not emulate POST /v1/messaging/topics")


def test_an_invitation_by_mail_answers_501(appwrite: Served) -> None:
    appwrite.http("POST", "/users", json={"userId": "host", "email": "host@example.org"}).raise_for_status()
    mine = {"X-Appwrite-JWT": appwrite.jwt_of("host")}
    appwrite.guest("POST", "/teams", mine, json={"teamId": "team", "name": "T"}).raise_for_status()
    answer = appwrite.guest("POST", "/teams/team/memberships", mine, json=INVITED)
    assert refusal(answer)[:2] == (501, "local_not_emulated")
