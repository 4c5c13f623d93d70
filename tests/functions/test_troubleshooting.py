"""What functions/README.md tells people to look for exists."""

import re
from functools import cache
from pathlib import Path

import pytest

from shared.mail.failures import Problem

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "functions" / "README.md").read_text(encoding="utf-8")
EVENTS = sorted(set(re.findall(r"\*\*`([^`]+)`\*\*", DOCUMENT)))
#: Codes, actions and variables.
NAMES = sorted(set(re.findall(r"`([A-Z][A-Z_]{3,})`", DOCUMENT)))


@cache
def code() -> str:
    return "\n".join(
        path.read_text(encoding="utf-8") for room in ("functions", "shared") for path in (ROOT / room).rglob("*.py")
    )


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_that_is_named_is_logged(event: str) -> None:
    assert re.search(rf'log\.(info|warning|failure)\(\s*"{re.escape(event)}"', code())


@pytest.mark.parametrize("name", NAMES)
def test_every_code_action_and_variable_that_is_named_exists(name: str) -> None:
    assert f'"{name}"' in code()


def test_the_document_covers_what_goes_wrong() -> None:
    assert len(EVENTS) > 20
    headings = " ".join(re.findall(r"^### (.+)$", DOCUMENT, re.MULTILINE)).lower()
    for topic in ("webhook", "certificate", "mail", "enrolled", "csv", "verify"):
        assert topic in headings


def test_the_codes_of_mails_are_those_that_there_are() -> None:
    for problem in Problem:
        assert f"`{problem}`" in DOCUMENT.replace("code=", "")


def test_links_lead_to_files() -> None:
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", DOCUMENT):
        assert (ROOT / "functions" / link).exists(), link
