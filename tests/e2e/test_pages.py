"""The console and the portal on small screens, in other languages, by keyboard, and to axe-core."""

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.stack import Stack
from tests.e2e.browsing import Organization, at_console, at_portal, grave_findings, scrolls_sideways
from tests.e2e.screenshots import keep
from tests.shared.certificate.chromes import needs_chromium

pytestmark = [pytest.mark.slow, needs_chromium]


def test_the_pages_speak_hindi_and_remember_it(local_stack: Stack, browser: Browser) -> None:
    context = browser.new_context(locale="hi-IN")
    page = context.new_page()
    console = at_console(page, local_stack).sees("साइन इन करें")
    keep(page, "console-hindi")
    assert page.locator("html").get_attribute("lang") == "hi"
    page.get_by_label("भाषा").select_option("en")
    console.sees("Sign in").opens().sees("Sign in")
    context.close()


def test_no_page_scrolls_sideways_on_a_small_phone(local_stack: Stack, organization: Organization, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    console = at_console(page, local_stack).sees("Sign in")
    assert not scrolls_sideways(page)
    console.signs_in(local_stack.admin_email, local_stack.admin_password).sees("Overview")
    expect(page.get_by_role("heading", name="Work that waits")).to_be_visible()
    keep(page, "console-overview-phone")
    assert not scrolls_sideways(page)
    at_portal(page, local_stack).signs_in(organization.email, organization.password).sees(organization.name)
    expect(page.get_by_role("heading", name=organization.learners[0])).to_be_visible()
    keep(page, "portal-learners-phone")
    assert not scrolls_sideways(page)


def test_axe_finds_nothing_grave_in_light_and_dark(local_stack: Stack, organization: Organization, page: Page) -> None:
    console = at_console(page, local_stack).sees("Sign in")
    assert grave_findings(page) == []
    console.signs_in(local_stack.admin_email, local_stack.admin_password).sees("Overview")
    expect(page.get_by_role("heading", name="Work that waits")).to_be_visible()
    assert grave_findings(page) == []
    keep(page, "console-overview-dark")
    at_portal(page, local_stack).signs_in(organization.email, "wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    assert grave_findings(page) == []
    at_portal(page, local_stack).signs_in(organization.email, organization.password).sees(organization.name)
    expect(page.get_by_role("heading", name=organization.learners[0])).to_be_visible()
    assert grave_findings(page) == []
    keep(page, "portal-learners-dark")


def test_the_keyboard_alone_is_enough(local_stack: Stack, page: Page) -> None:
    console = at_console(page, local_stack).sees("Sign in")
    for typed in (local_stack.admin_email, local_stack.admin_password):
        for _ in range(10):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.tagName === 'INPUT'"):
                break
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    console.sees("Overview")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
