"""A contact looks after their organisation in a browser: learners, certificates by mail and as files, what was done."""

import json
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, Route, expect

from infra.local.stack import ROOT, Stack
from scripts.delivered import mailed
from scripts.people import Person
from tests.e2e.browsing import Somebody, at_portal, grave_findings, scrolls_sideways
from tests.e2e.company import Company, ignore
from tests.e2e.screenshots import keep
from tests.shared.certificate.chromes import needs_chromium

pytestmark = [pytest.mark.slow, needs_chromium]

WORDS = ROOT / "functions/sop_router/portal_pages/static/en.json"
_PAGES = {"learners": "Learners", "downloads": "Downloads", "activity": "Activity"}


@pytest.fixture(scope="module")
def _made() -> list[tuple[Company, list[Person]]]:
    return []


@pytest.fixture
def at_work(
    local_stack: Stack, new_company: Callable[[str], Company], _made: list[tuple[Company, list[Person]]]
) -> tuple[Company, list[Person]]:
    """A company with three learners; the first two have certificates, which expire within a month."""
    if not _made:
        company = new_company("umbrella")
        company.job.admin.call("EDIT_COURSE", course_id=company.job.course_id, validity_days=30)
        learners = company.enroll(3)
        company.complete(learners[:2])
        company.job.wait_until_delivered(2, ignore)
        _made.append((company, learners))
    return _made[0]


def entering(page: Page, company: Company) -> Somebody:
    client = company.client
    return at_portal(page, company.stack).signs_in(client.sop_email, client.sop_password).sees(client.name)


def follow(page: Page, link: str) -> None:
    page.get_by_role("navigation", name="Pages", exact=True).get_by_role("link", name=link).click()


def test_a_contact_finds_whom_they_look_for_and_has_a_certificate_mailed_again(
    at_work: tuple[Company, list[Person]], page: Page
) -> None:
    company, [first, _, waiting] = at_work
    entering(page, company)
    page.get_by_text("2 certificates expire within 60 days").click()
    expect(page.get_by_role("group").get_by_text(first.name)).to_be_visible()
    keep(page, "portal-home")
    page.get_by_label("Course", exact=True).select_option(company.job.course_name)
    page.get_by_label("State").select_option("Certificate mailed")
    expect(page.get_by_text("1–2 of 2")).to_be_visible()
    page.reload()
    expect(page.get_by_text("1–2 of 2")).to_be_visible()
    assert f"course_id={company.job.course_id}&state=sent" in page.url
    page.get_by_label("Issued until").fill("2001-12-31")
    page.get_by_label("Issued until").press("Enter")
    expect(page.get_by_text("Nothing fits what you look for.")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    page.get_by_label("State").select_option("Not completed yet")
    expect(page.get_by_role("heading", level=3)).to_have_text([waiting.name])
    page.get_by_label("State").select_option("All")

    before = _mails(company)
    page.get_by_role("button", name=f"Mail the certificate of {first.name}").click()
    dialog = page.get_by_role(
        "dialog", name=f"Mail the certificate of {first.name} for {company.job.course_name} again?"
    )
    expect(dialog).to_contain_text(company.client.sop_email)
    keep(page, "portal-resend")
    dialog.get_by_role("button", name="Mail again").click()
    expect(page.get_by_text(f"The mail to {company.client.sop_email} is on its way.")).to_be_visible()
    until = time.monotonic() + 30
    while _mails(company) == before:
        assert time.monotonic() < until, "no mail came"
        time.sleep(0.2)


def _mails(company: Company) -> int:
    return sum(mail.recipient == company.client.sop_email for mail in mailed(company.stack.services.mails))


def test_a_download_of_many_goes_on_over_a_reload_and_holds_every_certificate(
    at_work: tuple[Company, list[Person]], page: Page
) -> None:
    company, _ = at_work
    held: list[Route] = []

    def hold_first(route: Route) -> None:
        """Whoever reloads will not hear the answer to what was asked before."""
        if "wait_seconds" in (route.request.post_data or "") and not held:
            held.append(route)
        else:
            route.continue_()

    page.route(company.stack.addresses["sop_router"], hold_first)
    sop = entering(page, company)
    follow(page, "Downloads")
    sop.sees("Downloads")
    page.get_by_label("Last day of issue").fill("2001-12-31")
    page.get_by_role("button", name="Prepare the files").click()
    expect(page.get_by_role("alert")).to_contain_text("No certificate was issued")
    page.get_by_label("Last day of issue").fill("")
    page.get_by_label("Course").select_option(company.job.course_name)
    page.get_by_role("button", name="Prepare the files").click()
    expect(page.get_by_text("2 certificates are being put into ZIP files")).to_be_visible()
    keep(page, "portal-download-preparing")
    page.wait_for_url(re.compile("export=[0-9a-f]{32}"))
    page.reload()
    expect(page.get_by_role("heading", name="2 certificates are ready")).to_be_visible(timeout=30_000)
    expect(page.get_by_label("Course")).to_have_value(company.job.course_id)
    assert len(held) == 1
    keep(page, "portal-download-ready")
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download the ZIP file").click()
    assert len(_pdfs(begun.value)) == 2
    page.goto(re.sub("export=[0-9a-f]{32}", f"export={'0' * 32}", page.url))
    expect(page.get_by_role("alert")).to_contain_text("These files are kept no longer.")


def _pdfs(download: Download) -> list[str]:
    with zipfile.ZipFile(Path(download.path())) as archive:
        names = [name for name in archive.namelist() if name.endswith(".pdf")]
        assert all(archive.read(name).startswith(b"%PDF-") for name in names)
        return names


def test_every_page_of_the_portal_fits_a_phone_axe_and_hindi(at_work: tuple[Company, list[Person]], page: Page) -> None:
    company, [first, *_] = at_work
    entering(page, company)
    for name, link in _PAGES.items():
        follow(page, link)
        if name != "downloads":
            expect(page.get_by_role("status").get_by_text(" of ")).to_be_visible()
        assert grave_findings(page) == []
        keep(page, f"portal-{name}-wide")
    page.get_by_label("About").select_option("Certificates")
    issued = page.get_by_role("listitem").filter(has_text="Certificate issued").filter(has_text=first.name)
    expect(issued).to_contain_text(company.job.course_name)
    expect(page.get_by_text("Contact added")).to_have_count(0)
    assert page.url.endswith("#/activity?activity_type=certificate")

    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_label("Language").select_option("hi")
    expect(page.get_by_label("भाषा")).to_be_visible()
    for path in ("/", "/downloads", "/activity"):
        page.goto(f"{company.stack.addresses['sop_router']}#{path}")
        page.reload()
        expect(page.locator(".list li, form .days").first).to_be_visible()
        assert page.locator("html").get_attribute("lang") == "hi"
        assert not scrolls_sideways(page)
        assert _keys(page.locator("body").inner_text()) == []
        keep(page, f"portal-hindi-phone-{path.strip('/')}")


def _keys(text: str) -> list[str]:
    """What stands there for words that are missing."""
    kinds = "|".join(sorted({key.partition(".")[0] for key in json.loads(WORDS.read_text(encoding="utf-8"))}))
    return re.findall(rf"(?<![\w.@-])(?:{kinds})\.[a-z_]+(?!\w)", text)
