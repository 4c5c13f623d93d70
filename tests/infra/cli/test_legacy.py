"""Columns and indexes by their older names: https://appwrite.io/docs/references/cloud/server-rest/databases."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.infra.appwrite.served import Served, refusal

TABLES, COLLECTIONS = "/tablesdb/old/tables", "/databases/old/collections"
NUMBER = {"key": "n", "required": False, "min": 0, "max": 5, "default": 1}

Old = Callable[..., requests.Response]


@pytest.fixture
def old(appwrite: Served) -> Old:
    """Asks for the attributes and indexes of a fresh collection `c`."""
    appwrite.http("DELETE", "/tablesdb/old")
    appwrite.http("POST", "/tablesdb", json={"databaseId": "old", "name": "Old"}).raise_for_status()
    appwrite.http("POST", TABLES, json={"tableId": "c", "name": "C"}).raise_for_status()

    def ask(method: str, path: str, **body: Any) -> requests.Response:
        return appwrite.http(method, f"{COLLECTIONS}/c/{path}", json=body)

    return ask


def test_an_attribute_is_a_column(old: Old, appwrite: Served) -> None:
    made = old("POST", "attributes/integer", **NUMBER)
    assert made.status_code == 202
    column = appwrite.http("GET", f"{TABLES}/c/columns/n").json()
    assert column == old("GET", "attributes/n").json()
    assert old("GET", "attributes").json() == {"total": 1, "attributes": [column]}


def test_an_attribute_is_changed_and_deleted(old: Old) -> None:
    old("POST", "attributes/integer", **NUMBER)
    changed = old("PATCH", "attributes/integer/n", required=False, min=0, max=9, default=2)
    assert (changed.status_code, changed.json()["max"], changed.json()["default"]) == (200, 9, 2)
    assert old("DELETE", "attributes/n").status_code == 204
    assert old("GET", "attributes").json() == {"total": 0, "attributes": []}


def test_an_index_names_its_attributes(old: Old, appwrite: Served) -> None:
    old("POST", "attributes/integer", **NUMBER)
    made = old("POST", "indexes", key="k_n", type="key", attributes=["n"], orders=["DESC"])
    assert (made.status_code, made.json()["attributes"]) == (202, ["n"])
    assert old("GET", "indexes").json()["indexes"] == [old("GET", "indexes/k_n").json()]
    assert appwrite.http("GET", f"{TABLES}/c/indexes/k_n").json()["columns"] == ["n"]
    assert old("DELETE", "indexes/k_n").status_code == 204
    assert old("GET", "indexes").json()["total"] == 0


def test_errors_say_attribute_and_collection(old: Old, appwrite: Served) -> None:
    old("POST", "attributes/integer", key="column", required=False)
    taken = (
        "Attribute with the requested key 'column' already exists. Attribute keys must be unique, try again with a "
        "different key."
    )
    again = old("POST", "attributes/integer", key="column", required=False)
    assert refusal(again) == (409, "attribute_already_exists", taken)
    missing = appwrite.http("GET", f"{COLLECTIONS}/zz/attributes")
    unknown = "Collection with the requested ID 'zz' could not be found."
    assert refusal(missing) == (404, "collection_not_found", unknown)
    assert refusal(old("GET", "indexes/no"))[:2] == (404, "index_not_found")
    assert refusal(appwrite.http("GET", "/databases/zz/collections/c/attributes"))[1] == "database_not_found"


@pytest.mark.parametrize(("way", "method"), [("read", "GET"), ("write", "POST")])
def test_only_the_scopes_of_collections_will_do(old: Old, appwrite: Served, way: str, method: str) -> None:
    newer = appwrite.key_with(f"tables.{way}", f"columns.{way}", f"indexes.{way}", f"attributes.{way}")
    for path in ("attributes", "indexes") if method == "GET" else ("attributes/integer", "indexes"):
        refused = appwrite.guest(method, f"{COLLECTIONS}/c/{path}", {"X-Appwrite-Key": newer}, json=NUMBER)
        assert refusal(refused)[1] == "general_unauthorized_scope"
        assert f'missing scopes (["collections.{way}"])' in refused.json()["message"]
    allowed = {"X-Appwrite-Key": appwrite.key_with(f"collections.{way}")}
    path = "attributes" if method == "GET" else "attributes/integer"
    assert appwrite.guest(method, f"{COLLECTIONS}/c/{path}", allowed, json=NUMBER).ok
