"""One client asks too often."""

from collections.abc import Iterator

import pytest

from shared import throttle
from tests.functions.backend import Backend, Course
from tests.functions.filtered_appwrite import filtered
from tests.functions.sop_router.verifying import NOBODYS, WRONG, fetch, issue, path_of

LIMIT = 5


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A minute that does not end while a test counts to the limit."""
    monkeypatch.setattr(throttle, "_WINDOW", 86400)
    monkeypatch.setenv("VERIFY_LIMIT", str(LIMIT))
    throttle._exceeded.forget()  # noqa: SLF001
    yield
    throttle._exceeded.forget()  # noqa: SLF001


@pytest.mark.usefixtures("limited")
def test_beyond_the_limit_nothing_is_looked_up_and_it_is_said_when_to_come_back(
    backend: Backend, course: Course
) -> None:
    path = path_of(issue(course))
    asked = [fetch(backend, path, client="198.51.100.1").status for _ in range(LIMIT + 2)]
    assert asked == [200] * LIMIT + [429] * 2
    page = fetch(backend, path, client="198.51.100.1")
    assert page.heading.startswith("Too many look-ups: try again in ")
    assert int(page.headers["retry-after"]) > 0
    program = fetch(backend, path, "application/json", client="198.51.100.1")
    assert (program.status, program.json["error"]["code"]) == (429, "TOO_MANY_REQUESTS")
    assert program.headers["retry-after"] == str(program.json["error"]["details"]["retry_after"])
    assert fetch(backend, path, client="198.51.100.2").status == 200


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize("path", [f"/verify/{NOBODYS}", f"/verify/{NOBODYS}/certificate.pdf?c={WRONG}"])
def test_guesses_and_files_count_too(backend: Backend, path: str) -> None:
    client = f"198.51.100.{len(path)}"
    asked = [fetch(backend, path, client=client).status for _ in range(LIMIT + 1)]
    assert asked == [404] * LIMIT + [429]


@pytest.mark.usefixtures("limited")
def test_another_process_refuses_too_by_one_call_without_a_look_up(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, seen = path_of(issue(course)), list[str]()
    for _ in range(LIMIT):
        fetch(backend, path, client="198.51.100.4")
    throttle._exceeded.forget()  # noqa: SLF001
    with filtered(backend.appwrite.endpoint, lambda _, path, __: seen.append(path)) as address:
        monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", address)
        statuses = [fetch(backend, path, client="198.51.100.4").status for _ in range(3)]
    assert statuses == [429] * 3
    assert len(seen) == 1
    assert "/throttles/" in seen[0]


def test_when_nothing_can_be_counted_nobody_is_let_in(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = path_of(issue(course))
    refusal = b'{"message":"inner detail","type":"general_unknown","code":400}'

    def look(method: str, path: str, body: str) -> bytes | None:
        return refusal if "/throttles/" in path else None

    with filtered(backend.appwrite.endpoint, look) as address:
        monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", address)
        page = fetch(backend, path)
    assert (page.status, page.heading) == (500, "This did not work")
    assert "inner detail" not in page.text
    assert '"event": "request failed"' in page.logs
