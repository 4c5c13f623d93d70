"""An admin looks after organisations, their contacts, and their learners."""

import base64
import csv
import io
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from infra.local.stack import Stack
from scripts.people import Person
from tests.e2e.browsing import Somebody, at_console, grave_findings, scrolls_sideways
from tests.e2e.company import Company
from tests.e2e.screenshots import keep
from tests.shared.certificate.chromes import needs_chromium

pytestmark = [pytest.mark.slow, needs_chromium]

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAwAAAAECAIAAAA1REndAAAAEUlEQVR42mOQt4oniBjoqwgA7hsigdps8p4AAAAASUVORK5CYII="
)


def as_admin(page: Page, stack: Stack) -> Somebody:
    return at_console(page, stack).signs_in(stack.admin_email, stack.admin_password).sees("Overview")


def goes_to(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()


def section(page: Page, heading: str) -> Locator:
    return page.locator("section").filter(has=page.get_by_role("heading", name=heading, exact=True))


def settles(page: Page) -> None:
    """What was typed is found."""
    page.wait_for_url("**search=**")
    expect(page.locator("[aria-busy]")).to_have_count(0)


def says(page: Page, words: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(words)


def test_an_organisation_is_created_changed_archived_reopened_and_deleted(local_stack: Stack, page: Page) -> None:
    site = f"initech-{secrets.token_hex(4)}.example"
    admin = as_admin(page, local_stack)
    goes_to(page, "Organisations")
    admin.sees("Organisations")
    page.get_by_role("link", name="New organisation").first.click()
    admin.sees("New organisation")
    creates(page, site)
    admin.sees("Initech")
    says(page, f"A mail invites bill@{site} to choose a password.")
    expect(page.get_by_role("img", name="The present logo")).to_be_visible()
    changes_contacts(page, site)
    page.get_by_label("Name").fill("Initech Ltd")
    page.get_by_role("button", name="Save", exact=True).click()
    admin.sees("Initech Ltd")
    page.get_by_role("button", name="Archive …").click()
    expect(page.get_by_role("heading", name="Archive Initech Ltd with 0 learners?")).to_be_visible()
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_text("This organisation is archived")).to_be_visible()
    page.get_by_role("button", name="Reopen").click()
    says(page, "Initech Ltd is open again.")
    page.get_by_role("button", name="Delete …").click()
    page.get_by_role("button", name="Delete for good").click()
    admin.sees("Organisations")
    page.get_by_label("Part of a name or website").fill(site)
    expect(page.get_by_text("Nothing fits what you look for.")).to_be_visible()


def creates(page: Page, site: str) -> None:
    """After a logo that is too large and a website that is none; what was typed outlives a reload."""
    page.get_by_label("Name").fill("Initech")
    website, logo = page.get_by_label("Organisation's website"), page.get_by_label("Logo")
    website.fill("initech")
    page.get_by_label("Main contact's e-mail address").fill(f"bill@{site}")
    create = page.get_by_role("button", name="Create the organisation")
    logo.set_input_files({"name": "huge.png", "mimeType": "image/png", "buffer": PNG + bytes(30_000)})
    create.click()
    expect(page.get_by_role("alert")).to_contain_text("Logo: huge.png has 30,0")
    logo.set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": PNG})
    create.click()
    expect(page.get_by_role("alert")).to_contain_text("Organisation's website: 'initech' is not a website")
    page.reload()
    expect(page.get_by_label("Name")).to_have_value("Initech")
    website.fill(f"https://www.{site}/")
    logo.set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": PNG})
    keep(page, "console-organization-new")
    create.click()


def changes_contacts(page: Page, site: str) -> None:
    """A second one is added, gets another password, becomes the main one; the first goes."""
    contacts = section(page, "Contacts")
    contacts.get_by_label("E-mail address").fill(f"second@{site}")
    contacts.get_by_role("textbox", name="Password").fill("battery staple")
    contacts.get_by_role("button", name="Add the contact").click()
    says(page, f"second@{site} is a contact now and signs in with the password")
    page.get_by_role("button", name=f"Reset password of second@{site}").click()
    page.get_by_role("dialog").get_by_label("New password").fill("another staple")
    page.get_by_role("button", name="Set the password").click()
    says(page, f"second@{site} has the new password.")
    main = section(page, "Another main contact")
    main.get_by_label("Main contact's e-mail address").fill(f"second@{site}")
    main.get_by_label(f"bill@{site} stays a contact").check()
    main.get_by_role("button", name="Make this the main contact").click()
    says(page, f"second@{site} is the main contact now.")
    keep(page, "console-organization")
    assert grave_findings(page) == []
    page.get_by_role("button", name=f"Remove bill@{site}").click()
    expect(page.get_by_role("heading", name=f"Remove bill@{site} from Initech?")).to_be_visible()
    page.get_by_role("button", name="Remove the contact").click()
    says(page, f"bill@{site} is no contact any more.")


def test_learners_are_found_changed_exported_and_erased(
    local_stack: Stack, new_company: Callable[[str], Company], page: Page
) -> None:
    company = new_company("umbrella")
    people = company.enroll(27)
    website, first = company.client.website, people[0]
    admin = as_admin(page, local_stack)
    goes_to(page, "Organisations")
    page.get_by_label("Part of a name or website").fill(website)
    expect(page.get_by_role("heading", name=company.client.name)).to_be_visible()
    expect(page.get_by_text(f"Main contact: {company.client.sop_email}")).to_be_visible()
    expect(page.get_by_text("1–1 of 1")).to_be_visible()
    settles(page)
    keep(page, "console-organizations")
    assert grave_findings(page) == []
    page.get_by_role("link", name=f"Learners of {company.client.name}").click()
    admin.sees("Learners")
    expect(page.get_by_text("1–25 of 27")).to_be_visible()
    page.get_by_label("Learner is").select_option("enrolled")
    page.get_by_label("Course").select_option(label=company.job.course_name)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("26–27 of 27")).to_be_visible()
    page.reload()
    expect(page.get_by_text("26–27 of 27")).to_be_visible()
    expect(page.get_by_label("Course")).to_have_value(company.job.course_id)
    page.set_viewport_size({"width": 360, "height": 740})
    keep(page, "console-learners-phone")
    assert not scrolls_sideways(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"), newline="")))
    assert {each["email"] for each in rows} == {each.email for each in people}

    page.set_viewport_size({"width": 1280, "height": 800})
    changes_and_erases(page, first, people[1])
    goes_to(page, "Organisations")
    page.get_by_label("Part of a name or website").fill(website)
    page.get_by_role("heading", name=company.client.name).get_by_role("link").click()
    page.get_by_role("button", name="Delete …").click()
    expect(page.get_by_role("heading", name=f"Delete {company.client.name} with 26 learners?")).to_be_visible()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("alert")).to_contain_text("It is kept: 26 learners and 0 certificates belong to it.")


def changes_and_erases(page: Page, first: Person, second: Person) -> None:
    page.get_by_label("Part of a name or address").fill(first.email)
    page.get_by_role("button", name=f"Edit {first.name}").click()
    dialog = page.get_by_role("dialog", name=f"Edit {first.name}")
    dialog.get_by_label("E-mail address").fill(second.email)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Another learner has this address")
    dialog.get_by_label("E-mail address").fill(first.email)
    dialog.get_by_label("Name").fill("Zoë Åström")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Zoë Åström")).to_be_visible()
    settles(page)
    keep(page, "console-learners")
    assert grave_findings(page) == []
    page.get_by_role("button", name="Delete Zoë Åström").click()
    expect(page.get_by_role("heading", name=f"Delete the learner Zoë Åström ({first.email})?")).to_be_visible()
    keep(page, "console-learner-delete")
    page.get_by_role("button", name="Erase this person").click()
    expect(page.get_by_text("Zoë Åström was erased.")).to_be_visible()
    expect(page.get_by_text("Nothing fits what you look for.")).to_be_visible()
