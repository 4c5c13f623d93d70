"""What tests in a browser share: where the pages are, how people sign in, and what keeps some from using a page."""

import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from infra.local.stack import Stack
from tests.e2e.company import Company, ignore

#: Findings of axe-core that nobody may have to live with.
GRAVE = {"serious", "critical"}
_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass(frozen=True)
class Organization:
    """One with a contact, two learners, and a certificate for the first of them."""

    email: str
    password: str
    name: str
    learners: list[str]

    @classmethod
    def of(cls, company: Company) -> "Organization":
        people = company.enroll(2)
        company.complete(people[:1])
        company.job.wait_until_delivered(1, ignore)
        client = company.client
        return cls(client.sop_email, client.sop_password, client.name, [each.name for each in people])


@dataclass(frozen=True)
class Somebody:
    """A person at a page."""

    page: Page
    address: str

    def opens(self) -> "Somebody":
        self.page.goto(self.address)
        return self

    def signs_in(self, email: str, password: str) -> "Somebody":
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        return self

    def sees(self, heading: str) -> "Somebody":
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        return self


def at_console(page: Page, stack: Stack) -> Somebody:
    return Somebody(page, stack.addresses["admin_router"]).opens()


def at_portal(page: Page, stack: Stack) -> Somebody:
    return Somebody(page, stack.addresses["sop_router"]).opens()


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def grave_findings(page: Page) -> list[dict[str, Any]]:
    """What axe-core finds, in light and dark."""
    return [each for scheme in _SCHEMES for each in _findings(page, scheme) if each["impact"] in GRAVE]


def _findings(page: Page, scheme: Literal["light", "dark"]) -> list[dict[str, Any]]:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    return [
        {"scheme": scheme, "id": each["id"], "impact": each["impact"], "html": [node["html"] for node in each["nodes"]]}
        for each in Axe().run(page).response["violations"]
    ]


def link_in_mail_to(stack: Stack, recipient: str) -> str:
    """What the only link of the latest mail to `recipient` leads to."""
    parser = BytesParser(EmailMessage, policy=email.policy.default)
    every = [parser.parsebytes(path.read_bytes()) for path in sorted(stack.services.mails.glob("*.eml"))]
    letter = [each for each in every if each["To"] == recipient and "assword" in each["Subject"]][-1]
    body = letter.get_body(("plain",))
    [link] = re.findall(r"https?://\S+", str(body.get_content()) if body else "")
    return str(link)
