"""How a browser asks for a page and its files."""

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import urljoin

import pytest

from infra.local.appwrite.compute.open_runtimes.context import Context
from infra.local.appwrite.compute.open_runtimes.frames import Request
from infra.local.appwrite.compute.open_runtimes.logger import Logger
from tests.functions.backend import Main

ENDPOINT, PROJECT = "https://appwrite.example/v1", "training"
#: No page may hold any of these.
SECRETS = {
    name: f"secret-{name.lower()}"
    for name in ("GRAPHY_API_KEY", "GRAPHY_WEBHOOK_SECRET", "SENDGRID_API_KEY", "SMTP_PASS", "METRICS_TOKEN")
} | {"VERIFY_KEYS": f"k1:{'0123456789abcdef' * 2}"}
KEY = "the-function-s-key"


@dataclass(frozen=True)
class Got:
    """What a browser gets."""

    status: int
    headers: dict[str, str]
    content: bytes
    logs: str

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def files(self) -> list[str]:
        """Paths of what the page loads at once."""
        loading = r'<(?:link rel="(?:stylesheet|modulepreload)" href|script type="module" src)="(.*?)"'
        return [urljoin("/", each) for each in re.findall(loading, self.text)]


def set_up(environ: pytest.MonkeyPatch, **variables: str) -> None:
    """The variables that the function runs with."""
    known = {"APPWRITE_FUNCTION_API_ENDPOINT": ENDPOINT, "APPWRITE_FUNCTION_PROJECT_ID": PROJECT}
    for name, value in {**known, **SECRETS, **variables}.items():
        environ.setenv(name, value)


def fetch(main: Main, path: str = "/", method: str = "GET") -> Got:
    """One execution through the function's domain."""
    logger = Logger(enabled=True)
    frame = Request(method, path, {"x-appwrite-execution-id": "execution", "x-appwrite-key": KEY}, b"", 30)
    output = asyncio.run(main(Context(frame, logger)))
    body = output["body"]
    content = body if isinstance(body, bytes) else body.encode()
    return Got(output["statusCode"], dict(output["headers"]), content, logger.logs + logger.errors)


def folder(page: Got) -> str:
    """Where all its files are."""
    return page.files[0].rpartition("/")[0]


def everything(main: Main) -> dict[str, Got]:
    """The page, its files, and the words of each language, by path."""
    page = fetch(main)
    words = [f"{folder(page)}/{language}.json" for language in ("en", "hi")]
    return {"/": page, **{path: fetch(main, path) for path in [*page.files, *words]}}
