"""What the page shows for each state, to whoever holds the code, and to who only knows the number."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.verification import digest_of
from shared.web.pages import STATIC
from tests.functions.backend import Backend, Course
from tests.functions.sop_router.verifying import KEYS, NOBODYS, WRONG, change, fetch, issue, path_of, replace

PAST = datetime(2025, 3, 9, 12, tzinfo=UTC)


def test_a_valid_certificate_shows_every_printed_field(backend: Backend, course: Course) -> None:
    expires = datetime.now(UTC) + timedelta(days=365)
    printed = {"score": "87", "max_score": "100", "credits": "2.5", "grade": "A*"}
    certificate = change(backend, issue(course), expires_at=expires, **printed)
    page = fetch(backend, path_of(certificate))
    assert (page.status, page.heading) == (200, "This certificate is valid")
    assert page.fields == {
        "learner_name": "Anaïs Müller",
        "learner_email": f"{certificate.learner_email[0]}…@{course.website}",
        "course_name": certificate.course_name,
        "organization_name": certificate.organization_name,
        "completed_at": "20 November 2026",
        "score": "87 of 100",
        "credits": "2.5",
        "grade": "A*",
        "issued_at": f"{certificate.issued_at.day} {certificate.issued_at:%B %Y}",
        "expires_at": f"{expires.day} {expires:%B %Y}",
        "number": certificate.certificate_number,
        "version": "1",
        "sha256": certificate.sha256,
    }
    assert "Compare every line" in page.text
    assert certificate.learner_email not in page.text


def test_what_a_certificate_does_not_say_is_not_shown(backend: Backend, course: Course) -> None:
    page = fetch(backend, path_of(issue(course)))
    assert not {"score", "credits", "grade"} & page.fields.keys()
    assert page.fields["expires_at"] == "It does not expire"


def test_an_expired_certificate_says_since_when(backend: Backend, course: Course) -> None:
    page = fetch(backend, path_of(change(backend, issue(course), expires_at=PAST)))
    assert (page.status, page.heading) == (200, "This certificate has expired")
    assert '<time datetime="2025-03-09T12:00:00+00:00">9 March 2025</time>' in page.text
    assert page.fields["learner_name"] == "Anaïs Müller"


def test_a_revoked_certificate_says_when_and_why_though_it_expired_too(backend: Backend, course: Course) -> None:
    certificate = change(backend, issue(course), expires_at=PAST, revoked_at=PAST, revoked_reason="Exam <fraud>")
    page = fetch(backend, path_of(certificate))
    assert (page.status, page.heading) == (200, "This certificate was revoked")
    assert page.fields["reason"] == "Exam <fraud>"
    assert "9 March 2025" in page.text
    assert "certificate.pdf" not in page.text


def test_the_code_of_an_older_version_shows_that_version_and_leads_to_the_newest(
    backend: Backend, course: Course
) -> None:
    first = issue(course, "Anais Muller")
    newest = replace(backend, first, learner_name="Anaïs Müller")
    page = fetch(backend, path_of(first))
    assert (page.status, page.heading) == (200, "This version was replaced by a newer one")
    assert page.fields["learner_name"] == "Anais Muller"
    assert "secret remarks" not in page.text
    [link] = re.findall(r'href="http://verify\.example([^"]*)"', page.text)
    shown = fetch(backend, link)
    assert (shown.heading, shown.fields["learner_name"]) == ("This certificate is valid", "Anaïs Müller")
    assert shown.fields["version"] == str(newest.version) == "2"


def test_every_version_knows_the_files_of_all(backend: Backend, course: Course) -> None:
    first = issue(course)
    third = replace(backend, replace(backend, first), sha256="e" * 64)
    for path in (path_of(first), path_of(third)):
        text = fetch(backend, path).text
        assert f'data-newest="{"e" * 64}"' in text
        assert f'data-replaced="{"f" * 64} {first.sha256}"' in text


def test_a_revoked_certificate_is_revoked_in_all_its_versions(backend: Backend, course: Course) -> None:
    first = issue(course)
    newest = replace(backend, first, revoked_at=PAST, revoked_reason="A mistake.")
    for certificate in (first, newest):
        assert fetch(backend, path_of(certificate)).heading == "This certificate was revoked"


def test_while_the_newest_version_is_made_the_older_says_so_and_the_number_is_known(
    backend: Backend, course: Course
) -> None:
    first = issue(course)
    newest = replace(backend, first, status="queued", file_id=None, sha256=None)
    older = fetch(backend, path_of(first))
    assert "not ready yet" in older.text
    assert "http://verify.example" not in older.text
    assert fetch(backend, path_of(newest)).status == 404
    assert fetch(backend, f"/verify/{first.certificate_number}").status == 200


@pytest.mark.parametrize("status", ["queued", "rendering", "failed"])
def test_a_certificate_that_was_never_issued_is_unknown(backend: Backend, course: Course, status: str) -> None:
    certificate = change(backend, issue(course), status=status, file_id=None, sha256=None)
    for path in (path_of(certificate), f"/verify/{certificate.certificate_number}"):
        assert fetch(backend, path).status == 404


def test_a_version_that_somebody_only_began_to_replace_is_valid_and_its_file_the_issued_one(
    backend: Backend, course: Course
) -> None:
    second = replace(backend, issue(course))
    page = fetch(backend, path_of(change(backend, replace(backend, second), version=2)))
    assert page.heading == "This certificate is valid"
    assert second.sha256
    assert second.sha256 not in page.text.partition('data-replaced="')[2].partition('"')[0]


def test_a_version_that_was_never_printed_is_unknown_though_another_replaced_it(
    backend: Backend, course: Course
) -> None:
    first = change(backend, issue(course), status="failed", file_id=None, sha256=None)
    replace(backend, first, sha256=None)
    for path in (path_of(first), f"/verify/{first.certificate_number}"):
        assert fetch(backend, path).status == 404


def test_an_erased_certificate_shows_all_but_the_person(backend: Backend, course: Course) -> None:
    certificate = issue(course)
    path = path_of(certificate)
    change(
        backend,
        certificate,
        learner_name="(erased)",
        learner_email="(erased)",
        file_id=None,
        erased_at=PAST,
        code_sha256=digest_of(KEYS.code(certificate)),
    )
    page = fetch(backend, path)
    assert (page.status, page.heading) == (200, "This certificate is valid")
    assert page.fields["learner_name"] == "Not kept any more"
    assert page.fields["course_name"] == certificate.course_name
    assert not {"learner_email", "sha256"} & page.fields.keys()
    assert "certificate.pdf" not in page.text


def test_a_wrong_code_and_an_unknown_number_get_the_same_answer(backend: Backend, course: Course) -> None:
    known, other = issue(course), issue(course)
    wrong = fetch(backend, path_of(known, WRONG))
    anothers = fetch(backend, path_of(known, KEYS.code(other)))
    unknown = fetch(backend, f"/verify/{NOBODYS}?c={WRONG}")
    assert (wrong.status, wrong.heading) == (404, "No such certificate")
    assert wrong.text == anothers.text == unknown.text.replace(NOBODYS, known.certificate_number)
    assert wrong.headers == anothers.headers == unknown.headers


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, "It is valid."),
        ({"expires_at": PAST}, "9 March 2025"),
        ({"revoked_at": PAST, "revoked_reason": "Private"}, "9 March 2025"),
    ],
)
def test_a_number_alone_tells_its_state_and_nothing_else(
    backend: Backend, course: Course, columns: dict[str, object], said: str
) -> None:
    certificate = change(backend, issue(course), **columns)
    page = fetch(backend, f"/verify/{certificate.certificate_number}")
    assert page.status == 200
    assert page.fields == {"number": certificate.certificate_number}
    assert said in page.text
    hidden = [certificate.course_name, certificate.organization_name, "20 November 2026", "Private", "Müller"]
    assert not [each for each in [*hidden, certificate.sha256 or "", KEYS.code(certificate)] if each in page.text]


def test_a_number_alone_that_nobody_has_is_unknown(backend: Backend) -> None:
    page = fetch(backend, f"/verify/{NOBODYS}")
    assert (page.status, page.heading) == (404, "No such certificate")


def test_numbers_and_codes_may_be_typed_as_people_type(backend: Backend, course: Course) -> None:
    certificate = issue(course)
    number, code = certificate.certificate_number, KEYS.code(certificate)
    confused = number.lower().replace("1", "l").replace("0", "o")
    spaced = "%20".join([*number.lower().split("-"), ""])
    typed_code = f"{code[:13].lower()}-{code[13:]}".replace("0", "o").replace("1", "i") + "%20"
    for path in (
        f"/verify/{confused}/?c={typed_code}",
        f"/verify/{spaced}?c={code}",
        f"/verify?number={spaced}&c={typed_code}",
        f"/verify/?number={number.replace('-', '')}&c={code}",
    ):
        assert fetch(backend, path).heading == "This certificate is valid", path


@pytest.mark.parametrize(
    "typed", ["2026-7F3K-22QX-91PB", "%D9%A2%D9%A0%D9%A2%D9%A6-7F3K-22QX-91PA", "x", "%00", "'%22%3Cb%3E", "9" * 3000]
)
def test_a_mistyped_number_is_told_so_and_nothing_that_was_typed_is_taken_for_html(
    backend: Backend, typed: str
) -> None:
    page = fetch(backend, f"/verify/{typed}?c={WRONG}")
    assert (page.status, page.heading) == (400, "This number looks mistyped")
    assert "<b>" not in page.text.lower()


@pytest.mark.parametrize("path", ["/verify", "/verify/", "/verify?number=&c=", "/verify?c=ABC"])
def test_without_a_number_there_is_a_form_that_works_without_script(backend: Backend, path: str) -> None:
    page = fetch(backend, path)
    assert (page.status, page.heading) == (200, "Look up a certificate")
    assert 'name="number"' in page.text
    assert f'<form action="{"../" if "y/" in path else ""}verify" method="get">' in page.text


def test_names_can_hold_no_markup_and_no_script(backend: Backend, course: Course) -> None:
    certificate = change(backend, issue(course), course_name='<script>alert(1)</script>"><img src=x>')
    page = fetch(backend, path_of(certificate))
    assert page.fields["course_name"] == certificate.course_name
    assert page.text.count("<script>") == 1
    assert "<img" not in page.text


@pytest.mark.parametrize("path", ["/verify/a/b", "/verify/a/certificate.pdf/b", "/verify/a/certificate.png"])
def test_other_addresses_below_it_have_no_page(backend: Backend, path: str) -> None:
    page = fetch(backend, path)
    assert (page.status, page.heading) == (404, "There is no such page.")
    assert "execution" in page.text


def test_head_is_answered_as_get(backend: Backend, course: Course) -> None:
    path = path_of(issue(course))
    got, asked = fetch(backend, path), fetch(backend, path, method="HEAD")
    assert (asked.status, asked.headers) == (got.status, got.headers)


@pytest.mark.parametrize(("method", "path"), [("PUT", "/"), ("GET", "/verifying"), ("PUT", "/verify")])
def test_all_else_is_an_action_as_before(backend: Backend, method: str, path: str) -> None:
    page = fetch(backend, path, method=method)
    assert (page.status, page.json["error"]["code"]) == (405, "METHOD_NOT_ALLOWED")


def test_the_style_and_the_script_are_files_and_the_colours_those_of_the_portal(backend: Backend) -> None:
    text = fetch(backend, "/verify").text
    folder = Path(__file__).parents[4] / "functions" / "sop_router" / "verify" / "templates"
    style = (STATIC / "tokens.css").read_text() + (folder / "page.css").read_text()
    assert f"<style>{style}</style>" in text
    assert f"<script>{(folder / 'page.js').read_text()}</script>" in text
