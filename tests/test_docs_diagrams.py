"""The diagrams show what the code does: its states, functions, tables and actions."""

import importlib
import json
import re
from enum import StrEnum

import pytest

from infra.local.stack import ROOT
from tests.documents import Document, code, documents

_DIAGRAMS = [(document, block) for document in documents() for block in document.blocks("mermaid")]
_FUNCTIONS = {each["$id"] for each in json.loads((ROOT / "infra/appwrite_functions.json").read_text())["functions"]}
_TABLES = {each["$id"] for each in json.loads((ROOT / "infra/appwrite_collections.json").read_text())["tables"]}
_ACTIONS = {
    action
    for router in ("admin_router", "sop_router")
    for action in json.loads((ROOT / f"functions/{router}/actions.json").read_text(encoding="utf-8"))["actions"]
}
_STATES = re.compile(r"^ *%% states of (\S+)\.(\w+)$", re.MULTILINE)


@pytest.mark.parametrize("block", [block for _, block in _DIAGRAMS if block.startswith("stateDiagram")])
def test_a_diagram_of_states_has_all_states_of_the_code_and_no_other(block: str) -> None:
    found = _STATES.search(block)
    assert found, "Say of what: %% states of module.Enum"
    states: type[StrEnum] = getattr(importlib.import_module(found[1]), found[2])
    drawn = {name for edge in re.findall(r"^ *(\S+) --> (\w+)", block, re.MULTILINE) for name in edge} - {"[*]"}
    assert drawn == set(states)


def test_the_states_of_certificates_deliveries_and_look_ups_are_drawn() -> None:
    drawn = {found[2] for _, block in _DIAGRAMS if (found := _STATES.search(block))}
    assert {"CertificateStatus", "DeliveryStatus", "State"} <= drawn


@pytest.mark.parametrize("block", [block for _, block in _DIAGRAMS])
def test_every_name_in_a_diagram_is_one_of_the_code(block: str) -> None:
    names = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", block))
    known = _FUNCTIONS | _TABLES | set(re.findall(r"\bdef (\w+)", code())) | {"validity_days"}
    assert names - known == set()
    assert set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", block)) - _ACTIONS == set()
    assert set(re.findall(r"insert into (\w+)", block)) - _TABLES == set()


def test_the_context_shows_all_functions_and_the_way_of_a_completion_goes_through_the_workers_stages() -> None:
    context, way = [block for document, block in _DIAGRAMS if document == Document("README.md")][:2]
    assert set(re.findall(r"\b\w+_(?:router|webhook|worker)\b", context)) == _FUNCTIONS
    stages = re.findall(r"\b(match_completions|issue_certificates|deliver_mails)\b", way)
    assert stages == ["match_completions", "issue_certificates", "deliver_mails"]


@pytest.mark.parametrize("block", [block for _, block in _DIAGRAMS if block.startswith("erDiagram")])
def test_what_is_related_to_what_are_tables(block: str) -> None:
    related = re.findall(r"^ *(\w+) [|}o]+--[|{o]+ (\w+) : ", block, re.MULTILINE)
    assert related
    assert {name for pair in related for name in pair} <= _TABLES


@pytest.mark.parametrize("block", [block for _, block in _DIAGRAMS if block.startswith("sequenceDiagram")])
def test_messages_have_no_semicolon_which_would_end_them(block: str) -> None:
    assert ";" not in block
