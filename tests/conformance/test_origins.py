"""What a page in a browser may ask: CORS, and requests that come from a page of somebody else."""

from collections.abc import Callable

import pytest
import requests

from tests.conformance.answers import GUEST
from tests.conformance.server import Cleanup, Server, refusal

NewId = Callable[[], str]
UNKNOWN = "Invalid Origin. Register your new client ({}) as a new Web platform on your project console dashboard"


@pytest.fixture
def host(server: Server, new_id: NewId, cleanup: Cleanup) -> str:
    """A host that is a web platform of the project."""
    made, name = new_id(), f"{new_id()}.example.org"
    body = {"platformId": made, "name": "Page", "hostname": name}
    answer = server.http("POST", "/project/platforms/web", json=body)
    if answer.status_code == 404:
        pytest.skip("this server registers platforms in the Console only")
    assert answer.status_code == 201, answer.text
    cleanup(f"/project/platforms/{made}")
    return name


def reader(answer: requests.Response) -> str | None:
    """Whose pages a browser lets read the answer."""
    return answer.headers.get("Access-Control-Allow-Origin")


def from_page(server: Server, origin: str, path: str = "/account") -> requests.Response:
    return server.guest("GET", path, {"Origin": origin})


def test_every_answer_says_what_pages_may_send_and_read(server: Server) -> None:
    headers = server.http("GET", "/users").headers
    assert headers["Access-Control-Allow-Methods"] == "GET, POST, PUT, PATCH, DELETE"
    assert {"X-Appwrite-Project", "X-Appwrite-JWT", "X-Fallback-Cookies", "Content-Type"} <= set(
        headers["Access-Control-Allow-Headers"].split(", ")
    )
    assert headers["Access-Control-Expose-Headers"] == "X-Appwrite-Session, X-Fallback-Cookies"
    assert headers["Access-Control-Allow-Credentials"] == "true"
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("scheme", ["http://{}", "https://{}:8443", "HTTPS://{}"])
def test_pages_of_a_web_platform_may_read_what_is_answered(server: Server, host: str, scheme: str) -> None:
    origin = scheme.format(host)
    answer = from_page(server, origin)
    assert (refusal(answer), reader(answer)) == (GUEST, origin.lower())


def test_localhost_is_known_everywhere(server: Server) -> None:
    answer = from_page(server, "http://localhost:3000")
    assert (refusal(answer), reader(answer)) == (GUEST, "http://localhost:3000")


@pytest.mark.parametrize("origin", ["https://evil.example.net", "https://{}.evil.example.net", "https://x.{}"])
def test_pages_of_other_hosts_are_refused_and_may_not_even_read_that(server: Server, host: str, origin: str) -> None:
    name = origin.format(host)
    answer = from_page(server, name)
    expected = (403, "general_unknown_origin", UNKNOWN.format(name.partition("://")[2]))
    assert (refusal(answer), reader(answer)) == (expected, None)


def test_pages_that_do_not_name_the_project_are_strangers(server: Server, host: str) -> None:
    answer = requests.get(server.endpoint + "/account", headers={"Origin": f"https://{host}"}, timeout=30)
    assert (refusal(answer)[:2], reader(answer)) == ((403, "general_unknown_origin"), None)


def test_pages_from_nowhere_are_refused(server: Server) -> None:
    assert refusal(from_page(server, "null"))[:2] == (403, "general_unknown_origin")


def test_a_key_may_come_from_anywhere_though_no_page_can_read_the_answer(server: Server) -> None:
    answer = server.http("GET", "/users", {"Origin": "https://evil.example.net"})
    assert (answer.status_code, reader(answer)) == (200, None)


def test_a_preflight_is_answered_to_anyone_since_it_names_no_project(server: Server) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-appwrite-project"}
    headers = {"Origin": "https://page.example.net", **asked}
    answer = requests.options(server.endpoint + "/account/sessions/email", headers=headers, timeout=30)
    assert (answer.status_code, answer.content) == (204, b"")
    assert reader(answer) == "https://page.example.net"
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


def test_a_platform_that_is_gone_is_a_stranger_again(server: Server, new_id: NewId) -> None:
    made, name = new_id(), f"{new_id()}.example.org"
    body = {"platformId": made, "name": "Page", "hostname": name}
    if server.http("POST", "/project/platforms/web", json=body).status_code == 404:
        pytest.skip("this server registers platforms in the Console only")
    server.http("DELETE", f"/project/platforms/{made}").raise_for_status()
    assert refusal(from_page(server, f"https://{name}"))[:2] == (403, "general_unknown_origin")
