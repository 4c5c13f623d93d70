"""The page loads nothing, leaks nothing, and is kept nowhere."""

import base64
import hashlib
import re

import pytest

from tests.functions.backend import Backend, Course
from tests.functions.sop_router.verifying import NOBODYS, WRONG, fetch, issue, path_of


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("path", ["/verify", "/verify/x", f"/verify/{NOBODYS}", f"/verify/{NOBODYS}?c={WRONG}"])
def test_no_answer_is_kept_indexed_framed_or_told_to_other_sites(backend: Backend, path: str, accept: str) -> None:
    headers = fetch(backend, path, accept).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-robots-tag"] == "noindex"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["vary"] == "accept"


def test_the_policy_allows_the_one_style_and_the_one_script_by_their_hashes(backend: Backend, course: Course) -> None:
    page = fetch(backend, path_of(issue(course)))
    policy = dict(each.strip().split(" ", 1) for each in page.headers["content-security-policy"].split(";"))
    for directive, element in (("style-src", "style"), ("script-src", "script")):
        [text] = re.findall(f"<{element}>(.*?)</{element}>", page.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert policy[directive] == f"'sha256-{digest}'"
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert page.headers["content-type"] == "text/html"


def test_the_page_makes_no_other_request_and_has_no_inline_style_or_handler(backend: Backend, course: Course) -> None:
    text = fetch(backend, path_of(issue(course))).text
    assert not re.findall(r"\bsrc=|@import|url\(|\sstyle=|\son\w+=|fetch\(|XMLHttpRequest|sendBeacon", text)
    assert all(address.startswith("data:") for address in re.findall(r'<link[^>]* href="([^"]*)"', text))


def test_what_happened_is_logged_without_name_number_or_code(backend: Backend, course: Course) -> None:
    certificate = issue(course)
    path = path_of(certificate)
    logs = fetch(backend, path).logs + fetch(backend, path_of(certificate, WRONG)).logs
    for private in (certificate.learner_name, certificate.certificate_number, path.split("=")[1], WRONG):
        assert private not in logs
