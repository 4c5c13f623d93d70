"""What a look-up costs, in calls to Appwrite; and that nobody learns from it."""

import re
from collections.abc import Iterator

import pytest

from shared.records import Statement
from shared.verification import Keys
from tests.functions.backend import Backend, Course
from tests.functions.filtered_appwrite import filtered
from tests.functions.sop_router.verifying import KEYS, NOBODYS, WRONG, fetch, issue, path_of, replace

Calls = list[str]


@pytest.fixture
def calls(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Iterator[Calls]:
    """All calls made during a test: method and path, with ids and values left out."""
    seen: Calls = []

    def note(method: str, path: str, body: str) -> None:
        known = re.sub(r"[0-9a-f]{32}", "ID", path)
        seen.append(f"{method} {re.sub(r'[0-9A-Z]{4}(-[0-9A-Z]{4}){3}', 'NUMBER', known)}")

    with filtered(backend.appwrite.endpoint, note) as address:
        monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", address)
        yield seen


def made(calls: Calls, backend: Backend, path: str) -> Calls:
    """Those of the second look-up of a client, when its count is there already."""
    fetch(backend, path, client="198.51.100.7")
    calls.clear()
    fetch(backend, path, client="198.51.100.7")
    return list(calls)


@pytest.mark.parametrize("path", [f"/verify/2026-7F3K-22QX-91PB?c={WRONG}", "/verify/x", "/verify", "/verify/a/b"])
def test_a_mistyped_number_and_the_form_cost_no_call(backend: Backend, calls: Calls, path: str) -> None:
    fetch(backend, path)
    assert calls == []


def test_an_unknown_number_and_a_wrong_code_cost_the_same_calls_in_the_same_order(
    backend: Backend, course: Course, calls: Calls
) -> None:
    once, twice = issue(course), issue(course)
    replace(backend, twice)
    unknown = made(calls, backend, f"/verify/{NOBODYS}?c={WRONG}")
    assert len(unknown) == 4
    for certificate in (once, twice):
        for code in (WRONG, "short", KEYS.code(once)[:-1] + "!"):
            assert made(calls, backend, path_of(certificate, code)) == unknown
    file = f"/verify/{NOBODYS}/certificate.pdf?c={WRONG}"
    assert made(calls, backend, file) == unknown


def test_an_unknown_number_costs_as_much_arithmetic_as_a_wrong_code(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    fits = Keys.fits

    def noting(keys: Keys, statement: Statement, code: str) -> bool:
        tried.append(code)
        return fits(keys, statement, code)

    monkeypatch.setattr(Keys, "fits", noting)
    fetch(backend, path_of(issue(course), WRONG))
    fetch(backend, f"/verify/{NOBODYS}?c={WRONG}")
    assert tried == [WRONG, WRONG]


def test_a_right_code_costs_three_calls(backend: Backend, course: Course, calls: Calls) -> None:
    throttle, read, counter = made(calls, backend, path_of(issue(course)))
    assert "/throttles/" in throttle
    assert "/certificates/rows" in read
    assert "/look_ups/" in counter
