"""An admin looks a certificate up in the console, and does what can be done with it, alone and with many others."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from infra.local.stack import Stack
from tests.e2e.browsing import Somebody, at_console, grave_findings, scrolls_sideways
from tests.e2e.company import Company, ignore
from tests.e2e.screenshots import keep
from tests.shared.certificate.chromes import needs_chromium

pytestmark = [pytest.mark.slow, needs_chromium]

LOST = '{"ok":false,"status":503,"error":{"code":"UNAVAILABLE","message":"x"},"request_id":"req-29"}'


def admin_at(page: Page, stack: Stack, place: str) -> Somebody:
    admin = at_console(page, stack).signs_in(stack.admin_email, stack.admin_password).sees("Overview")
    page.goto(f"{admin.address}#/{place}")
    return admin


def is_usable(page: Page, name: str) -> bool:
    """Whether it has no grave findings, and fits a small phone; pictures are kept."""
    wide = page.viewport_size
    keep(page, name)
    fine = grave_findings(page) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 360, "height": 740})
    keep(page, f"{name}-phone")
    fits = not scrolls_sideways(page)
    page.set_viewport_size(wide or {"width": 1280, "height": 720})
    return fine and fits


def mails(page: Page) -> Locator:
    return page.locator("section", has=page.get_by_role("heading", name="Mails about it")).get_by_role("listitem")


def pressed(page: Page, button: str, reason: str) -> Locator:
    """The dialog that it opens, with the reason given."""
    page.get_by_role("button", name=button, exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill(reason)
    return dialog


def test_an_admin_finds_a_certificate_and_does_all_that_can_be_done_with_it(
    local_stack: Stack, new_company: Callable[[str], Company], page: Page, tmp_path: Path
) -> None:
    company = new_company("stark")
    people = company.enroll(2)
    company.complete(people)
    company.job.wait_until_delivered(2, ignore)
    admin_at(page, local_stack, f"certificates?organization_website={company.client.website}").sees("Certificates")
    finds(page, people[0].name)
    expect(mails(page)).to_have_count(1)
    expect(mails(page)).to_contain_text(company.client.sop_email)
    assert is_usable(page, "console-certificate")
    looks_at_the_file(page, tmp_path)
    mails_it_again(page)
    revokes_by_an_answer_that_is_lost(page, local_stack, company)
    reads_on_the_public_page(page, "Issued in error.")
    pressed(page, "Reinstate", "It was not.").get_by_role("button", name="Reinstate").click()
    expect(page.get_by_text("The certificate holds again.")).to_be_visible(timeout=15000)
    expect(page.locator(".badges").first).to_contain_text("valid")
    corrects_the_name(page, "Zoë Weiß")


def finds(page: Page, name: str) -> None:
    found = page.get_by_role("main").get_by_role("listitem")
    expect(found).to_have_count(2)
    assert is_usable(page, "console-certificates")
    page.get_by_label("Name, e-mail address or number").fill(name)
    expect(found).to_have_count(1)
    page.reload()
    expect(found).to_have_count(1)
    expect(found).to_contain_text("valid")
    expect(found).to_contain_text("mailed")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Certificate 20"))


def looks_at_the_file(page: Page, folder: Path) -> None:
    with page.expect_download() as started:
        page.get_by_role("button", name="Download").click()
    started.value.save_as(folder / "certificate.pdf")
    assert (folder / "certificate.pdf").read_bytes().startswith(b"%PDF")
    with page.context.expect_event("response", lambda each: "/view?" in each.url) as shown:
        page.get_by_role("button", name="Open the PDF").click()
    assert shown.value.headers["content-type"] == "application/pdf"


def mails_it_again(page: Page) -> None:
    page.get_by_role("button", name="Mail it again").click()
    expect(page.get_by_text("The mail to the organisation’s contact is on its way.")).to_be_visible()
    again = mails(page).filter(has_text="The certificate, mailed again")
    expect(again.get_by_text("mailed", exact=True)).to_be_visible(timeout=15000)
    expect(mails(page)).to_have_count(2)


def revokes_by_an_answer_that_is_lost(page: Page, stack: Stack, company: Company) -> None:
    lost: list[int] = []

    def lose(route: Route) -> None:
        body = route.request.post_data or ""
        if "REVOKE_CERTIFICATE" in body and not lost:
            lost.append(1)
            company.job.admin.call("REVOKE_CERTIFICATE", **json.loads(body)["payload"])
            route.fulfill(status=503, content_type="application/json", body=LOST)
        else:
            route.continue_()

    page.route(stack.addresses["admin_router"], lose)
    dialog = pressed(page, "Revoke", "Issued in error.")
    dialog.get_by_role("button", name="Revoke", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("Whether it was done is not known.")
    expect(dialog.get_by_label("Reason")).to_have_value("Issued in error.")
    keep(page, "console-certificate-unsure")
    page.unroute(stack.addresses["admin_router"])
    dialog.get_by_role("button", name="Revoke", exact=True).click()
    expect(page.get_by_text("The certificate is revoked.")).to_be_visible(timeout=15000)
    expect(page.locator(".badges").first).to_contain_text("revoked")
    expect(page.get_by_role("button", name="Download")).to_have_count(0)


def reads_on_the_public_page(page: Page, reason: str) -> None:
    public = page.context.new_page()
    public.goto(str(page.get_by_role("link", name="The page that anybody can check it on").get_attribute("href")))
    expect(public.locator("main")).to_contain_text(reason)
    public.close()


def corrects_the_name(page: Page, name: str) -> None:
    dialog = pressed(page, "Correct and replace", "Misspelt.")
    dialog.get_by_label("Learner’s name").fill(name)
    keep(page, "console-certificate-replace")
    dialog.get_by_role("button", name="Correct and replace").click()
    expect(page.get_by_text("The new version is being made.")).to_be_visible(timeout=15000)
    expect(page.locator(".facts")).to_contain_text(name)
    expect(page.get_by_role("heading", name="Earlier versions")).to_be_visible()
    renewed = mails(page).filter(has_text="The new version")
    expect(renewed.get_by_text("mailed", exact=True)).to_be_visible(timeout=20000)
    keep(page, "console-certificate-replaced")


def test_many_certificates_are_looked_at_first_and_then_revoked_or_replaced_together(
    local_stack: Stack, new_company: Callable[[str], Company], page: Page, tmp_path: Path
) -> None:
    company = new_company("wayne")
    company.complete(company.enroll(3))
    company.job.wait_until_delivered(3, ignore)
    listed = company.job.admin.call("LIST_CERTIFICATES", course_id=company.job.course_id)["data"]["certificates"]
    numbers = [each["certificate_number"] for each in listed]
    admin_at(page, local_stack, "certificates/bulk").sees("Revoke or replace many certificates")

    # By numbers, one of them wrong
    page.get_by_label("Certificate numbers").fill(f"{numbers[0]}\n{numbers[1]}, 2026-0000-0000-0000")
    page.get_by_label("Reason").fill("Course withdrawn.")
    page.get_by_role("button", name="Check first").click()
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    expect(page.get_by_role("cell", name="mistyped number")).to_be_visible()
    assert is_usable(page, "console-bulk")
    page.get_by_role("button", name="Revoke 2 certificates").click()
    dialog = page.get_by_role("dialog", name="Revoke 2 certificates?")
    expect(dialog).to_contain_text("contacts are not told")

    # The answer is lost; after a reload it goes on, and what was done already is no harm.
    page.route(
        local_stack.addresses["admin_router"],
        lambda route: (
            route.fulfill(status=503, content_type="application/json", body=LOST)
            if '"dry_run":false' in (route.request.post_data or "")
            else route.continue_()
        ),
    )
    dialog.get_by_role("button", name="Revoke 2 certificates").click()
    expect(page.get_by_role("alert")).to_contain_text("Whether it was done is not known.")
    page.unroute(local_stack.addresses["admin_router"])
    page.reload()
    expect(page.get_by_text("2 certificates were revoked.")).to_be_visible(timeout=15000)
    assert is_usable(page, "console-bulk-done")

    # By a CSV with a corrected name
    page.get_by_role("button", name="Begin another").click()
    page.get_by_label("What to do").select_option("replace")
    page.get_by_label("Those of a CSV file").check()
    sheet = tmp_path / "corrected.csv"
    sheet.write_text(f"certificate_number,learner_name\n{numbers[2]},Zoë Weiß\n{numbers[0]},Ana\n", encoding="utf-16")
    page.get_by_label("CSV file", exact=True).set_input_files(sheet)
    page.get_by_label("Reason").fill("Misspelt.")
    page.get_by_role("button", name="Check first").click()
    expect(page.get_by_role("cell", name="refused")).to_be_visible()
    page.get_by_role("button", name="Replace 1 certificate").click()
    page.get_by_role("dialog").get_by_role("button", name="Replace 1 certificate").click()
    expect(page.get_by_text("1 certificate was replaced.")).to_be_visible(timeout=15000)
    page.goto(page.url.replace("/bulk", f"?course_id={company.job.course_id}&state=revoked"))
    expect(page.get_by_text("1–2 of 2")).to_be_visible()
    expect(page.get_by_label("Course")).to_have_value(company.job.course_id)
