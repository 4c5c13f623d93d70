"""A forgotten password from the mail to the new one, with the mail server beside the stand-in."""

import email
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import policy
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from infra.local.mail.catcher import Catcher
from infra.local.mail.mailbox import Mailbox
from infra.local.mail.server import serving
from tests.infra.appwrite.served import Served, refusal

OLD, NEW = "the old password", "the new password"
ADDRESS, PAGE = "sop@client.example", "http://localhost:8090/?lang=hi"
INVALID = (401, "user_invalid_token", "Invalid token passed in the request.")


class Forgetful:
    """A user who asks for a mail and follows its link."""

    def __init__(self, served: Served, mails: Path) -> None:
        self.served, self.mails = served, mails
        body = {"userId": "sop", "email": ADDRESS, "password": OLD, "name": "Asha"}
        served.http("POST", "/users", json=body).raise_for_status()

    def ask(self, address: str = ADDRESS, url: str = PAGE) -> requests.Response:
        return self.served.guest("POST", "/account/recovery", json={"email": address, "url": url})

    def link(self) -> str:
        """The link of the latest mail, which stands in its text and in its HTML."""
        latest = max(self.mails.glob("*.eml"))
        mail = email.message_from_bytes(latest.read_bytes(), policy=policy.default)
        assert isinstance(mail, email.message.EmailMessage)
        assert mail["To"] == ADDRESS
        text, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert text is not None
        assert html is not None
        (link,) = [line for line in text.get_content().splitlines() if line.startswith("http")]
        assert f'href="{link.replace("&", "&amp;")}"' in html.get_content()
        return str(link)

    def secret(self) -> str:
        return parse_qs(urlsplit(self.link()).query)["secret"][0]

    def renew(self, secret: str, password: str = NEW) -> requests.Response:
        body = {"userId": "sop", "secret": secret, "password": password}
        return self.served.guest("PUT", "/account/recovery", json=body)

    def may_log_in(self, password: str) -> bool:
        body = {"email": ADDRESS, "password": password}
        status = self.served.guest("POST", "/account/sessions/email", json=body).status_code
        self.served.session.cookies.clear()
        return status == 201


@pytest.fixture
def forgetful(own_appwrite: Callable[..., Served], tmp_path: Path) -> Iterator[Forgetful]:
    mails = tmp_path / "mails"
    with serving(Catcher(Mailbox(mails, lambda: datetime.now(UTC)))) as port:
        yield Forgetful(own_appwrite("--smtp", f"127.0.0.1:{port}"), mails)


def test_the_mails_link_sets_a_new_password_and_the_old_one_is_gone(forgetful: Forgetful) -> None:
    answer = forgetful.ask()
    assert (answer.status_code, answer.json()["userId"], answer.json()["secret"]) == (201, "sop", "")
    changed = forgetful.renew(forgetful.secret())
    assert (changed.status_code, changed.json()["userId"], changed.json()["secret"]) == (200, "sop", "")
    assert (forgetful.may_log_in(OLD), forgetful.may_log_in(NEW)) == (False, True)


def test_the_link_leads_to_the_page_with_user_secret_and_end(forgetful: Forgetful) -> None:
    forgetful.ask()
    parts = urlsplit(forgetful.link())
    query = parse_qs(parts.query)
    assert (parts.netloc, parts.path, query["lang"], query["userId"]) == ("localhost:8090", "/", ["hi"], ["sop"])
    left = datetime.fromisoformat(query["expire"][0]) - datetime.now(UTC)
    assert timedelta(minutes=59) < left <= timedelta(hours=1)


def test_a_secret_is_good_for_once_and_for_its_user(forgetful: Forgetful) -> None:
    forgetful.ask()
    secret = forgetful.secret()
    forgetful.served.http("POST", "/users", json={"userId": "other", "email": "o@client.example"}).raise_for_status()
    others = {"userId": "other", "secret": secret, "password": NEW}
    assert refusal(forgetful.served.guest("PUT", "/account/recovery", json=others)) == INVALID
    assert forgetful.renew(secret).status_code == 200
    assert refusal(forgetful.renew(secret, "a third password")) == INVALID
    assert forgetful.may_log_in(NEW)


def test_a_secret_is_good_for_an_hour(forgetful: Forgetful) -> None:
    forgetful.ask()
    passed = (datetime.now(UTC) - timedelta(seconds=1)).isoformat(timespec="milliseconds")
    with sqlite3.connect(forgetful.served.data / "appwrite.sqlite") as database:
        database.execute("UPDATE recovery_tokens SET expire = ?", [passed])
    database.close()
    assert refusal(forgetful.renew(forgetful.secret())) == INVALID
    assert forgetful.may_log_in(OLD)


def test_a_password_that_is_too_short_costs_no_secret(forgetful: Forgetful) -> None:
    forgetful.ask()
    secret = forgetful.secret()
    assert refusal(forgetful.renew(secret, "short"))[:2] == (400, "general_argument_invalid")
    assert forgetful.renew(secret).status_code == 200


def test_a_key_is_shown_the_secret(forgetful: Forgetful) -> None:
    answer = forgetful.served.http("POST", "/account/recovery", json={"email": ADDRESS, "url": PAGE})
    assert answer.json()["secret"] == forgetful.secret()


def test_unknown_and_blocked_users_get_no_mail(forgetful: Forgetful) -> None:
    assert refusal(forgetful.ask("nobody@client.example"))[:2] == (404, "user_not_found")
    forgetful.served.http("PATCH", "/users/sop/status", json={"status": False}).raise_for_status()
    assert refusal(forgetful.ask())[:2] == (403, "user_blocked")
    assert list(forgetful.mails.glob("*.eml")) == []


def test_a_page_on_a_platform_may_be_led_to(forgetful: Forgetful) -> None:
    page = "https://portal.client.example/"
    assert refusal(forgetful.ask(url=page))[:2] == (400, "general_argument_invalid")
    body = {"platformId": "portal", "name": "Portal", "hostname": "*.client.example"}
    forgetful.served.http("POST", "/project/platforms/web", json=body).raise_for_status()
    assert forgetful.ask(url=page).status_code == 201
    assert forgetful.link().startswith(page + "?userId=sop&secret=")
