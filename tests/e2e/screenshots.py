"""Pages as people see them, in the machine's own Chromium, and pictures of them to look at afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from infra.local.stack import ROOT
from shared.certificate.chromium import find_browser

#: Where the pictures go; CI keeps them.
FOLDER = Path(os.environ.get("TEST_ARTIFACTS", ROOT / ".local" / "screenshots"))
PHONE: ViewportSize = {"width": 390, "height": 844}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser. `--no-sandbox`: Chromium's needs user namespaces, which containers rarely have."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(""), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def keep(page: Page, name: str) -> None:
    """The whole page as a picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
