"""An admin sees what Graphy reported, helps what got stuck, and reads afterwards who did it."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from infra.local.stack import Stack
from tests.e2e.company import Company, ignore
from tests.e2e.test_console_certificates import admin_at, is_usable
from tests.shared.certificate.chromes import needs_chromium

pytestmark = [pytest.mark.slow, needs_chromium]


def test_an_unmatched_completion_is_seen_corrected_and_becomes_a_certificate(
    local_stack: Stack, new_company: Callable[[str], Company], page: Page
) -> None:
    company = new_company("cyberdyne")
    [learner] = company.enroll(1)
    wrong = f"typo-{learner.email}"
    for name, email in (("first", wrong), ("second", f"nobody-{learner.email}")):
        event = {"course_id": company.job.course_id, "email": email, "event_id": f"{name} of {company.job.course_id}"}
        assert company.deliver(event) == 202
    admin = admin_at(page, local_stack, f"webhooks?search={company.job.course_id}").sees("Webhooks")
    both = page.get_by_role("main").get_by_role("listitem")
    expect(both).to_have_count(2)
    while both.filter(has_text="fits no learner").count() < 2:
        page.wait_for_timeout(300)
        page.reload()
        expect(both).to_have_count(2)
    mine = both.filter(has_text=wrong)
    mine.get_by_text("What Graphy sent").click()
    expect(mine.locator("pre")).to_contain_text(json.dumps(wrong))
    assert is_usable(page, "console-webhooks")

    # All of the page at once: they fit nobody still
    page.get_by_role("button", name="Retry all 2 on this page").click()
    page.get_by_role("dialog", name="Try 2 completions again?").get_by_role("button", name="Try again").click()
    expect(page.get_by_text("2 are being tried again.")).to_be_visible()
    expect(both.filter(has_text="fits no learner")).to_have_count(2, timeout=15000)

    # One, corrected
    page.get_by_role("button", name=f"Correct or retry what came for {wrong}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Learner’s e-mail address").fill(learner.email)
    dialog.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("1 is being tried again.")).to_be_visible()
    helped = both.filter(has_text="has its certificate")
    expect(helped).to_have_count(1, timeout=15000)
    company.job.wait_until_delivered(1, ignore)
    helped.get_by_role("link", name="To the certificate").click()
    admin.sees("Certificates")
    expect(page.get_by_role("link", name=learner.name)).to_be_visible()

    # Who did it
    page.get_by_role("link", name="Activity").click()
    admin.sees("Activity")
    page.get_by_label("What about").select_option("webhook")
    page.get_by_label("Course").select_option(company.job.course_id)
    retried = page.get_by_role("main").get_by_role("listitem")
    expect(retried).to_have_count(3)
    expect(retried.first).to_contain_text(local_stack.admin_email)
    retried.first.get_by_text("Details").click()
    expect(retried.first.get_by_role("cell", name="unmatched")).to_be_visible()
    assert is_usable(page, "console-activity")
