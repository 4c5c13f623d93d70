"""`GET /`: the portal of organisations' contacts, and its files below `/assets/`."""

from pathlib import Path

from shared.runtime import Answer, Request
from shared.web.assets import Assets
from shared.web.pages import STATIC, Application

_portal = Application("Certificates: portal", Assets(STATIC, Path(__file__).parent / "static"))

is_asked = _portal.is_asked


def answer(request: Request) -> Answer:
    """The page or a file."""
    return _portal.answer(request)
