"""A course takes a design by name and makes it its own."""

import base64
import contextlib
import secrets
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.admin_router.main import main
from shared.pictures import MAX_BYTES, picture
from tests.functions.backend import Answer, Backend, Course
from tests.functions.courses import make_course
from tests.shared.certificate import pdfs

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAE0lEQVR4nGP4z8DAAMIM/zk5OQEaKgMZ7jV9AAAAAABJRU5ErkJggg=="
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0L9 9" stroke="#f00"/></svg>'


def address(data: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def drawing(inside: str, *, prologue: str = "", attributes: str = "") -> str:
    text = f'{prologue}<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'
    return address(text.encode(), "svg+xml")


OPTIONS = {
    "accent_color": "#0F766E",
    "heading": "Diploma",
    "logo": address(PNG),
    "signature": address(SVG.encode(), "svg+xml"),
    "signer_name": "Ingrid  Solberg & {{ learner_name }}",
    "signer_title": "<b>Head</b> of {% training %}",
}


def create(backend: Backend, **asked: Any) -> Answer:
    return backend.ask_admin("CREATE_COURSE", **{"name": f"Course {secrets.token_hex(6)}", **asked})


def saved(backend: Backend, course_id: str) -> dict[str, Any]:
    course: dict[str, Any] = backend.ask_admin("GET_COURSE", course_id=course_id).data["course"]
    return course


def test_designs_are_listed_with_what_may_be_chosen_of_each(backend: Backend) -> None:
    listed = backend.ask_admin("LIST_DESIGNS").data["designs"]
    assert [each["name"] for each in listed] == ["classic", "minimal", "modern"]
    for each in listed:
        assert each["description"]
        defaults = {option["name"]: option["default"] for option in each["options"]}
        assert defaults.keys() == OPTIONS.keys()
        assert defaults["accent_color"].startswith("#")
        assert (defaults["heading"], defaults["logo"]) == ("Certificate of Completion", None)


def test_only_admins_see_the_designs(backend: Backend, course: Course) -> None:
    answer = backend.call(main, "LIST_DESIGNS", backend.log_in(course.sop), {})
    assert (answer.status, answer.error["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize("name", ["classic", "minimal", "modern"])
def test_a_course_s_options_become_part_of_its_template(backend: Backend, name: str) -> None:
    answer = create(backend, template_name=name, template_options=OPTIONS)
    html = saved(backend, answer.data["course"]["course_id"])["certificate_template_html"]
    assert "--accent: #0f766e" in html
    assert "Diploma" in html
    assert "Ingrid Solberg &amp; &#123;&#123; learner_name &#125;&#125;" in html
    assert "&lt;b&gt;Head&lt;/b&gt; of &#123;% training %&#125;" in html
    assert all(OPTIONS[option] in html for option in ("logo", "signature"))


def test_a_certificate_is_issued_in_the_course_s_own_design(backend: Backend) -> None:
    course = make_course(backend)
    edited = {"course_id": course.course_id, "template_name": "modern", "template_options": OPTIONS}
    assert backend.ask_admin("EDIT_COURSE", **edited).data["course"]["template_version"] == 2
    [email] = course.enroll("Ana Lima")
    course.complete(email)
    backend.work()
    asked = {"learner_email": email, "course_id": course.course_id}
    download = backend.ask_admin("DOWNLOAD_CERTIFICATE", **asked).data["download_url"]
    text = pdfs.text(requests.get(download, timeout=10).content)
    assert "Ana Lima" in text
    assert "Ingrid Solberg & {{ learner_name }}" in text


def test_the_same_options_again_are_the_same_version_and_others_the_next(backend: Backend) -> None:
    asked = {"name": f"Course {secrets.token_hex(6)}", "template_name": "minimal", "template_options": OPTIONS}
    first = create(backend, **asked).data["course"]
    assert create(backend, **asked).data["course"] == first
    del asked["name"]
    edit = {**asked, "course_id": first["course_id"]}
    assert backend.ask_admin("EDIT_COURSE", **edit).data["course"]["template_version"] == 1
    edit["template_options"] = {**OPTIONS, "accent_color": "#123456"}
    assert backend.ask_admin("EDIT_COURSE", **edit).data["course"]["template_version"] == 2


def test_a_design_can_be_previewed_with_options_and_nothing_of_it_is_lost(backend: Backend) -> None:
    asked = {"template_name": "classic", "template_options": OPTIONS, "wait_seconds": 0}
    shown = backend.ask_admin("PREVIEW_CERTIFICATE", **asked).data
    assert "Diploma" in shown["preview_html"]
    assert "Ingrid Solberg" in shown["preview_html"]
    assert shown["removed"] == shown["unsupported"] == []


def test_empty_options_leave_the_design_as_it_is(backend: Backend) -> None:
    asked = {"template_name": "classic", "template_options": dict.fromkeys(OPTIONS, "")}
    html = saved(backend, create(backend, **asked).data["course"]["course_id"])["certificate_template_html"]
    plain = create(backend, template_name="classic").data["course"]["course_id"]
    assert html == saved(backend, plain)["certificate_template_html"]


@pytest.mark.parametrize("chosen", [{}, {"certificate_template_html": "<p>{{ learner_name }}</p>"}])
def test_options_without_a_design_are_refused(backend: Backend, course: Course, chosen: dict[str, str]) -> None:
    for action in ("EDIT_COURSE", "PREVIEW_CERTIFICATE"):
        answer = backend.ask_admin(action, course_id=course.course_id, template_options=OPTIONS, **chosen)
        assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
        assert answer.error["message"].startswith("template_options: ")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("accent_color", "red"),
        ("accent_color", "#12345"),
        ("accent_color", "#123456; background: url(x)"),
        ("heading", "x" * 81),
        ("signer_name", "x" * 61),
        ("signer_title", 7),
        ("accent_colour", "#123456"),
        ("logo", "https://example.com/logo.png"),
        ("logo", "data:text/html;base64,PGI+"),
        ("logo", "data:image/gif;base64,R0lGODlh"),
        ("logo", "data:image/png;base64,not base64!"),
        ("logo", address(SVG.encode())),
        ("logo", address(PNG, "jpeg")),
        ("logo", address(PNG + bytes(MAX_BYTES))),
        ("logo", address(PNG) + '" onerror="x'),
        ("signature", address(b"<svg", "svg+xml")),
        ("signature", address(b"<html/>", "svg+xml")),
        ("signature", drawing("<script>x()</script>")),
        ("signature", drawing('<use href="#a"/>')),
        ("signature", drawing('<path onload="x()"/>')),
        ("signature", drawing('<a href="javascript:x()"/>')),
        ("signature", drawing('<path fill="url(https://example.com/x)"/>')),
        ("signature", drawing("<style>@import 'https://example.com/x.css';</style>")),
        ("signature", drawing("&a;", prologue='<!DOCTYPE svg [<!ENTITY a "aaaa">]>')),
    ],
)
def test_a_bad_option_is_named(backend: Backend, option: str, value: Any) -> None:
    answer = create(backend, template_name="classic", template_options={option: value})
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD"), answer.body
    assert answer.error["message"].startswith(f"template_options.{option}: ")


def test_of_pictures_that_are_too_large_together_the_larger_is_named(backend: Backend) -> None:
    pictures = {"logo": address(PNG + bytes(20_000)), "signature": address(PNG + bytes(29_000))}
    answer = create(backend, template_name="classic", template_options=pictures)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert answer.error["message"].startswith("template_options.signature: ")
    assert answer.error["details"]["limit"] == 64_000


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("data:image/svg+xml;utf8," + SVG.replace("#", "%23"), address(SVG.encode(), "svg+xml")),
        ("data:image/svg+xml," + SVG.replace("<", "%3C").replace("#", "%23"), address(SVG.encode(), "svg+xml")),
        (address(PNG).replace("ABJ", "AB\n J").replace("=", "%3D"), address(PNG)),
        (address(b"\xff\xd8\xff", "jpg"), address(b"\xff\xd8\xff", "jpeg")),
        (drawing('<path fill="url( #a )" style="fill: url(\'#a\')"/>'),) * 2,
        (drawing("<style>.a { fill: red }</style>", attributes='xmlns:i="http://i" i:name="C:\\logo.svg"'),) * 2,
    ],
)
def test_pictures_are_taken_in_every_spelling_and_kept_in_one(typed: str, kept: str) -> None:
    assert picture(typed).address == kept


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda data: address(data, "svg+xml")))
def test_whatever_is_sent_as_a_picture_is_a_picture_or_refused(typed: str) -> None:
    with contextlib.suppress(ValueError):
        assert picture(typed).address.startswith("data:image/")
