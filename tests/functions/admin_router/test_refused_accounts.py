"""What Appwrite does not take as a password or an address is told by the name of its field, and changes nothing.

A project's settings decide what it takes, and the stand-in has none:
https://appwrite.io/docs/products/auth/security#password-dictionary
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.functions.backend import PASSWORD, Backend
from tests.functions.filtered_appwrite import filtered
from tests.functions.organizations import add, listed, may_sign_in, organization

DICTIONARY = "password123"
REFUSALS = {
    f'"password": "{DICTIONARY}"': (
        "general_argument_invalid",
        "Invalid `password` param: Password must not be one of the commonly used password.",
    ),
    '"password": "my own name"': (
        "password_personal_data",
        "The password you are trying to use contains references to your name, email, phone or userID.",
    ),
    '"email": "odd': (
        "general_argument_invalid",
        "Invalid `email` param: Value must be a valid email address or null",
    ),
}


def refuse(method: str, path: str, body: str) -> bytes | None:
    if method != "GET" and "/users" in path:
        for word, (kind, message) in REFUSALS.items():
            if word in body:
                return json.dumps({"message": message, "code": 400, "type": kind}).encode()
    return None


@pytest.fixture(autouse=True)
def strict_appwrite(backend: Backend) -> Iterator[None]:
    with filtered(backend.appwrite.endpoint, refuse) as endpoint, pytest.MonkeyPatch.context() as environ:
        environ.setenv("APPWRITE_FUNCTION_API_ENDPOINT", endpoint)
        yield


@pytest.mark.parametrize(
    ("wanted", "field", "reason"),
    [
        ({"sop_password": DICTIONARY}, "sop_password", "commonly used"),
        ({"sop_password": "my own name"}, "sop_password", "references to your name"),
        ({"sop_email": "odd@acme.example"}, "sop_email", "valid email"),
    ],
)
def test_an_organization_whose_contact_can_not_have_an_account_is_not_added(
    backend: Backend, wanted: dict[str, Any], field: str, reason: str
) -> None:
    asked = organization(**wanted)
    answer = backend.ask_admin("ADD_ORGANIZATION", **asked)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert reason in answer.error["details"]["fields"][field]
    assert DICTIONARY not in json.dumps(answer.body) + answer.logs
    assert listed(backend, asked["website"]) is None


def test_an_organization_stays_as_it_is_when_its_new_contact_can_not_have_an_account(backend: Backend) -> None:
    asked = add(backend)
    answer = backend.ask_admin("EDIT_ORGANIZATION", website=asked["website"], name="New", sop_email="odd@acme.example")
    assert (answer.status, list(answer.error["details"]["fields"])) == (422, ["sop_email"])
    shown = listed(backend, asked["website"])
    assert shown is not None
    assert (shown["name"], shown["sop_email"]) == (asked["name"], asked["sop_email"])


def test_a_contact_is_not_created_with_a_refused_password(backend: Backend) -> None:
    asked = add(backend)
    wanted = {"email": f"second@{asked['website']}", "organization_website": asked["website"]}
    answer = backend.ask_admin("CREATE_SOP_USER", **wanted, password=DICTIONARY)
    assert (answer.status, list(answer.error["details"]["fields"])) == (422, ["password"])
    shown = listed(backend, asked["website"])
    assert shown is not None
    assert shown["contacts"] == [asked["sop_email"]]


def test_a_refused_new_password_leaves_the_old_one(backend: Backend) -> None:
    asked = add(backend)
    wanted = {"organization_website": asked["website"], "sop_email": asked["sop_email"]}
    answer = backend.ask_admin("RESET_SOP_PASSWORD", **wanted, new_password=DICTIONARY)
    assert (answer.status, list(answer.error["details"]["fields"])) == (422, ["new_password"])
    assert DICTIONARY not in json.dumps(answer.body) + answer.logs
    assert may_sign_in(backend, asked["sop_email"], PASSWORD)
