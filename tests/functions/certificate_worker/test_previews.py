"""Previews as the worker prints them, and dates in the words of a locale."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests

from functions.certificate_worker.exporting.previews import build_preview
from functions.certificate_worker.issuing.dates import long_date
from shared.certificate.document import VARIABLES
from shared.certificate.printer import Printer
from shared.certificate.sample_values import NUMBER
from shared.config import Settings
from shared.context import Ctx
from shared.exports import CannotBuild, Export, ExportKind
from shared.log import Log
from shared.previews import PreviewRequest
from shared.raster import pixels
from shared.transport import AppwriteClient, pooled_session
from tests.functions.backend import KEY, Backend, Course
from tests.shared.certificate import pdfs
from tests.shared.certificate.codes import link_on

MOMENT = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings() -> Settings:
    variables = {"APPWRITE_FUNCTION_API_ENDPOINT": "http://127.0.0.1:9/v1", "APPWRITE_FUNCTION_PROJECT_ID": "p"}
    verify = {"VERIFY_URL": "https://verify.example/verify/", "VERIFY_KEYS": f"k1:{KEY}"}
    return Settings.from_environ(variables | verify)


@pytest.fixture
def ctx(settings: Settings) -> Ctx:
    return Ctx(settings, AppwriteClient(settings.endpoint, "p", pooled_session()), Log(print, print, "test"))


@pytest.fixture(scope="module")
def printer(settings: Settings) -> Iterator[Printer]:
    with Printer(settings) as printer:
        yield printer


def export(html: str, locale: str | None = None) -> Export:
    values = {name: f"the {name}" for name in VARIABLES}
    until = MOMENT + timedelta(days=1)
    request = PreviewRequest(values=values, completed_at=MOMENT, expires_at=until, locale=locale).model_dump_json()
    return Export(id="e" * 32, kind=ExportKind.PREVIEW, html=html, request=request, expires_at=until)


def test_a_preview_is_one_pdf_with_its_date_in_the_locale_of_the_course(ctx: Ctx, printer: Printer) -> None:
    template = "{{ learner_name }}, {{ completion_date }}, {{ issued_at }} – {{ expires_at }}"
    part, _ = build_preview(ctx, printer, export(template, "de-AT"))
    assert part.name == "preview.pdf"
    assert pdfs.text(part.content) == "the learner_name, 20. November 2026, 20. November 2026 – 21. November 2026"


def test_a_preview_is_also_a_picture_of_its_page(ctx: Ctx, printer: Printer) -> None:
    _, picture = build_preview(ctx, printer, export("<style>@page { size: A5 portrait }</style><h1>Ana</h1>"))
    assert (picture.name, picture.documents) == ("preview.png", 0)
    assert pixels(picture.content) == (1000, 1419)


def test_a_page_that_is_endless_is_drawn_small(ctx: Ctx, printer: Printer) -> None:
    _, picture = build_preview(ctx, printer, export("<style>@page { size: 10mm 5000mm }</style>x"))
    width, height = pixels(picture.content)
    assert width < 10
    assert 2000 <= height <= 2001


def test_a_preview_that_can_not_be_drawn_is_a_pdf_alone(
    ctx: Ctx, printer: Printer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert printer.picture(b"no PDF") is None
    monkeypatch.setattr(printer, "picture", lambda _: None)
    [part] = build_preview(ctx, printer, export("{{ learner_name }}"))
    assert part.name == "preview.pdf"


def test_a_preview_s_code_leads_to_a_number_that_no_certificate_has(ctx: Ctx, printer: Printer) -> None:
    template = '<img src="{{ qr_code }}" style="width: 25mm"><a href="{{ verify_url }}">look</a>'
    part, _ = build_preview(ctx, printer, export(template))
    link = f"https://verify.example/verify/{NUMBER}?c=00000000000000000000000000"
    assert link_on(part.content) == link
    assert pdfs.links(part.content) == {link}


def test_a_preview_is_printed_without_what_the_sanitiser_takes_out(ctx: Ctx, printer: Printer) -> None:
    part, _ = build_preview(ctx, printer, export("<script>alert(1)</script>{{ learner_name }}"))
    assert pdfs.text(part.content) == "the learner_name"


def test_a_preview_that_can_not_be_printed_says_why(ctx: Ctx, printer: Printer) -> None:
    with pytest.raises(CannotBuild, match="line 2: division by zero"):
        list(build_preview(ctx, printer, export("a\n{{ 1 / 0 }}")))


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        (None, "20 November 2026"),
        ("", "20 November 2026"),
        ("en", "20 November 2026"),
        ("en-US", "November 20, 2026"),
        ("de", "20. November 2026"),
        ("de-AT-1996", "20. November 2026"),
        ("pt-br", "20 de novembro de 2026"),
        ("hi", "20 नवंबर 2026"),
        ("zh-Hant-TW", "2026年11月20日"),
        ("xx", "20 November 2026"),
        ("xx-Latn-XX-variant1", "20 November 2026"),
    ],
)
def test_a_date_is_written_as_its_locale_does_and_in_english_for_unknown_ones(locale: str | None, written: str) -> None:
    assert long_date(MOMENT, locale) == written
    assert long_date(None, locale) == ""


def test_a_certificate_s_date_is_written_in_the_locale_of_its_course(backend: Backend, course: Course) -> None:
    backend.ask_admin("EDIT_COURSE", course_id=course.course_id, locale="fr")
    [email] = course.enroll("Ana Lima")
    course.complete(email)
    backend.work()
    [certificate] = [row for row in backend.rows("certificates") if row["course_id"] == course.course_id]
    assert certificate["locale"] == "fr"
    link = backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATE", learner_email=email, course_id=course.course_id)
    assert "20 novembre 2026" in pdfs.text(requests.get(link.data["download_url"], timeout=10).content)
