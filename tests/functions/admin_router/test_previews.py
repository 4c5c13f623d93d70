"""Templates as admins see them before anything is issued."""

import io
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from PIL import Image

from shared.certificate.sample_values import SAMPLES
from shared.raster import pixels
from tests.functions.backend import TEMPLATE, Answer, Backend, Course
from tests.shared.certificate import pdfs

SHOWN = "<p>{{ learner_name }} / {{ learner_email }} / {{ organization }} / {{ course_name }}</p>"


def preview(backend: Backend, **asked: Any) -> Answer:
    return backend.ask_admin("PREVIEW_CERTIFICATE", **{"wait_seconds": 0, **asked})


def page(answer: Answer) -> str:
    """The body of the page that was answered."""
    html: str = answer.data["preview_html"]
    return html.partition("<body>")[2].removesuffix("</body></html>")


@contextmanager
def working(backend: Backend) -> Iterator[None]:
    """A worker that passes again and again meanwhile."""
    done = threading.Event()

    def work() -> None:
        while not done.wait(0.05):
            backend.work()

    worker = threading.Thread(target=work)
    worker.start()
    yield
    done.set()
    worker.join()


def test_a_template_that_is_not_saved_is_filled_with_samples(backend: Backend) -> None:
    answer = preview(backend, certificate_template_html=SHOWN)
    assert "Anaïs Müller / learner@example.org / Academy" in page(answer)
    assert (answer.data["status"], answer.data["download_url"], answer.data["picture_url"]) == ("queued", None, None)
    assert answer.data["removed"] == answer.data["unsupported"] == []


def test_a_shipped_design_can_be_previewed_and_needs_no_excuse(backend: Backend) -> None:
    answer = preview(backend, template_name="classic")
    assert "Certificate of Completion" in page(answer)
    assert answer.data["removed"] == answer.data["unsupported"] == []


def test_a_preview_s_code_is_a_sample_s(backend: Backend) -> None:
    answer = preview(backend, certificate_template_html='<img src="{{ qr_code }}"><i>{{ verify_url }}</i>')
    assert answer.data["removed"] == []
    assert SAMPLES[0]["qr_code"] in page(answer)
    assert f"<i>{SAMPLES[0]['verify_url']}</i>" in page(answer)


def test_a_preview_is_valid_for_as_long_as_its_course_says(backend: Backend, course: Course) -> None:
    asked = {"course_id": course.course_id, "certificate_template_html": "{{ issued_at }} – {{ expires_at }}"}
    today = page(preview(backend, **asked))
    assert today.endswith(" – ")
    backend.ask_admin("EDIT_COURSE", course_id=course.course_id, validity_days=1)
    issued, _, expires = page(preview(backend, **asked)).partition(" – ")
    written = "%d %B %Y"
    assert datetime.strptime(expires, written) - datetime.strptime(issued, written) == timedelta(days=1)  # noqa: DTZ007


def test_a_course_s_current_template_is_filled_with_its_name(backend: Backend, course: Course) -> None:
    edited = backend.ask_admin("EDIT_COURSE", course_id=course.course_id, certificate_template_html=SHOWN)
    assert edited.data["course"]["name"] in page(preview(backend, course_id=course.course_id))


def test_a_template_given_beside_a_course_is_the_one_that_is_shown(backend: Backend, course: Course) -> None:
    answer = preview(backend, course_id=course.course_id, certificate_template_html="<b>{{ course_name }}</b>")
    assert page(answer).startswith("<b>Course ")


def test_a_real_learner_is_shown_with_name_and_organization_whatever_was_typed(
    backend: Backend, course: Course
) -> None:
    [email] = course.enroll("Ana Lima")
    [organization] = [row for row in backend.rows("organizations") if row["website"] == course.website]
    answer = preview(backend, certificate_template_html=SHOWN, learner_email=email.upper(), learner_name="Typed")
    assert page(answer).startswith(f"<p>Ana Lima / {email} / {organization['name']} / ")


def test_a_courses_name_that_is_typed_is_shown_before_it_is_saved(backend: Backend, course: Course) -> None:
    for of in ({}, {"course_id": course.course_id}):
        answer = preview(backend, certificate_template_html=SHOWN, course_name="Ropes & Knots", **of)
        assert page(answer).endswith(" / Ropes &amp; Knots</p>")


def test_who_is_no_learner_yet_is_shown_as_typed(backend: Backend, course: Course) -> None:
    [organization] = [row for row in backend.rows("organizations") if row["website"] == course.website]
    typed = {"learner_name": "Zoë <b>", "learner_email": "zoe@new.example"}
    known = preview(
        backend, certificate_template_html=SHOWN, organization_website=f"https://www.{course.website}", **typed
    )
    assert page(known).startswith(f"<p>Zoë &lt;b&gt; / zoe@new.example / {organization['name']} / ")
    unknown = preview(backend, certificate_template_html=SHOWN, organization_website="nobody.example", **typed)
    assert " / nobody.example / " in page(unknown)


def test_what_the_sanitiser_takes_out_is_shown_with_line_and_reason(backend: Backend) -> None:
    template = (
        '<p onclick="x()">\n<script>alert(1)</script>\n<img src="https://tracker.example/x.png">\n{{ learner_name }}'
    )
    answer = preview(backend, certificate_template_html=template)
    assert [finding["line"] for finding in answer.data["removed"]] == [1, 2, 3]
    assert "<script> is not allowed" in answer.data["removed"][1]["reason"]
    assert not any(word in answer.data["preview_html"] for word in ("onclick", "alert", "tracker"))


def test_what_the_renderer_leaves_out_is_shown_with_line_and_reason(backend: Backend) -> None:
    template = "<style>\n.a { color: red; box-shadow: 0 0 2px red }\n</style>\n<p class=a style='display: grid'>x</p>"
    found = preview(backend, certificate_template_html=template).data["unsupported"]
    assert [finding["line"] for finding in found] == [2, 4]
    assert "box-shadow" in found[0]["reason"]
    assert "grid" in found[1]["reason"]


@pytest.mark.parametrize("template", ["{{ learner_name", "{{ nope }}", " \n", "{{ learner_name.split()[1] }}"])
def test_a_template_that_can_not_be_filled_is_refused_as_it_is_when_saved(backend: Backend, template: str) -> None:
    refused = preview(backend, certificate_template_html=template)
    created = backend.ask_admin("CREATE_COURSE", name="x", certificate_template_html=template)
    assert (refused.status, refused.error["code"]) == (422, "INVALID_TEMPLATE")
    assert refused.error == created.error


def test_the_pdf_is_offered_once_the_worker_has_made_it(backend: Backend, course: Course) -> None:
    backend.ask_admin("EDIT_COURSE", course_id=course.course_id, locale="de")
    asked = preview(backend, course_id=course.course_id, learner_name="Zoë")
    assert "ask again" in asked.data["message"]
    backend.work()
    ready = preview(backend, preview_id=asked.data["preview_id"]).data
    assert (ready["status"], ready["preview_html"]) == ("ready", None)
    downloaded = requests.get(ready["download_url"], timeout=10)
    assert "Zoë" in pdfs.text(downloaded.content)
    drawn = requests.get(ready["picture_url"], timeout=10)
    assert (drawn.headers["content-type"], pixels(drawn.content)) == ("image/png", (1000, 708))
    darkest, brightest = Image.open(io.BytesIO(drawn.content)).convert("L").getextrema()
    assert (darkest, brightest) == (0, 255)
    [row] = [row for row in backend.rows("exports") if row["$id"] == asked.data["preview_id"]]
    assert (row["parts"], row["documents"]) == (2, 1)
    assert ready["expires_at"] < row["expires_at"].replace("+00:00", "Z")


def test_a_preview_of_which_there_is_no_picture_is_offered_without(backend: Backend) -> None:
    asked = preview(backend, certificate_template_html=TEMPLATE).data["preview_id"]
    backend.work()
    backend.set_row("exports", asked, parts=1)
    ready = preview(backend, preview_id=asked).data
    assert (ready["status"], ready["picture_url"]) == ("ready", None)
    assert requests.get(ready["download_url"], timeout=10).content.startswith(b"%PDF")


def test_a_preview_is_waited_for(backend: Backend) -> None:
    with working(backend):
        answer = preview(backend, certificate_template_html=TEMPLATE, wait_seconds=20)
    assert answer.data["status"] == "ready"
    assert requests.get(answer.data["download_url"], timeout=10).content.startswith(b"%PDF")


def test_a_pdf_that_can_not_be_made_says_why(backend: Backend) -> None:
    asked = preview(backend, certificate_template_html="{{ learner_name }}")
    backend.set_row("exports", asked.data["preview_id"], html="{{ 1 / 0 }}")
    backend.work()
    failed = preview(backend, preview_id=asked.data["preview_id"]).data
    assert (failed["status"], failed["download_url"]) == ("failed", None)
    assert failed["message"] == "line 1: division by zero"


def test_a_preview_is_offered_no_longer_than_it_is_kept(backend: Backend) -> None:
    asked = preview(backend, certificate_template_html=TEMPLATE).data["preview_id"]
    backend.set_row("exports", asked, expires_at="2020-01-01T00:00:00.000+00:00")
    assert preview(backend, preview_id=asked).status == 404


def test_what_is_no_preview_is_not_found(backend: Backend) -> None:
    zip_id = secrets.token_hex(16)
    backend.server.post(
        "/tablesdb/certificates/tables/exports/rows",
        rowId=zip_id,
        data={"kind": "zip", "request": "{}", "status": "ready", "expires_at": "2090-01-01T00:00:00.000+00:00"},
    )
    for unknown in (zip_id, secrets.token_hex(16)):
        answer = preview(backend, preview_id=unknown)
        assert (answer.status, answer.error["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "certificate_template_html"),
        ({"template_name": "no-such"}, "template_name"),
        ({"template_name": "classic", "learner_email": "nobody"}, "learner_email"),
        ({"template_name": "classic", "organization_website": "no website"}, "organization_website"),
        ({"template_name": "classic", "wait_seconds": 21}, "wait_seconds"),
        ({"preview_id": "../x"}, "preview_id"),
    ],
)
def test_a_bad_field_of_a_preview_is_named(backend: Backend, asked: dict[str, Any], field: str) -> None:
    answer = preview(backend, **asked)
    assert (answer.status, answer.error["code"]) == (422, "INVALID_PAYLOAD")
    assert answer.error["message"].startswith(field)


def test_a_template_is_saved_and_previewed_as_the_portal_asks(backend: Backend, course: Course) -> None:
    asked = {
        "course_id": course.course_id,
        "certificate_template_html": SHOWN,
        "learner_name": "Zoë",
        "learner_email": "",
        "organization_website": course.website,
    }
    answer = backend.ask_admin("SAVE_AND_PREVIEW_CERTIFICATE", **asked)
    assert page(answer).startswith("<p>Zoë / ")
    assert answer.data["course"]["template_version"] == 2
    assert backend.ask_admin("SAVE_AND_PREVIEW_CERTIFICATE", **asked).data["course"] == answer.data["course"]
    shown = backend.ask_admin("GET_COURSE", course_id=course.course_id).data["course"]
    assert shown["certificate_template_html"] == SHOWN


def test_a_template_of_which_something_would_be_removed_is_not_saved(backend: Backend, course: Course) -> None:
    answer = backend.ask_admin(
        "SAVE_AND_PREVIEW_CERTIFICATE", course_id=course.course_id, certificate_template_html="<p>\n<iframe>"
    )
    assert (answer.status, answer.error["code"]) == (422, "INVALID_TEMPLATE")
    assert answer.error["details"]["problems"][0]["line"] == 2
    shown = backend.ask_admin("GET_COURSE", course_id=course.course_id).data["course"]
    assert (shown["template_version"], shown["certificate_template_html"]) == (1, TEMPLATE)
