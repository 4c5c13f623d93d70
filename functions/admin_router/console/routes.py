"""`GET /`: the admin console, and its files below `/assets/`."""

import os
from pathlib import Path

from shared.config import Settings
from shared.runtime import Answer, Request
from shared.web.assets import Assets
from shared.web.pages import STATIC, Application

_console = Application("Certificates: console", Assets(STATIC, Path(__file__).parent / "static"))

is_asked = _console.is_asked


def answer(request: Request) -> Answer:
    """The page or a file."""
    return _console.answer(request, _portal(Settings.from_environ(os.environ)))


def _portal(settings: Settings) -> str:
    """Where contacts sign in; sop_router serves both its page and the look-ups unless PORTAL_URL says otherwise."""
    of_look_ups = settings.verify_url.rstrip("/")
    beside = of_look_ups.removesuffix("verify") if of_look_ups.endswith("/verify") else ""
    return next((each for each in (settings.portal_url, beside) if each.startswith(("https://", "http://"))), "")
