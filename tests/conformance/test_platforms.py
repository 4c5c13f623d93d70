"""The hosts whose pages may call the API."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.conformance.server import Cleanup, Server, refusal

NewId = Callable[[], str]
Register = Callable[..., requests.Response]
HOSTNAME_RULE = "Invalid `hostname` param: Value must be a valid hostname without path, port and protocol."


@pytest.fixture
def platform_id(new_id: NewId) -> str:
    return new_id()


@pytest.fixture
def register(server: Server, platform_id: str, cleanup: Cleanup) -> Register:
    """Registers a web platform of this test's id."""
    if server.http("GET", "/project/platforms").status_code == 404:
        pytest.skip("this server registers platforms in the Console only")
    cleanup(f"/project/platforms/{platform_id}")

    def post(**changes: Any) -> requests.Response:
        body = {"platformId": platform_id, "name": "Page", "hostname": f"{platform_id}.example.org", **changes}
        return server.http("POST", "/project/platforms/web", json=body)

    return post


def test_a_web_platform_is_made_read_listed_changed_and_deleted(
    server: Server, platform_id: str, register: Register
) -> None:
    made = register()
    assert made.status_code == 201
    shown = {key: made.json()[key] for key in ("$id", "type", "name", "hostname")}
    host = f"{platform_id}.example.org"
    assert shown == {"$id": platform_id, "type": "web", "name": "Page", "hostname": host}
    assert server.http("GET", f"/project/platforms/{platform_id}").json()["hostname"] == host
    assert host in {platform["hostname"] for platform in _all(server)}
    changed = {"name": "Other", "hostname": f"other.{host}"}
    answer = server.http("PUT", f"/project/platforms/web/{platform_id}", json=changed)
    assert (answer.status_code, answer.json()["hostname"]) == (200, f"other.{host}")
    assert server.http("DELETE", f"/project/platforms/{platform_id}").status_code == 204
    assert platform_id not in {platform["$id"] for platform in _all(server)}


def test_the_same_id_twice_is_refused(register: Register) -> None:
    register()
    assert refusal(register(hostname="other.example.org"))[:2] == (409, "platform_already_exists")


@pytest.mark.parametrize("hostname", ["https://a.example.org", "a.example.org/path", "a.example.org:8080", "a b", 5])
def test_a_hostname_is_a_name_and_nothing_more(register: Register, hostname: object) -> None:
    assert refusal(register(hostname=hostname)) == (400, "general_argument_invalid", HOSTNAME_RULE)


def test_a_platform_that_is_not_there_is_not_found(server: Server, platform_id: str, register: Register) -> None:
    for method in ("GET", "DELETE"):
        answer = refusal(server.http(method, f"/project/platforms/{platform_id}"))
        assert answer == (404, "platform_not_found", "Platform with the requested ID could not be found.")


def test_users_and_guests_see_no_platforms(server: Server, register: Register, user: Callable[..., Any]) -> None:
    for answer in (user()("GET", "/project/platforms"), server.guest("GET", "/project/platforms")):
        assert refusal(answer)[:2] == (401, "general_unauthorized_scope")


def _all(server: Server) -> list[dict[str, Any]]:
    first_hundred = {"queries[0]": '{"method":"limit","values":[100]}'}
    platforms: list[dict[str, Any]] = server.http("GET", "/project/platforms", params=first_hundred).json()["platforms"]
    return platforms
