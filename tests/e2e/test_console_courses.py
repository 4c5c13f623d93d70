"""Courses in the console: made from a design, given a template of one's own, archived."""

import re
from base64 import b64decode

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from infra.local.stack import Stack
from tests.e2e.browsing import at_console, grave_findings, scrolls_sideways
from tests.e2e.screenshots import keep
from tests.shared.certificate.chromes import needs_chromium

pytestmark = [pytest.mark.slow, needs_chromium]

LOGO = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAwAAAAECAIAAAA1REndAAAAEUlEQVR42mOQt4oniBjoqwgA7hsigdps8p4AAAAASUVORK5CYII=")
MISTAKEN = '<style>p { color: navy }</style>\n<p>{{ learner_name }}</p>\n<script>alert("hello")</script>\n'
BUSY = '{"ok":false,"status":503,"error":{"code":"UNAVAILABLE","message":"x"},"request_id":"req-21"}'


def signed_in(page: Page, stack: Stack) -> None:
    at_console(page, stack).signs_in(stack.admin_email, stack.admin_password).sees("Overview")
    page.get_by_role("link", name="Courses", exact=True).click()


def picture(page: Page, name: str) -> Locator:
    """Of the page made out to `name`, once the browser has drawn it."""
    found = page.get_by_role("img", name=f"made out to {name}")
    expect(found).to_be_visible(timeout=20_000)
    page.wait_for_function("node => node.complete && node.naturalWidth > 300", arg=found.element_handle())
    return found


def test_an_admin_makes_a_course_from_a_design_of_their_own_colour(local_stack: Stack, page: Page) -> None:
    signed_in(page, local_stack)
    page.get_by_role("link", name="New course").click()
    page.get_by_label("Name of the course").fill("Working at heights")
    page.get_by_label("Design", exact=True).select_option("modern")
    page.get_by_label("Colour", exact=True).fill("#0f766e")
    page.get_by_label("Heading").fill("Well climbed")
    page.get_by_label("Logo", exact=True).set_input_files(
        {"name": "big.png", "mimeType": "image/png", "buffer": LOGO * 500}
    )
    expect(page.get_by_text("big.png has 37,000 bytes; 30,000 is the limit.")).to_be_visible()
    page.get_by_label("Logo", exact=True).set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": LOGO})
    expect(page.get_by_role("img", name="The chosen logo")).to_be_visible()
    page.get_by_role("button", name="王小明").click()
    picture(page, "王小明")
    keep(page, "console-course-design")
    page.reload()
    expect(page.get_by_text("What you typed before is back")).to_be_visible()
    expect(page.get_by_label("Name of the course")).to_have_value("Working at heights")
    expect(page.get_by_label("Colour", exact=True)).to_have_value("#0f766e")
    expect(page.get_by_role("img", name="The chosen logo")).to_be_visible()
    page.get_by_role("button", name="Save the course").click()
    expect(page.get_by_text("The course is saved.", exact=True)).to_be_visible()
    assert page.url.endswith("#/courses/edit?course_id=working-at-heights")
    page.reload()
    expect(page.get_by_label("Name of the course")).to_have_value("Working at heights")
    expect(page.get_by_text("What you typed before is back")).to_have_count(0)
    picture(page, "Zoë Ångström-Núñez")


def test_a_template_with_a_mistake_says_where_and_is_saved_once_mended(local_stack: Stack, page: Page) -> None:
    signed_in(page, local_stack)
    page.get_by_role("link", name="New course").click()
    page.get_by_label("Name of the course").fill("Ropes and knots")
    page.get_by_label("HTML and CSS of your own").check()
    html, save = page.get_by_label("HTML", exact=True), page.get_by_role("button", name="Save the course")
    expect(html).to_have_value(re.compile(r"{{ learner_name }}"))
    html.fill(MISTAKEN)
    expect(page.get_by_text("1 thing keeps this template from being saved")).to_be_visible()
    save.click()
    expect(page.get_by_role("alert")).to_contain_text("The template can't be used yet.")
    keep(page, "console-course-mistake")
    assert grave_findings(page) == []
    page.get_by_role("button", name="Line 3").click()
    expect(html).to_be_focused()
    page.keyboard.press("Delete")
    page.get_by_role("button", name="QR code").click()
    expect(html).to_have_value(re.compile(r'</p>\n<img src="{{ qr_code }}"'))
    expect(page.get_by_text("keeps this template from being saved")).to_have_count(0)
    picture(page, "Zoë Ångström-Núñez")
    html.press("Tab")
    expect(html).not_to_be_focused()
    page.route(local_stack.addresses["admin_router"], busy)
    save.click()
    expect(page.get_by_role("alert")).to_contain_text("Whether it was done is not known.")
    expect(page.get_by_label("Name of the course")).to_have_value("Ropes and knots")
    page.unroute(local_stack.addresses["admin_router"])
    save.click()
    expect(page.get_by_text("The course is saved.", exact=True)).to_be_visible()
    page.get_by_label("Valid for how many days").fill("730")
    save.click()
    expect(page.get_by_text("Your changes are saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Valid for how many days")).to_have_value("730")
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_label("HTML and CSS of your own").check()
    expect(html).to_have_value(re.compile(r"{{ qr_code }}"))
    page.get_by_role("button", name="محمد عبد الرحمن").click()
    picture(page, "محمد عبد الرحمن")
    assert not scrolls_sideways(page)
    keep(page, "console-course-phone")


def busy(route: Route) -> None:
    """Writes are not done, and what was asked is read as ever."""
    if "_COURSE" in (route.request.post_data or ""):
        route.fulfill(status=503, content_type="application/json", body=BUSY)
    else:
        route.continue_()


def test_courses_are_found_archived_and_deleted(local_stack: Stack, page: Page) -> None:
    signed_in(page, local_stack)
    for name in ("Ladders", "Scaffolds"):
        page.get_by_role("link", name="New course").click()
        page.get_by_label("Name of the course").fill(name)
        page.get_by_role("button", name="Save the course").click()
        expect(page.get_by_text("The course is saved.", exact=True)).to_be_visible()
        page.get_by_role("link", name="All courses").click()
    page.get_by_label("Part of a name or id").fill("ladd")
    expect(page.get_by_role("link", name="Scaffolds", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Archive Ladders").click()
    dialog = page.get_by_role("dialog", name="Archive “Ladders” with its 0 learners?")
    expect(dialog).to_be_visible()
    keep(page, "console-course-archive")
    dialog.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("“Ladders” is archived.")).to_be_visible()
    page.get_by_label("Show").select_option("archived")
    expect(page.get_by_text(re.compile("archived on"))).to_be_visible()
    page.get_by_role("button", name="Open Ladders again").click()
    page.get_by_role("dialog").get_by_role("button", name="Open again").click()
    expect(page.get_by_text("“Ladders” is open again.")).to_be_visible()
    page.get_by_label("Show").select_option("")
    page.get_by_role("button", name="Delete Ladders").click()
    page.get_by_role("dialog", name="Delete “Ladders”?").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("“Ladders” is deleted.")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    expect(page.get_by_role("link", name="Scaffolds", exact=True)).to_be_visible()
    assert grave_findings(page) == []
    keep(page, "console-courses")
    page.set_viewport_size({"width": 360, "height": 740})
    assert not scrolls_sideways(page)
    keep(page, "console-courses-phone")
