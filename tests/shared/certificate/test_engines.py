"""Which engine prints a document, and what happens when it can't."""

import io
import time
from collections.abc import Callable, Iterator

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.certificate.press import Limits, Metadata, Press, Problem
from shared.certificate.printer import Printed, Printer, RendererUnavailable, TemplateRejected, engines_of
from shared.config import Settings
from tests.shared.certificate import chromes, pdfs
from tests.shared.certificate.conftest import Web
from tests.shared.certificate.gotenbergs import Service, gotenberg

GRID = "<style>p {{ display: grid }}</style><p>{{{{ learner_name }}}}{}"
PLAIN = "<p>{{ learner_name }}"
Print = Callable[..., Printed]


class _Later:
    """A clock that is a minute ahead."""

    @staticmethod
    def monotonic() -> float:
        return time.monotonic() + 61


def blank() -> bytes:
    out = io.BytesIO()
    writer = pypdf.PdfWriter()
    writer.add_blank_page(842, 595)
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def service() -> Iterator[Service]:
    with gotenberg(blank()) as service:
        yield service


def settings(engines: str, url: str = "", **more: str) -> Settings:
    known = {"APPWRITE_FUNCTION_API_ENDPOINT": "http://127.0.0.1:9/v1", "APPWRITE_FUNCTION_PROJECT_ID": "p"}
    return Settings.from_environ({**known, "PDF_ENGINES": engines, "HTML_TO_PDF_API_URL": url, **more})


@pytest.fixture
def printer_of(values: dict[str, str], metadata: Metadata) -> Iterator[Callable[..., Print]]:
    """Makes a printer and returns its `print`, with values."""
    made: list[Printer] = []

    def make(engines: str, url: str = "", limits: Limits | None = None, **more: str) -> Print:
        made.append(printer := Printer(settings(engines, url, **more), limits))
        return lambda template, *names, **changed: printer.print(template, values | changed, metadata, names)

    yield make
    for printer in made:
        printer.close()


def test_names_of_engines_are_read_in_order_and_once() -> None:
    assert engines_of("chromium, plutoprint,chromium,,HTTP ") == ("chromium", "plutoprint", "http")
    assert engines_of("") == ()


@given(st.text())
def test_no_list_of_engines_is_too_odd_to_be_read(text: str) -> None:
    names = engines_of(text)
    assert len(set(names)) == len(names)
    assert all(name and "," not in name for name in names)


def test_the_first_engine_prints(printer_of: Callable[..., Print], service: Service) -> None:
    assert printer_of("plutoprint,http", service.address)(PLAIN).engine == "plutoprint"
    assert service.forms == []
    assert printer_of("http,plutoprint", service.address)(PLAIN).engine == "http"


def test_a_course_s_own_engines_come_in_place_of_the_settings_s(
    printer_of: Callable[..., Print], service: Service
) -> None:
    assert printer_of("plutoprint", service.address)(PLAIN, "http", "plutoprint").engine == "http"


def test_what_plutoprint_can_not_draw_goes_to_the_next_engine(
    printer_of: Callable[..., Print], service: Service
) -> None:
    printed = printer_of("plutoprint,http", service.address)(GRID.format(""))
    assert (printed.engine, printed.notes) == ("http", ())


def test_without_another_engine_plutoprint_prints_and_says_what_is_missing(
    printer_of: Callable[..., Print], service: Service
) -> None:
    for engines, url in (("plutoprint", service.address), ("plutoprint,http", ""), ("http,plutoprint", "")):
        printed = printer_of(engines, url, CHROMIUM_PATH="/nowhere")(GRID.format(""))
        assert printed.engine == "plutoprint"
        assert pdfs.text(printed.pdf) == "Anaïs Müller"
        [note] = printed.notes
        assert "display: grid is not drawn" in note


def test_plutoprint_prints_what_it_can_not_draw_whole_if_the_others_fail(
    printer_of: Callable[..., Print], service: Service
) -> None:
    service.status = 400
    printed = printer_of("plutoprint,http", service.address)(GRID.format(""))
    assert printed.engine == "plutoprint"
    assert [note.partition(":")[0] for note in printed.notes] == ["http", "line 1"]


def test_an_engine_that_is_away_is_passed_over_for_a_while_and_then_asked_again(
    printer_of: Callable[..., Print], service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    print_ = printer_of("http,plutoprint", service.address)
    service.status = 503
    assert [print_(PLAIN).engine for _ in range(3)] == ["plutoprint"] * 3
    assert len(service.forms) == 1
    service.status = 200
    monkeypatch.setattr("shared.certificate.printer.time", _Later)
    assert print_(PLAIN).engine == "http"


def test_an_engine_that_was_away_is_asked_at_once_if_there_is_no_other(
    printer_of: Callable[..., Print], service: Service
) -> None:
    print_ = printer_of("http", service.address)
    service.status = 503
    with pytest.raises(RendererUnavailable, match="503"):
        print_(PLAIN)
    service.status = 200
    assert print_(PLAIN).engine == "http"


def test_an_engine_that_takes_too_long_is_the_last_one_tried(
    printer_of: Callable[..., Print], service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.certificate.printer.FALL_THROUGH_SECONDS", -1)
    service.status = 400
    with pytest.raises(TemplateRejected, match="refused it"):
        printer_of("http,plutoprint", service.address)(PLAIN)


def test_only_when_all_fail_the_last_reason_is_told(printer_of: Callable[..., Print], service: Service) -> None:
    service.status = 400
    print_ = printer_of("http,plutoprint", service.address, Limits(pdf_mb=0))
    with pytest.raises(TemplateRejected, match="more than 0 MB"):
        print_(PLAIN)


def test_a_refusal_counts_more_than_an_engine_that_is_away(printer_of: Callable[..., Print], service: Service) -> None:
    service.status = 503
    print_ = printer_of("plutoprint,http", service.address, Limits(pdf_mb=0))
    with pytest.raises(TemplateRejected, match="more than 0 MB"):
        print_(PLAIN)


def test_engines_that_are_not_set_up_can_not_print(printer_of: Callable[..., Print]) -> None:
    with pytest.raises(RendererUnavailable, match="none of the engines"):
        printer_of("http")(PLAIN)


def test_a_template_that_can_not_be_filled_is_sent_to_no_engine(
    printer_of: Callable[..., Print], service: Service
) -> None:
    print_ = printer_of("http,plutoprint", service.address)
    with pytest.raises(TemplateRejected, match="line 2: division by zero") as rejected:
        print_("a\n{{ 1 / 0 }}")
    assert not rejected.value.killed
    with pytest.raises(TemplateRejected, match="line 1"):
        print_("{% if %}")
    assert service.forms == []


def test_a_template_that_kills_its_renderer_is_told_from_one_that_is_wrong(printer_of: Callable[..., Print]) -> None:
    endless = "{% for a in 'x' * 99999 %}{% for b in 'x' * 99999 %}{% endfor %}{% endfor %}"
    with pytest.raises(TemplateRejected, match=r"took longer than 0\.5 s") as rejected:
        printer_of("plutoprint", limits=Limits(print_seconds=0.5))(endless)
    assert rejected.value.killed


def test_no_engine_gets_what_the_sanitiser_takes_out(printer_of: Callable[..., Print], service: Service) -> None:
    hostile = '<script src="http://x/"></script><img src="file:///etc/passwd">{{ learner_name }}<iframe></iframe>'
    printer_of("http", service.address)(hostile, learner_name="<script>Ana")
    [(_, files)] = service.forms
    assert not any(word in files["index.html"] for word in ("<script", "file:", "<iframe", "http:"))
    assert "&lt;script&gt;Ana" in files["index.html"]


def test_a_template_is_looked_through_once(
    printer_of: Callable[..., Print], service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    look = Press.unsupported

    def counted(press: Press, template: str) -> tuple[Problem, ...]:
        looked.append(template)
        return look(press, template)

    monkeypatch.setattr(Press, "unsupported", counted)
    print_ = printer_of("plutoprint,http", service.address)
    for number in range(9):
        print_(GRID.format(number % 3))
    assert len(looked) == 3


def test_a_printer_is_ready_if_any_engine_works(service: Service) -> None:
    service.status = 500
    for engines, ready in (("http,plutoprint", True), ("http", False)):
        with Printer(settings(engines, service.address)) as printer:
            assert printer.ready() is ready


@chromes.needs_chromium
def test_a_grid_goes_to_chromium_with_the_page_and_metadata_of_plutoprint(
    printer_of: Callable[..., Print], metadata: Metadata, web: Web
) -> None:
    before = chromes.drivers()
    print_ = printer_of("plutoprint,chromium")
    assert print_(PLAIN).engine == "plutoprint"
    assert chromes.drivers() == before
    printed = print_(GRID.format(f"<img src='{web.address}/x'>"))
    assert printed.engine == "chromium"
    reader = pdfs.read(printed.pdf)
    other = pdfs.read(print_(PLAIN).pdf)
    assert reader.metadata is not None
    assert other.metadata is not None
    for name in ("/Title", "/Author", "/Subject", "/Keywords"):
        assert reader.metadata[name] == other.metadata[name]
    assert reader.metadata.creation_date == other.metadata.creation_date
    assert [round(float(edge)) for edge in reader.pages[0].mediabox] == [
        round(float(edge)) for edge in other.pages[0].mediabox
    ]
    assert web.asked == []


@chromes.needs_chromium
def test_a_document_that_hangs_chromium_falls_through_to_the_next(
    printer_of: Callable[..., Print], service: Service
) -> None:
    hanging = "<div style='columns:2'>" * 40 + "x<p>y" * 200
    print_ = printer_of("chromium,http", service.address, Limits(print_seconds=2))
    printed = print_(hanging)
    assert printed.engine == "http"
    assert printed.notes == ("chromium: took longer than 2 s",)
    assert print_(PLAIN).engine == "chromium"
