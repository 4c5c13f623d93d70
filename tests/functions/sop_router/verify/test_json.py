"""The same addresses for programs."""

import pytest

from functions.sop_router.verify.accept import prefers_json
from functions.sop_router.verify.states import Known, Verified
from tests.functions.backend import Backend, Course
from tests.functions.sop_router.verifying import KEYS, NOBODYS, WRONG, fetch, issue, path_of, replace

JSON = "application/json"


@pytest.mark.parametrize(
    ("accept", "json"),
    [
        ("application/json", True),
        ("application/json, text/plain, */*", True),
        ("APPLICATION/JSON;charset=utf-8", True),
        ("application/*", True),
        ("text/html;q=0.5, application/json;q=0.9", True),
        ("text/html;q=0, */*", True),
        ("*/*;q=0.1, application/json ; q=0.2", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        ("text/html, application/json", False),
        ("text/html, application/json;q=0.9", False),
        ("application/json;q=0", False),
        ("application/json;q=2", False),
        ("*/*", False),
        ("", False),
        (";q=,,;;q=x", False),
    ],
)
def test_json_is_answered_to_who_prefers_it(accept: str, json: bool) -> None:
    assert prefers_json(accept) is json


def test_a_certificate_as_json(backend: Backend, course: Course) -> None:
    certificate = issue(course)
    page = fetch(backend, path_of(certificate), JSON)
    assert (page.status, page.json["ok"], page.json["request_id"]) == (200, True, "execution")
    data = Verified.model_validate(page.json["data"])
    assert (data.number, data.state, data.version) == (certificate.certificate_number, "valid", 1)
    assert (data.learner_name, data.course_name) == (certificate.learner_name, certificate.course_name)
    assert data.sha256 == data.newest_sha256 == certificate.sha256
    assert data.pdf_url == (
        f"http://verify.example/verify/{certificate.certificate_number}/certificate.pdf?c={KEYS.code(certificate)}"
    )


def test_a_replaced_certificate_names_the_newest(backend: Backend, course: Course) -> None:
    first = issue(course)
    newest = replace(backend, first)
    data = fetch(backend, path_of(first), JSON).json["data"]
    assert (data["state"], data["pdf_url"]) == ("replaced", None)
    assert data["newest_url"] == "http://verify.example" + path_of(newest)


def test_a_number_alone_as_json(backend: Backend, course: Course) -> None:
    number = issue(course).certificate_number
    data = fetch(backend, f"/verify/{number}", JSON).json["data"]
    assert data == Known(number=number, state="valid", since=None).model_dump(mode="json")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/verify", 400, "NUMBER_MISSING"),
        ("/verify/2026-7F3K-22QX-91PB", 400, "MISTYPED_NUMBER"),
        (f"/verify/{NOBODYS}", 404, "UNKNOWN_CERTIFICATE"),
        (f"/verify/{NOBODYS}?c={WRONG}", 404, "UNKNOWN_CERTIFICATE"),
        ("/verify/a/b", 404, "NOT_FOUND"),
    ],
)
def test_failures_come_in_the_envelope(backend: Backend, path: str, status: int, code: str) -> None:
    page = fetch(backend, path, JSON)
    assert (page.status, page.json["status"], page.json["error"]["code"]) == (status, status, code)
    assert page.json["request_id"] == "execution"


@pytest.mark.parametrize("variable", ["VERIFY_KEYS", "VERIFY_URL"])
def test_a_missing_variable_is_a_failure_of_ours_without_detail(
    backend: Backend, course: Course, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    path = path_of(issue(course))
    monkeypatch.setenv(variable, "")
    page, body = fetch(backend, path), fetch(backend, path, JSON).json
    assert (page.status, page.heading) == (500, "This did not work")
    assert variable not in page.text + str(body)
    assert body["error"]["code"] == "MISCONFIGURED"
    assert f"{variable}" in page.logs
