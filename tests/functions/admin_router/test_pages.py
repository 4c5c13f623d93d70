"""The console knows where the portal is, for those who are wrong here."""

import re

import pytest

from functions.admin_router.main import main
from tests.functions.pages import fetch, set_up


@pytest.mark.parametrize(
    ("variables", "other"),
    [
        (
            {"PORTAL_URL": "https://portal.example/", "VERIFY_URL": "https://sop.example/verify"},
            "https://portal.example/",
        ),
        ({"PORTAL_URL": "", "VERIFY_URL": "https://sop.example/verify"}, "https://sop.example/"),
        ({"PORTAL_URL": "", "VERIFY_URL": "http://sop.example:8080/verify/"}, "http://sop.example:8080/"),
        ({"PORTAL_URL": "", "VERIFY_URL": "https://look.example/up"}, ""),
        ({"PORTAL_URL": "javascript:alert(1)", "VERIFY_URL": ""}, ""),
        ({"PORTAL_URL": "", "VERIFY_URL": ""}, ""),
    ],
)
def test_the_portal_is_where_portal_url_says_or_beside_the_look_ups(
    variables: dict[str, str], other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(monkeypatch, **variables)
    assert re.findall(r'data-other="(.*?)"', fetch(main).text) == [other]
