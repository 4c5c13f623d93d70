"""Functions that serve pages: their own domains answer as they like, and their pages may call the API."""

import pytest

from tests.infra.appwrite.compute.served import Server
from tests.infra.appwrite.served import refusal

CODE = """
async def main(context):
    return context.res.text(context.req.method, 200, {"access-control-allow-origin": "https://mine.example"})
"""
PAGE, OTHER = "http://pages.functions.localhost:8090", "http://nothing.functions.localhost:8090"


@pytest.fixture(scope="module")
def pages(server: Server) -> Server:
    server.deploy("pages", CODE)
    body = {"domain": "pages.functions.localhost", "functionId": "pages"}
    server.http("POST", "/proxy/rules/function", json=body).raise_for_status()
    return server


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_on_its_domain_a_function_answers_every_origin_in_its_own_words(pages: Server, method: str) -> None:
    answer = pages.domain("pages", "/", method, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, answer.text) == (200, method)
    shared = {name: value for name, value in answer.headers.items() if name.lower().startswith("access-control-")}
    assert shared == {"access-control-allow-origin": "https://mine.example"}


def test_pages_on_a_functions_domain_may_call_the_api(pages: Server) -> None:
    answer = pages.guest("GET", "/account", {"Origin": PAGE})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (401, PAGE)
    assert refusal(pages.guest("GET", "/account", {"Origin": OTHER}))[:2] == (403, "general_unknown_origin")


def test_a_page_on_a_functions_domain_has_mails_lead_back_to_it_and_no_one_else_has(pages: Server) -> None:
    pages.http("POST", "/users", json={"userId": "sop", "email": "sop@client.example"}).raise_for_status()
    body = {"email": "sop@client.example", "url": f"{PAGE}/"}
    # Taken, but for the mail server that this stand-in was not told.
    assert refusal(pages.guest("POST", "/account/recovery", {"Origin": PAGE}, json=body))[:2] == (
        503,
        "general_smtp_disabled",
    )
    assert refusal(pages.guest("POST", "/account/recovery", json=body))[:2] == (400, "general_argument_invalid")
