"""The engine `http` against the form of Gotenberg's own API."""

import io
from collections.abc import Iterator

import pypdf
import pytest

from shared.certificate.gotenberg import Gotenberg
from shared.certificate.press import Limits, Metadata, Press, RendererUnavailable, TemplateRejected
from tests.shared.certificate import pdfs
from tests.shared.certificate.gotenbergs import Service, gotenberg


@pytest.fixture(scope="module")
def describer() -> Iterator[Press]:
    with Press() as press:
        yield press


@pytest.fixture(scope="module")
def two_pages() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(842, 595)
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Title": "index.html", "/Creator": "Chromium", "/CreationDate": "D:20260101000000Z"})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def service(two_pages: bytes) -> Iterator[Service]:
    with gotenberg(two_pages) as service:
        yield service


@pytest.fixture
def engine(service: Service, describer: Press) -> Iterator[Gotenberg]:
    engine = Gotenberg(describer.describe, Limits(print_seconds=5), service.address + "/")
    yield engine
    engine.close()


def test_the_page_is_sent_as_gotenberg_wants_it(engine: Gotenberg, service: Service, metadata: Metadata) -> None:
    engine.render("<p>Anaïs मीरा", metadata)
    [(fields, files)] = service.forms
    assert files == {"index.html": "<p>Anaïs मीरा"}
    assert fields["nativePageRanges"] == "1"
    assert fields["preferCssPageSize"] == fields["printBackground"] == "true"
    paper = [25.4 * float(fields[f"paper{side}"]) for side in ("Width", "Height")]
    assert paper == pytest.approx([297, 210], 1e-3)
    assert {fields[f"margin{side}"] for side in ("Top", "Bottom", "Left", "Right")} == {"0"}


def test_its_pdf_gets_our_metadata_and_loses_its_own_and_all_but_the_first_page(
    engine: Gotenberg, metadata: Metadata
) -> None:
    pdf = engine.render("x", metadata)
    reader = pdfs.read(pdf)
    assert len(reader.pages) == 1
    assert reader.metadata is not None
    assert reader.metadata.title == metadata.title
    assert reader.metadata.creation_date == metadata.issued_at
    assert b"Chromium" not in pdf
    assert engine.render("x", metadata) == pdf


@pytest.mark.parametrize("status", [400, 409, 413])
def test_a_page_that_it_refuses_is_rejected(
    status: int, engine: Gotenberg, service: Service, metadata: Metadata
) -> None:
    service.status = status
    with pytest.raises(TemplateRejected, match=f"refused it \\({status}\\)") as rejected:
        engine.render("x", metadata)
    assert not rejected.value.killed


@pytest.mark.parametrize("status", [302, 401, 403, 404, 429, 500, 503])
def test_whatever_else_it_says_is_not_the_template_s_fault(
    status: int, engine: Gotenberg, service: Service, metadata: Metadata
) -> None:
    service.status, service.headers = status, {"location": "http://127.0.0.1:9/"}
    with pytest.raises(RendererUnavailable, match=str(status)):
        engine.render("x", metadata)


def test_one_that_does_not_answer_in_time_is_not_waited_for(
    service: Service, describer: Press, metadata: Metadata
) -> None:
    service.go.clear()
    engine = Gotenberg(describer.describe, Limits(print_seconds=0.2), service.address)
    with pytest.raises(RendererUnavailable, match="ReadTimeout"):
        engine.render("x", metadata)
    engine.close()


def test_one_that_is_not_there_is_unavailable_and_its_address_is_not_told(describer: Press, metadata: Metadata) -> None:
    engine = Gotenberg(describer.describe, Limits(), "http://user:secret@127.0.0.1:9/")
    with pytest.raises(RendererUnavailable) as failed:
        engine.render("x", metadata)
    assert "secret" not in str(failed.value)


def test_a_pdf_over_the_limit_is_not_read_to_its_end(service: Service, describer: Press, metadata: Metadata) -> None:
    service.pdf = b"%PDF" + bytes(3 << 20)
    engine = Gotenberg(describer.describe, Limits(pdf_mb=1), service.address)
    with pytest.raises(TemplateRejected, match="more than 1 MB"):
        engine.render("x", metadata)
    engine.close()


@pytest.mark.parametrize("answer", [b"", b"<html>welcome", b"%PDF-1.7\n%%EOF", b"%PDF-1.4\n" + bytes(999)])
def test_what_is_no_pdf_is_never_taken_for_one(
    answer: bytes, engine: Gotenberg, service: Service, metadata: Metadata
) -> None:
    service.pdf = answer
    with pytest.raises(TemplateRejected, match="no PDF"):
        engine.render("x", metadata)
