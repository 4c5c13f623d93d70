"""Projects and keys: who is let in and what the others are told."""

from collections.abc import Callable

import pytest
import requests

from tests.conformance.answers import GUEST, NOT_AUTHORIZED, missing_scopes
from tests.conformance.server import Server, User, refusal


def key_without(server: Server, scope: str, answer: requests.Response) -> None:
    """The answer says that the key, named by project and host, lacks the scope."""
    status, kind, message = refusal(answer)
    assert (status, kind) == (401, "general_unauthorized_scope")
    assert message.startswith(f"app.{server.project}@service.")
    assert message.endswith(f' (role: applications) missing scopes (["{scope}"])')


def test_the_project_must_be_named_and_known(server: Server, prefix: str) -> None:
    url = server.endpoint + "/account"
    message = "No Appwrite project was specified. Please specify your project ID when initializing your Appwrite SDK."
    assert refusal(server.session.get(url)) == (401, "general_access_forbidden", message)
    unknown = server.http("GET", "/account", {"X-Appwrite-Project": prefix})
    assert refusal(unknown)[:2] == (404, "project_not_found")
    assert refusal(server.session.get(url, params={"project": server.project})) == GUEST


@pytest.mark.parametrize("key", ["x", "standard_x", "ephemeral_x", "é"])
def test_a_wrong_key_is_no_guest(server: Server, key: str) -> None:
    answer = server.guest("GET", "/users", {"X-Appwrite-Key": key.encode().decode("latin-1")})
    assert refusal(answer) == NOT_AUTHORIZED


def test_a_guest_without_scope_is_told_which(server: Server) -> None:
    assert refusal(server.guest("GET", "/users")) == missing_scopes("User (role: guests)", '["users.read"]')


def test_a_key_has_no_account(server: Server) -> None:
    key_without(server, "account", server.http("GET", "/account"))


def test_a_key_goes_before_a_jwt(server: Server, user: Callable[..., User]) -> None:
    someone = user()
    both = {"X-Appwrite-JWT": someone.jwt}
    key_without(server, "account", server.http("GET", "/account", both))
    assert server.http("GET", f"/users/{someone.id}", both).json()["$id"] == someone.id
