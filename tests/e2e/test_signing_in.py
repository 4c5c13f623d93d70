"""People open the console and the portal in a browser, sign in, and see what is theirs."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from infra.deploy.server import Server
from infra.local.stack import Stack
from tests.e2e.browsing import Organization, at_console, at_portal, link_in_mail_to
from tests.e2e.company import Company
from tests.e2e.screenshots import keep
from tests.shared.certificate.chromes import needs_chromium

pytestmark = [pytest.mark.slow, needs_chromium]


def test_an_admin_signs_in_stays_over_a_reload_and_signs_out(
    local_stack: Stack, organization: Organization, page: Page
) -> None:
    admin = at_console(page, local_stack).sees("Sign in")
    keep(page, "console-sign-in")
    admin.signs_in(local_stack.admin_email, local_stack.admin_password).sees("Overview")
    mailed = page.locator(".figures div", has=page.get_by_text("mailed", exact=True)).locator("dd")
    expect(mailed).to_have_text(re.compile(r"[1-9]"))
    page.reload()
    admin.sees("Overview")
    expect(page.get_by_role("heading", name="Work that waits")).to_be_visible()
    keep(page, "console-overview")
    page.get_by_role("link", name="Courses").click()
    admin.sees("Courses")
    page.get_by_role("button", name="Sign out").click()
    admin.sees("Sign in")
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    admin.opens().sees("Sign in")


def test_a_wrong_password_is_told_so_and_what_was_typed_stays(local_stack: Stack, page: Page) -> None:
    at_console(page, local_stack).signs_in(local_stack.admin_email, "not the password")
    expect(page.get_by_role("alert")).to_have_text("The e-mail address or the password is wrong.")
    expect(page.get_by_label("E-mail address")).to_have_value(local_stack.admin_email)
    expect(page.get_by_label("Password", exact=True)).to_have_value("not the password")


def test_a_contact_finds_a_learner_and_downloads_the_certificate(
    local_stack: Stack, organization: Organization, page: Page, tmp_path: Path
) -> None:
    sop = at_portal(page, local_stack).signs_in(organization.email, organization.password).sees(organization.name)
    done, waiting = organization.learners
    expect(page.get_by_role("heading", name=waiting)).to_be_visible()
    learners = page.locator(".figures div", has=page.get_by_text("learners", exact=True)).locator("dd")
    expect(learners).to_have_text("2")
    keep(page, "portal-learners")
    page.get_by_label("Part of a name").fill(done)
    expect(page.get_by_role("heading", name=waiting)).to_have_count(0)
    page.reload()
    sop.sees(organization.name)
    expect(page.get_by_label("Part of a name")).to_have_value(done)
    with page.expect_download() as started:
        page.get_by_role("button", name=f"Download the certificate of {done}").click()
    started.value.save_as(tmp_path / "certificate.pdf")
    assert (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF")
    assert started.value.suggested_filename.endswith(".pdf")


def test_a_list_keeps_its_page_in_the_address(
    local_stack: Stack, new_company: Callable[[str], Company], page: Page
) -> None:
    company = new_company("initech")
    company.enroll(27)
    sop = at_portal(page, local_stack).signs_in(company.client.sop_email, company.client.sop_password)
    expect(page.get_by_text("1–25 of 27")).to_be_visible()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("26–27 of 27")).to_be_visible()
    assert page.url.endswith("#/?page=2")
    page.reload()
    expect(page.get_by_text("26–27 of 27")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("1–25 of 27")).to_be_visible()
    sop.sees(company.client.name)


def test_whoever_is_wrong_at_a_page_is_told_where_they_belong(
    local_stack: Stack, organization: Organization, page: Page
) -> None:
    at_console(page, local_stack).signs_in(organization.email, organization.password).sees(
        "This page is for administrators"
    )
    keep(page, "console-stranger")
    page.get_by_role("link", name="To the portal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert page.url == local_stack.addresses["sop_router"]
    at_portal(page, local_stack).signs_in(local_stack.admin_email, local_stack.admin_password).sees(
        "You are not the contact of any organisation"
    )


def test_a_contact_of_several_chooses_one_and_may_choose_another(
    local_stack: Stack, new_company: Callable[[str], Company], page: Page
) -> None:
    first, second = new_company("acme").client, new_company("globex").client
    admin = new_company("umbrella").job.admin
    admin.call(
        "CREATE_SOP_USER", organization_website=second.website, email=first.sop_email, password=first.sop_password
    )
    sop = at_portal(page, local_stack).signs_in(first.sop_email, first.sop_password)
    sop.sees("Which organisation is it about?")
    keep(page, "portal-choice")
    page.get_by_role("button", name=second.name).click()
    sop.sees(second.name)
    page.reload()
    sop.sees(second.name)
    page.get_by_role("button", name="Another organisation").click()
    page.get_by_role("button", name=first.name).click()
    sop.sees(first.name)
    expect(page.get_by_text("There are no learners yet.")).to_be_visible()


def test_who_signs_in_again_after_their_session_ended_loses_nothing(
    local_stack: Stack, organization: Organization, server: Server, page: Page
) -> None:
    sop = at_portal(page, local_stack).signs_in(organization.email, organization.password).sees(organization.name)
    expect(page.get_by_role("heading", name=organization.learners[0])).to_be_visible()
    [user] = server.get("/users", search=organization.email)["users"]
    server.delete(f"/users/{user['$id']}/sessions")
    page.get_by_label("Part of a name").fill(organization.learners[1])
    dialog = page.get_by_role("dialog", name="Please sign in again")
    expect(dialog).to_be_visible()
    keep(page, "portal-session-ended")
    expect(dialog.get_by_label("E-mail address")).to_have_value(organization.email)
    dialog.get_by_label("Password").fill(organization.password)
    dialog.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name=organization.learners[0])).to_have_count(0)
    expect(page.get_by_role("heading", name=organization.learners[1])).to_be_visible()
    expect(page.get_by_label("Part of a name")).to_have_value(organization.learners[1])
    sop.sees(organization.name)


def test_who_comes_back_after_their_session_ended_signs_in_as_at_first(
    local_stack: Stack, organization: Organization, server: Server, page: Page
) -> None:
    sop = at_portal(page, local_stack).signs_in(organization.email, organization.password).sees(organization.name)
    [user] = server.get("/users", search=organization.email)["users"]
    server.delete(f"/users/{user['$id']}/sessions")
    page.reload()
    sop.sees("Sign in")
    expect(page.get_by_role("status")).to_have_text("Your session has ended. Sign in again to go on.")
    sop.signs_in(organization.email, organization.password).sees(organization.name)


def test_who_forgot_their_password_chooses_a_new_one_by_the_link_of_a_mail(
    local_stack: Stack, new_company: Callable[[str], Company], page: Page
) -> None:
    client = new_company("hooli").client
    sop = at_portal(page, local_stack)
    page.get_by_role("link", name="Forgotten your password?").click()
    sop.sees("Forgotten your password?")
    page.get_by_label("E-mail address").fill(client.sop_email)
    page.get_by_role("button", name="Send the mail").click()
    expect(page.get_by_role("status")).to_contain_text(f"If {client.sop_email} has an account")
    link = link_in_mail_to(local_stack, client.sop_email)
    page.goto(link)
    sop.sees("Choose a new password")
    assert urlsplit(page.url).query == ""
    page.get_by_label("New password").fill("another long password")
    page.get_by_role("button", name="Save the password").click()
    sop.sees("Sign in").signs_in(client.sop_email, "another long password").sees(client.name)
    page.get_by_role("button", name="Sign out").click()
    page.goto(link)
    page.get_by_label("New password").fill("a third long password")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("alert")).to_contain_text("This link was used already, or is too old.")


def test_a_jwt_that_is_refused_is_renewed_once_and_nobody_notices(
    local_stack: Stack, organization: Organization, page: Page
) -> None:
    asked: list[str] = []

    def spoil(route: Route) -> None:
        """The second call's JWT has run out on the way."""
        if route.request.method != "POST":
            route.continue_()
            return
        asked.append(route.request.headers["authorization"])
        spoiled = {**route.request.headers, "authorization": "Bearer run.out.jwt"}
        route.continue_(headers=spoiled if len(asked) == 2 else None)

    page.route(local_stack.addresses["sop_router"], spoil)
    at_portal(page, local_stack).signs_in(organization.email, organization.password).sees(organization.name)
    expect(page.get_by_role("heading", name=organization.learners[0])).to_be_visible()
    expect(page.locator(".figures dd").first).to_have_text("2")
    assert len(asked) == 5
    assert page.get_by_role("alert").count() == 0


def test_reads_are_tried_again_and_then_say_what_to_quote(
    local_stack: Stack, organization: Organization, page: Page
) -> None:
    answer = '{"ok":false,"status":503,"error":{"code":"UNAVAILABLE","message":"x"},"request_id":"req-17"}'
    failures: list[int] = []

    def fail(route: Route) -> None:
        if route.request.method == "POST" and len(failures) < 3:
            failures.append(1)
            route.fulfill(status=503, content_type="application/json", body=answer)
        else:
            route.continue_()

    page.route(local_stack.addresses["sop_router"], fail)
    sop = at_portal(page, local_stack).signs_in(organization.email, organization.password)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Something went wrong on the server.")
    expect(alert).to_contain_text("req-17")
    keep(page, "portal-failure")
    page.get_by_role("button", name="Try again").click()
    sop.sees(organization.name)
