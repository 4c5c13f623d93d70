"""What the documents point at, and what they name, is there."""

import re
from urllib.parse import unquote

import pytest

from infra.local.stack import ROOT
from tests.documents import Document, code, documents, tracked

_OUTSIDE = ("http://", "https://", "mailto:")
#: A name in capitals: a variable, an action, a code of an error.
_NAME = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]")
_FILE = re.compile(r"[\w.*/-]+\.(py|sh|json|toml|yml|html|css|conf)")
#: What other programs have, or what people make.
_OTHERS = {"appwrite.json", "appwrite.config.json", "manifest.json"}

every_document = pytest.mark.parametrize("document", documents(), ids=lambda each: each.path)


@every_document
def test_every_link_leads_somewhere(document: Document) -> None:
    assert [link for link in document.links() if not _leads_somewhere(document, link)] == []


@every_document
def test_every_name_in_capitals_is_in_the_code(document: Document) -> None:
    named = {name for text in document.quoted() for name in _NAME.findall(text) if not text.startswith("_")}
    assert {name for name in named if name not in code()} == set()


@every_document
def test_every_file_that_is_named_exists(document: Document) -> None:
    named = {text for text in document.quoted() if _FILE.fullmatch(text) and "*" not in text} - _OTHERS
    assert {name for name in named if not _exists(name)} == set()


def _leads_somewhere(document: Document, link: str) -> bool:
    if link.startswith(_OUTSIDE):
        return True
    path, _, anchor = unquote(link).partition("#")
    target = (ROOT / document.path).parent / path if path else ROOT / document.path
    if not target.exists() or not target.resolve().is_relative_to(ROOT):
        return False
    return not anchor or anchor in Document(str(target.resolve().relative_to(ROOT))).anchors()


def _exists(name: str) -> bool:
    return any(path == name or path.endswith(f"/{name.removeprefix('./')}") for path in tracked())
