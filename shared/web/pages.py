"""An application in the browser: one page, and the files that it loads from here.

The page holds nothing but where Appwrite is, which project it is about, and where our other pages are. Whoever signs in
does so with Appwrite itself, and calls the actions of the same address with a JWT.
"""

import html
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from shared.config import Settings
from shared.runtime import Answer, Content, Request
from shared.web import assets
from shared.web.assets import Assets

_FOLDER = Path(__file__).parent
#: Scripts, style and words of every application.
STATIC = _FOLDER / "static"
_PAGE = Template((_FOLDER / "page.html").read_text(encoding="utf-8"))
_SCRIPT = "app.js"
_HEADERS: Mapping[str, str] = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
}


@dataclass(frozen=True)
class Application:
    """A page and its files; the scripts begin at `app.js`."""

    title: str
    assets: Assets

    def is_asked(self, request: Request) -> bool:
        """Whether `request` is for this page or its files."""
        return request.method in {"GET", "HEAD"} and _root(request) in {"", assets.ROOT}

    def answer(self, request: Request, other: str = "") -> Answer:
        """The page or a file; HEAD is answered as GET: the platform leaves the body out.

        `other` is the address of the page for those who are wrong here, if it is known. Raises `NoAsset`.
        """
        if _root(request) == assets.ROOT:
            request.log.note(action="asset")
            return self.assets.content(request.path)
        request.log.note(action="page")
        return self._page(Settings.from_environ(os.environ), other)

    def _page(self, settings: Settings, other: str) -> Content:
        modules = (self.assets.address(name) for name in self.assets.needed_by(_SCRIPT))
        preloads = "\n".join(f'<link rel="modulepreload" href="{each}">' for each in modules)
        values = {
            "title": self.title,
            "endpoint": settings.endpoint.rstrip("/"),
            "project": settings.project,
            "other": other,
            "verify": settings.verify_url,
            "style": self.assets.address(assets.STYLE),
            "script": self.assets.address(_SCRIPT),
        }
        text = _PAGE.substitute({name: html.escape(value) for name, value in values.items()}, preloads=preloads)
        policy = {"content-security-policy": _policy(settings.endpoint)}
        return Content(text.encode(), "text/html", headers={**_HEADERS, **policy})


def _root(request: Request) -> str:
    return request.path.strip("/").partition("/")[0]


def _policy(endpoint: str) -> str:
    """Everything comes from here, but for pictures from Appwrite, and nothing is sent but to here and to it."""
    at = urlsplit(endpoint)
    appwrite = f"{at.scheme}://{at.netloc}"
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: {appwrite}; "
        f"font-src 'self'; connect-src 'self' {appwrite}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
