"""The console's overview day by day, and its page that says whether everything is set up."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from functions.admin_router.metrics.days import DailyFigures
from infra.deploy.server import Server
from infra.local.stack import Stack
from shared.look_ups import beginning_of_day
from tests.e2e.browsing import at_console, grave_findings, scrolls_sideways
from tests.e2e.screenshots import keep
from tests.shared.certificate.chromes import needs_chromium

pytestmark = [pytest.mark.slow, needs_chromium]


def remember(server: Server, numbers: Callable[[int], tuple[int, int, int]]) -> None:
    """What was counted on the days before today; `numbers` of so many days ago."""
    today = beginning_of_day(datetime.now(UTC))
    for ago in range(1, 30):
        day = today - timedelta(days=ago)
        completions, issued, mailed = numbers(ago)
        row = DailyFigures(id=DailyFigures.id_for(day), day=day, completions=completions, issued=issued, mailed=mailed)
        server.put(f"/tablesdb/certificates/tables/daily_figures/rows/{row.id}", data=row.columns())


def test_the_overview_draws_the_last_thirty_days_and_says_them_in_a_table(
    local_stack: Stack, server: Server, page: Page
) -> None:
    remember(server, lambda ago: (ago % 7 * 12 + 5, ago % 7 * 11, ago % 7 * 11 + 1))
    at_console(page, local_stack).signs_in(local_stack.admin_email, local_stack.admin_password).sees("Overview")
    drawing = page.get_by_role("img", name="The last 30 days")
    expect(drawing).to_be_visible()
    assert drawing.locator("g").count() == 30
    heights = drawing.locator("g:nth-of-type(29) rect:not(.room)").evaluate_all(
        "rects => rects.map((each) => each.getBoundingClientRect().height)"
    )
    assert heights[0] > heights[1] > 0
    page.get_by_text("The numbers as a table").click()
    yesterday = page.get_by_role("table").get_by_role("row").nth(2)
    expect(yesterday.get_by_role("cell")).to_have_text(["17", "11", "12"])
    assert grave_findings(page) == []
    page.get_by_text("The numbers as a table").click()
    keep(page, "console-days-dark")
    page.emulate_media(color_scheme="light")
    keep(page, "console-days")
    page.set_viewport_size({"width": 360, "height": 740})
    keep(page, "console-days-phone")
    assert not scrolls_sideways(page)


def test_an_admin_sees_what_answers_and_gets_a_test_mail(local_stack: Stack, page: Page) -> None:
    page.route("**/*", _without_graphy)
    console = at_console(page, local_stack).signs_in(local_stack.admin_email, local_stack.admin_password)
    console.sees("Overview")
    page.get_by_role("link", name="Settings").click()
    console.sees("Settings")
    answering = page.locator("section", has=page.get_by_role("heading", name="What answers"))
    expect(answering.get_by_role("status")).to_have_text("Not everything answers. Below is what to do.")
    expect(answering.get_by_role("listitem").filter(has_text="Graphy")).to_contain_text("GRAPHY_API_KEY")
    keep(page, "console-settings-graphy-away")
    page.unroute("**/*")
    answering.get_by_role("button", name="Check again").click()
    expect(answering.get_by_role("status")).to_have_text("Everything answers.")
    expect(answering.get_by_text("answers", exact=True)).to_have_count(3)

    recipient = page.get_by_label("Send it to")
    expect(recipient).to_have_value(local_stack.admin_email)
    recipient.fill("ops@training.example")
    before = _mails(local_stack)
    page.get_by_role("button", name="Send the test mail").click()
    expect(page.get_by_text("took the mail to ops@training.example")).to_be_visible()
    assert _mails(local_stack) == before + 1

    portal = local_stack.addresses["sop_router"]
    expect(page.get_by_role("link", name=portal, exact=True)).to_be_visible()
    assert grave_findings(page) == []
    page.emulate_media(color_scheme="light")
    keep(page, "console-settings")
    page.set_viewport_size({"width": 360, "height": 740})
    keep(page, "console-settings-phone")
    assert not scrolls_sideways(page)


def _mails(stack: Stack) -> int:
    return sum(
        "ops@training.example" in path.read_text("utf-8", "replace") for path in stack.services.mails.glob("*.eml")
    )


def _without_graphy(route: Route) -> None:
    """As if Graphy did not answer."""
    if '"health"' not in (route.request.post_data or ""):
        route.continue_()
        return
    parts = {"database": True, "storage": True, "graphy": False}
    answer = {"ok": True, "status": 200, "data": {"healthy": False, "parts": parts}, "request_id": "r"}
    route.fulfill(status=200, content_type="application/json", body=json.dumps(answer))
