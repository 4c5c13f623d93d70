"""The issued PDF, through the function."""

import hashlib
from datetime import UTC, datetime

import pytest

from shared.records import Certificate
from tests.functions.backend import Backend, Course
from tests.functions.sop_router.verifying import KEYS, NOBODYS, WRONG, change, fetch, issue, replace

PAST = datetime(2025, 3, 9, 12, tzinfo=UTC)


def file_of(certificate: Certificate, code: str | None = None) -> str:
    return f"/verify/{certificate.certificate_number}/certificate.pdf?c={code or KEYS.code(certificate)}"


@pytest.mark.parametrize("columns", [{}, {"expires_at": PAST}], ids=["valid", "expired"])
def test_the_issued_file_comes_as_it_is_and_is_kept_nowhere(
    backend: Backend, course: Course, columns: dict[str, object]
) -> None:
    certificate = change(backend, issue(course), **columns)
    page = fetch(backend, file_of(certificate))
    assert page.status == 200
    assert hashlib.sha256(page.content).hexdigest() == certificate.sha256
    assert (page.headers["content-type"], page.headers["cache-control"]) == ("application/pdf", "no-store")
    assert page.headers["content-disposition"] == f'attachment; filename="{certificate.certificate_number}.pdf"'


def test_a_revoked_file_is_handed_out_no_longer(backend: Backend, course: Course) -> None:
    certificate = change(backend, issue(course), revoked_at=PAST)
    page = fetch(backend, file_of(certificate), "application/json")
    assert (page.status, page.json["error"]["code"]) == (410, "WITHDRAWN")
    assert page.json["error"]["details"] == {"state": "revoked"}


def test_a_replaced_file_is_handed_out_no_longer(backend: Backend, course: Course) -> None:
    first = issue(course)
    replace(backend, first)
    page = fetch(backend, file_of(first))
    assert (page.status, page.heading) == (410, "The file of this certificate is handed out no longer.")


def test_an_erased_file_is_handed_out_no_longer(backend: Backend, course: Course) -> None:
    certificate = change(backend, issue(course), erased_at=PAST, file_id=None)
    assert fetch(backend, file_of(certificate)).status == 410


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_without_the_right_code_there_is_no_file(backend: Backend, course: Course, accept: str) -> None:
    certificate = issue(course)
    number = certificate.certificate_number
    for path in (
        file_of(certificate, WRONG),
        f"/verify/{number}/certificate.pdf",
        f"/verify/{NOBODYS}/certificate.pdf?c={WRONG}",
    ):
        page = fetch(backend, path, accept)
        assert page.status == 404
        assert b"%PDF" not in page.content
