"""A forgotten password, as far as can be seen without reading mail."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.conformance.server import Server, User, refusal

NOT_FOUND = (404, "user_not_found", "User with the requested ID could not be found.")
PAGE = "http://localhost/new-password"


def ask(server: Server, **body: object) -> requests.Response:
    return server.guest("POST", "/account/recovery", json=body)


@pytest.mark.parametrize("url", ["https://evil.example.net/", "ftp://localhost/", "/page", "javascript:alert(1)", ""])
def test_mails_lead_only_to_pages_of_the_projects_platforms(
    server: Server, user: Callable[..., User], url: str
) -> None:
    assert refusal(ask(server, email=user().email, url=url))[:2] == (400, "general_argument_invalid")


def test_a_stranger_that_mails_may_not_lead_to_is_named(server: Server, user: Callable[..., User]) -> None:
    message = (
        "Invalid `url` param: Invalid URI. Register your new client (evil.example.net) as a new Web platform on your "
        "project console dashboard"
    )
    assert refusal(ask(server, email=user().email, url="https://evil.example.net/"))[2] == message


@pytest.mark.parametrize("body", [{"email": "no address", "url": PAGE}, {"url": PAGE}, {"email": "a@example.org"}])
def test_an_address_and_a_page_are_needed(server: Server, body: dict[str, str]) -> None:
    assert refusal(ask(server, **body))[:2] == (400, "general_argument_invalid")


@pytest.mark.stand_in_only("a server under test may well send mails")
def test_a_server_without_mail_says_so(server: Server, user: Callable[..., User]) -> None:
    answer = refusal(ask(server, email=user().email, url=PAGE))
    assert answer == (503, "general_smtp_disabled", "SMTP disabled")


def test_a_wrong_secret_sets_no_password(server: Server, user: Callable[..., User]) -> None:
    body: dict[str, Any] = {"userId": user().id, "secret": "f" * 256, "password": "new password"}
    answer = refusal(server.guest("PUT", "/account/recovery", json=body))
    assert answer == (401, "user_invalid_token", "Invalid token passed in the request.")


def test_a_user_who_is_not_there_sets_no_password(server: Server, prefix: str) -> None:
    body = {"userId": prefix, "secret": "f" * 256, "password": "new password"}
    assert refusal(server.guest("PUT", "/account/recovery", json=body)) == NOT_FOUND
