"""Look-ups are counted by day and outcome, and never in the way of an answer."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.certificate.number import new_number
from shared.verification import Keys
from tests.functions.backend import KEY, Backend, Course
from tests.functions.filtered_appwrite import filtered
from tests.functions.sop_router.verifying import NOBODYS, WRONG, change, fetch, issue, path_of, replace

OUTCOMES = {"valid", "expired", "revoked", "replaced", "unknown", "downloaded"}
PAST = datetime(2025, 3, 9, 12, tzinfo=UTC)


def today(backend: Backend) -> dict[str, int]:
    return {name: n for name, n in statistics(backend)["look_ups"][-1].items() if name in OUTCOMES}


def statistics(backend: Backend) -> dict[str, Any]:
    return backend.ask_admin("VERIFICATION_STATISTICS").data


def test_each_look_up_is_counted_by_its_outcome(backend: Backend, course: Course) -> None:
    before = today(backend)
    valid, expired, revoked, first = (issue(course) for _ in range(4))
    change(backend, expired, expires_at=PAST)
    expired = change(backend, expired)
    change(backend, revoked, revoked_at=PAST)
    replace(backend, first)
    paths = [
        path_of(valid),
        f"/verify/{valid.certificate_number}",
        path_of(expired),
        path_of(revoked),
        path_of(first),
        path_of(valid, WRONG),
        f"/verify/{NOBODYS}",
        f"/verify/{NOBODYS}/certificate.pdf?c={WRONG}",
        path_of(valid).replace("?", "/certificate.pdf?"),
        "/verify/mistyped",
        "/verify",
    ]
    for path in paths:
        fetch(backend, path)
    expected = {"valid": 2, "expired": 1, "revoked": 1, "replaced": 1, "unknown": 3, "downloaded": 1}
    assert {name: n - before[name] for name, n in today(backend).items()} == expected


def test_thirty_days_are_told_the_latest_last(backend: Backend) -> None:
    told = statistics(backend)
    days = [day["day"] for day in told["look_ups"]]
    now = datetime.now(UTC).date()
    assert days == [str(now - timedelta(days=back)) for back in range(29, -1, -1)]


def test_what_is_kept_names_nobody(backend: Backend, course: Course) -> None:
    fetch(backend, path_of(issue(course)), client="203.0.113.9")
    rows = backend.rows("look_ups")
    assert {name for row in rows for name in row if name[0] != "$"} == {"day", "outcome", "count"}


def test_an_answer_is_given_though_it_can_not_be_counted(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path_of(issue(course))
    refusal = b'{"message":"no","type":"general_unknown","code":400}'

    def look(method: str, path: str, body: str) -> bytes | None:
        return refusal if "/look_ups/" in path else None

    with filtered(backend.appwrite.endpoint, look) as address:
        monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", address)
        page = fetch(backend, path)
    assert page.status == 200
    assert '"event": "look-up not counted"' in page.logs


def test_ten_thousand_random_codes_fit_nothing(backend: Backend, course: Course) -> None:
    certificate, keys = issue(course), Keys.parse(f"k1:{KEY}")
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    codes = ("".join(secrets.choice(alphabet) for _ in range(26)) for _ in range(10_000))
    assert not [code for code in codes if keys.fits(certificate, code)]
    assert keys.fits(certificate, keys.code(certificate))


def test_random_numbers_and_codes_find_nothing(backend: Backend, course: Course) -> None:
    certificate = issue(course)
    for _ in range(100):
        code = "".join(secrets.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(26))
        assert fetch(backend, path_of(certificate, code)).status == 404
        assert fetch(backend, f"/verify/{new_number(2026, secrets.token_bytes)}?c={code}").status == 404
