"""Who may what, and who holds which secret, is as the security model says."""

import json
import re

import pytest

from functions.admin_router.api import api as admin_api
from functions.sop_router.api import api as sop_api
from infra.local.stack import ROOT
from shared.access import Rule, admin, public, signed_in
from shared.actions import Actions
from tests.documents import Document

_MODEL = Document("shared/README.md")
_FUNCTIONS = json.loads((ROOT / "infra" / "appwrite_functions.json").read_text(encoding="utf-8"))["functions"]


@pytest.mark.parametrize(("api", "rule"), [(admin_api, admin), (sop_api, signed_in)], ids=["admin", "sop"])
def test_every_action_has_the_rule_of_its_router_and_health_is_for_anyone(api: Actions, rule: Rule) -> None:
    rules = {each.name: each.allow for each in api}
    assert rules == {name: public if name == "health" else rule for name in rules}


def test_the_worker_can_be_started_by_nobody_from_outside() -> None:
    assert {each["$id"]: each["execute"] for each in _FUNCTIONS}["certificate_worker"] == []


def test_no_table_and_no_bucket_gives_a_user_anything_but_the_admins_imports() -> None:
    schema = json.loads((ROOT / "infra" / "appwrite_collections.json").read_text(encoding="utf-8"))
    granted = {each["$id"]: each["permissions"] for each in [*schema["tables"], *schema["buckets"]]}
    assert {name: rights for name, rights in granted.items() if rights} == {"imports": ['create("label:admin")']}
    assert not any(each["rowSecurity"] for each in schema["tables"])


def test_every_secret_is_told_with_those_who_hold_it() -> None:
    told = {
        name: cells[1]
        for cells in list(_MODEL.tables("## Secrets"))[1:]
        for name in re.findall(r"`(\w+)`", cells[0])
        if name != "APPWRITE_API_KEY"
    }
    held = {name for function in _FUNCTIONS for name in function["secrets"]}
    assert told == {
        name: ", ".join(function["$id"] for function in _FUNCTIONS if name in function["secrets"]) for name in held
    }


def test_requirements_are_told_by_numbers_of_asvs() -> None:
    rows = list(_MODEL.tables("## Threats and answers"))[1:]
    assert all(re.fullmatch(r"–|\d+\.\d+\.\d+(, \d+\.\d+\.\d+)*", cells[2]) for cells in rows)
    assert len(rows) > 10
