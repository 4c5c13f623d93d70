"""Somebody who has only the two addresses gets from signing in to a delivered certificate."""

import secrets
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from infra.local import loopback
from infra.local.stack import Stack
from tests.e2e.browsing import at_console, at_portal
from tests.shared.certificate.chromes import needs_chromium

pytestmark = [pytest.mark.slow, needs_chromium]

TEMPLATE = """<style>h1 { color: #7c2d12 }</style>
<h1>Hooray, {{ learner_name }}</h1><p>{{ course_name }}, {{ completion_date }}</p>
<img src="{{ qr_code }}" style="width: 25mm">"""
PASSWORD = "correct horse battery"


def test_from_the_first_login_to_the_contact_s_file(local_stack: Stack, page: Page, tmp_path: Path) -> None:
    word = secrets.token_hex(4)
    course, site = f"Knots {word}", f"{word}.example"
    graphy(local_stack, "products", products=[{"id": f"knots-{word}", "title": course}])
    at_console(page, local_stack).signs_in(local_stack.admin_email, local_stack.admin_password).sees("Overview")
    makes_course(page, course)
    adds_organization(page, word.title(), site)
    uploads(page, course, f"name,email,organization_website\nAnaïs Müller,anais@{site},{site}\n")
    graphy(local_stack, "complete", course_id=f"knots-{word}", emails=[f"anais@{site}"])
    goes_to(page, "Certificates")
    looks_until_mailed(page, site)
    page.get_by_role("button", name="Sign out").click()
    at_portal(page, local_stack).signs_in(f"sop@{site}", PASSWORD).sees(word.title())
    with page.expect_download() as started:
        page.get_by_role("button", name="Download the certificate of Anaïs Müller").click()
    started.value.save_as(tmp_path / "certificate.pdf")
    assert "Hooray, Anaïs Müller" in PdfReader(tmp_path / "certificate.pdf").pages[0].extract_text()


def goes_to(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def follows(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def makes_course(page: Page, name: str) -> None:
    goes_to(page, "Courses")
    follows(page, "New course")
    page.get_by_label("Name of the course").fill(name)
    page.get_by_label("HTML and CSS of your own").check()
    page.get_by_label("HTML", exact=True).fill(TEMPLATE)
    page.get_by_role("button", name="Save the course").click()
    expect(page.get_by_text("The course is saved.", exact=True)).to_be_visible()


def adds_organization(page: Page, name: str, site: str) -> None:
    goes_to(page, "Organisations")
    follows(page, "New organisation")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Organisation's website").fill(site)
    page.get_by_label("Main contact's e-mail address").fill(f"sop@{site}")
    page.get_by_label("Main contact's password").fill(PASSWORD)
    page.get_by_role("button", name="Create the organisation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def uploads(page: Page, course: str, text: str) -> None:
    goes_to(page, "Learners")
    follows(page, "Upload learners")
    page.get_by_label("Course").select_option(label=course)
    file = page.get_by_label("Drop a CSV file here, or choose one")
    file.set_input_files({"name": "learners.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_role("button", name="Add 1 learner").click()
    expect(page.get_by_text(f"learner of {course} is enrolled")).to_be_visible(timeout=30_000)


def looks_until_mailed(page: Page, site: str) -> None:
    """The list is of the moment at which it was asked for."""
    page.get_by_label("Name, e-mail address or number").fill(site)
    page.wait_for_url("**search=**")
    for _ in range(60):
        expect(page.locator("[aria-busy]")).to_have_count(0)
        if page.locator(".badge").get_by_text("mailed", exact=True).count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError("The certificate was not mailed within half a minute.")


def graphy(stack: Stack, command: str, **what: object) -> None:
    """What people do on the local Graphy: put a course there, complete it."""
    with loopback.session() as session:
        session.post(f"{stack.services.graphy}/_control/{command}", json=what, timeout=30).raise_for_status()
