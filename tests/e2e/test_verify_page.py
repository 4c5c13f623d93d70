"""Somebody is handed a certificate, scans its QR code with a phone, and reads what it is worth."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from infra.local import loopback
from infra.local.stack import Stack
from tests.e2e.company import Company, ignore
from tests.e2e.screenshots import PHONE, chromium, keep
from tests.shared.certificate.chromes import needs_chromium
from tests.shared.certificate.codes import link_on

pytestmark = [pytest.mark.slow, needs_chromium]

#: The default of VERIFY_LIMIT.
LIMIT = 60


@dataclass(frozen=True)
class Handed:
    """A certificate as somebody holds it."""

    company: Company
    learner: str
    number: str
    pdf: bytes

    @property
    def link(self) -> str:
        """What a phone reads off it."""
        return link_on(self.pdf)

    def ask(self, action: str, **payload: object) -> None:
        self.company.job.admin.call(action, certificate_number=self.number, **payload)

    def newest(self) -> "Handed":
        self.company.job.wait_until_delivered(1, ignore)
        return _handed(self.company, self.learner)


def _handed(company: Company, learner: str) -> Handed:
    (state,) = company.job.states()
    asked = {"learner_email": state["email"], "course_id": company.job.course_id}
    given = company.job.admin.call("DOWNLOAD_CERTIFICATE", **asked)["data"]
    with loopback.session() as session:
        pdf = session.get(given["download_url"], timeout=30)
    pdf.raise_for_status()
    return Handed(company, learner, given["certificate_number"], pdf.content)


@pytest.fixture
def handed(local_stack: Stack, new_company: Callable[[str], Company]) -> Handed:
    company = new_company("hooli")
    company.job.admin.call("EDIT_COURSE", course_id=company.job.course_id, validity_days=730, passing_score=60)
    [learner] = company.enroll(1)
    result = {"score": "87.5", "max_score": "100", "credits": "2", "grade": "With distinction"}
    event = {"course_id": company.job.course_id, "email": learner.email, "event_id": "e1"}
    assert company.deliver({**event, "completed_at": "2026-11-20T10:00:00Z", **result}) == 202
    company.job.wait_until_delivered(1, ignore)
    return _handed(company, learner.name)


@pytest.fixture(scope="module")
def phone() -> Iterator[Page]:
    with chromium() as browser:
        page = browser.new_page(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)
        yield page


def shown(page: Page) -> dict[str, str]:
    """Each field that the page shows, by its name."""
    fields = page.locator("[data-field]").all()
    return {str(field.get_attribute("data-field")): str(field.text_content()).strip() for field in fields}


def test_a_phone_reads_every_field_and_tells_an_altered_file_and_a_revoked_certificate(
    handed: Handed, phone: Page, tmp_path: Path
) -> None:
    phone.goto(handed.link)
    expect(phone.get_by_role("heading", level=1)).to_have_text("This certificate is valid")
    said = shown(phone)
    assert said["learner_name"] == handed.learner
    assert said["course_name"] == handed.company.job.course_name
    assert said["organization_name"] == handed.company.client.name
    assert said["completed_at"] == "20 November 2026"
    assert (said["score"], said["credits"], said["grade"]) == ("87.5 of 100", "2", "With distinction")
    assert (said["number"], said["version"]) == (handed.number, "1")
    assert said["issued_at"] != said["expires_at"] != ""
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    keep(phone, "verify-valid")

    same, altered = tmp_path / "same.pdf", tmp_path / "altered.pdf"
    same.write_bytes(handed.pdf)
    altered.write_bytes(handed.pdf[:2000] + bytes([handed.pdf[2000] ^ 1]) + handed.pdf[2001:])
    phone.locator("#file").set_input_files(same)
    expect(phone.locator("#outcome.good")).to_contain_text("the very file that was issued")
    phone.locator("#file").set_input_files(altered)
    expect(phone.locator("#outcome.bad")).to_contain_text("differs from the one issued")
    keep(phone, "verify-altered-file")

    handed.ask("REVOKE_CERTIFICATE", reason="The exam was taken by somebody else.")
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_have_text("This certificate was revoked")
    assert shown(phone)["reason"] == "The exam was taken by somebody else."
    assert phone.get_by_role("link", name="Download").count() == 0
    keep(phone, "verify-revoked")


def test_the_code_of_a_replaced_version_leads_to_the_new_one(handed: Handed, phone: Page, tmp_path: Path) -> None:
    handed.ask("REPLACE_CERTIFICATE", learner_name="Zoë Åström", reason="Misspelt.")
    newest = handed.newest()
    assert newest.number == handed.number
    assert newest.link.partition("?")[0] == handed.link.partition("?")[0]
    phone.goto(handed.link)
    expect(phone.get_by_role("heading", level=1)).to_have_text("This version was replaced by a newer one")
    assert shown(phone)["learner_name"] == handed.learner
    keep(phone, "verify-replaced")
    phone.get_by_role("link", name="Show the newest version").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("This certificate is valid")
    said = shown(phone)
    assert (said["learner_name"], said["version"]) == ("Zoë Åström", "2")
    (old := tmp_path / "old.pdf").write_bytes(handed.pdf)
    phone.locator("#file").set_input_files(old)
    expect(phone.locator("#outcome.newer")).to_contain_text("older version")


def test_a_number_without_its_code_shows_no_name_and_too_many_look_ups_are_put_off(handed: Handed, phone: Page) -> None:
    phone.goto(handed.link.partition("?")[0])
    assert handed.learner not in phone.content()
    keep(phone, "verify-number-alone")
    with loopback.session() as session:
        # Counted by the minute, so as many again if one ends just then.
        answers = (_status(session, f"{handed.link[:-1]}*") for _ in range(2 * LIMIT + 1))
        assert next(status for status in answers if status != 404) == 429
    phone.goto(handed.link)
    keep(phone, "verify-throttled")
    assert "Too many" in phone.get_by_role("heading", level=1).inner_text()


def _status(session: requests.Session, link: str) -> int:
    return session.get(link, headers={"accept": "application/json"}, timeout=30).status_code
