"""How a browser asks for a page and its files."""

import re
from urllib.parse import urljoin

import pytest

from tests.functions.backend import Main
from tests.functions.requested import Got, request

ENDPOINT, PROJECT = "https://appwrite.example/v1", "training"
#: No page may hold any of these.
SECRETS = {
    name: f"secret-{name.lower()}"
    for name in ("GRAPHY_API_KEY", "GRAPHY_WEBHOOK_SECRET", "SENDGRID_API_KEY", "SMTP_PASS", "METRICS_TOKEN")
} | {"VERIFY_KEYS": f"k1:{'0123456789abcdef' * 2}"}
KEY = "the-function-s-key"
LANGUAGES = ("en", "hi")


class Page(Got):
    """What a browser gets."""

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


def fetch(main: Main, path: str = "/", method: str = "GET") -> Page:
    """One execution through the function's domain."""
    return Page(**vars(request(main, path, {"x-appwrite-key": KEY}, method)))


def folder(page: Page) -> str:
    """Where all its files are."""
    return page.files[0].rpartition("/")[0]


def everything(main: Main) -> dict[str, Page]:
    """The page, its files, those that it may load later, and the words of each language, by path."""
    page = fetch(main)
    words = [f"{folder(page)}/{language}.json" for language in LANGUAGES]
    found = {"/": page, **{path: fetch(main, path) for path in [*page.files, *words]}}
    waiting = [got.text for got in found.values()]
    while waiting:
        script = waiting.pop()
        of_groups = {f"{group}-{language}.json" for group, _ in views(script) if group for language in LANGUAGES}
        for name in imported(script) | of_groups:
            path = f"{folder(page)}/{name}"
            if path not in found:
                found[path] = fetch(main, path)
                waiting.append(found[path].text)
    return found


def views(script: str) -> list[tuple[str, str]]:
    """Of each page that `app.js` opens, the folder of its words (empty: it has none of its own), and its script."""
    found: list[tuple[str, str]] = re.findall(r'\(\) => (?:withWords\("(\w+)", )?import\("\./(.*?)"\)', script)
    return found


def imported(script: str, how: str = "at once|later") -> set[str]:
    """The names of the scripts that it imports, at once or later."""
    at_once = re.findall(r'^(?:import|export) .*? from "\./(.*?)";$', script, re.MULTILINE)
    later = re.findall(r'\bimport\("\./(.*?)"\)', script)
    return {*(at_once if "at once" in how else ()), *(later if "later" in how else ())}
