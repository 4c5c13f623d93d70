"""A real browser on a page that a function serves: it signs in at the API, which is another site, and out again."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.e2e.screenshots import chromium
from tests.infra.appwrite.compute.served import Server
from tests.shared.certificate.chromes import needs_chromium

pytestmark = needs_chromium

CODE = """
async def main(context):
    return context.res.text("<!doctype html><title>Page</title>", 200, {"content-type": "text/html"})
"""
#: Does as Appwrite's Web SDK does: what a browser without third-party cookies keeps, it sends back itself.
SESSION = """
async ({endpoint, project, email, password}) => {
    let kept = "";
    const call = async (method, path, body) => {
        const headers = {"x-appwrite-project": project, "content-type": "application/json"};
        if (kept) headers["X-Fallback-Cookies"] = kept;
        const options = {method, headers, credentials: "include", body: body && JSON.stringify(body)};
        const answer = await fetch(endpoint + path, options);
        kept = answer.headers.get("X-Fallback-Cookies") ?? kept;
        return answer.status;
    };
    return [
        await call("POST", "/account/sessions/email", {email, password: "not this one"}),
        await call("POST", "/account/sessions/email", {email, password}),
        await call("GET", "/account"),
        await call("POST", "/account/jwts", {}),
        await call("DELETE", "/account/sessions/current"),
        await call("GET", "/account"),
    ];
}
"""
PERSON = {"email": "sop@page.example", "password": "correct horse"}


@pytest.fixture
def page(server: Server) -> Iterator[Page]:
    """A page on the function's own domain."""
    server.deploy("site", CODE)
    body = {"domain": "site.functions.localhost", "functionId": "site"}
    server.http("POST", "/proxy/rules/function", json=body).raise_for_status()
    server.http("POST", "/users", json={"userId": "unique()", **PERSON}).raise_for_status()
    with chromium() as browser:
        opened = browser.new_page()
        opened.goto(f"http://site.functions.localhost:{urlsplit(server.endpoint).port}/")
        yield opened


def test_a_page_of_a_function_signs_in_gets_a_jwt_and_signs_out(server: Server, page: Page) -> None:
    access: dict[str, Any] = {"endpoint": server.endpoint, "project": "local", **PERSON}
    assert page.evaluate(SESSION, access) == [401, 201, 200, 201, 204, 401]
