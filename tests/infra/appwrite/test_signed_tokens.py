"""Keys that the server signs itself, as each execution of a function gets one, and its other tokens."""

from tests.conformance.answers import GUEST, NOT_AUTHORIZED, missing_scopes
from tests.infra.appwrite.served import PROJECT, Served, refusal

KEY = f"app.{PROJECT}@service.127.0.0.1 (role: applications)"


def test_an_ephemeral_key_may_do_what_its_scopes_say(appwrite: Served) -> None:
    key = {"X-Appwrite-Key": appwrite.key_with("users.read")}
    assert appwrite.guest("GET", "/users", key).status_code == 200
    assert refusal(appwrite.guest("POST", "/users", key, json={})) == missing_scopes(KEY, '["users.write"]')
    rows = appwrite.guest("POST", "/tablesdb/db/tables/t/rows", key, json={})
    assert refusal(rows) == missing_scopes(KEY, '["rows.write","documents.write"]')


def test_one_of_the_accepted_scopes_is_enough(appwrite: Served) -> None:
    key = {"X-Appwrite-Key": appwrite.key_with("documents.read")}
    answer = appwrite.guest("GET", "/tablesdb/no/tables/t/rows", key)
    assert refusal(answer)[1] == "database_not_found"


def test_an_expired_key_and_one_of_another_project_are_wrong(appwrite: Served) -> None:
    foreign = appwrite.signed({"projectId": "other", "scopes": ["users.read"]})
    for key in (appwrite.key_with("users.read", seconds=-1), f"ephemeral_{foreign}"):
        assert refusal(appwrite.guest("GET", "/users", {"X-Appwrite-Key": key})) == NOT_AUTHORIZED


def test_our_other_tokens_are_no_users(appwrite: Served) -> None:
    token = appwrite.key_with("users.read").removeprefix("ephemeral_")
    assert refusal(appwrite.guest("GET", "/account", {"X-Appwrite-JWT": token})) == GUEST
