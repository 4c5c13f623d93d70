"""What the PDF says about itself, the same by each engine, to each reader."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree as ET

import pikepdf
import pypdf
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from shared.certificate.chromium import Chromium, find_browser
from shared.certificate.description import describe
from shared.certificate.document import Metadata, TemplateRejected
from shared.certificate.gotenberg import Gotenberg
from shared.certificate.press import Limits, Press
from shared.certificate.xmp import packet
from tests.shared.certificate import pdfs
from tests.shared.certificate.chromes import needs_chromium
from tests.shared.certificate.gotenbergs import gotenberg

NUMBER = "2026-7F3K-22QX-91PA"
LINK = f"https://training.example/verify/{NUMBER}?c=ABCDE&x=1"
INDIA = timezone(timedelta(hours=5, minutes=30))
TOLD = Metadata(
    title="Erste Hilfe & Co – प्रिया 李小龍",
    author="Nordwind <Akademie>",
    subject="Erste Hilfe & Co",
    keywords=NUMBER,
    issued_at=datetime(2026, 11, 21, 9, 30, tzinfo=INDIA),
    number=NUMBER,
    verify_url=LINK,
    language="de-CH",
)
INFO = {
    "/Title": TOLD.title,
    "/Author": TOLD.author,
    "/Subject": TOLD.subject,
    "/Keywords": NUMBER,
    "/CertificateNumber": NUMBER,
    "/VerifyURL": LINK,
    "/CreationDate": "D:20261121093000+05'30'",
    "/ModDate": "D:20261121093000+05'30'",
}
XMP = {
    "dc:title": TOLD.title,
    "dc:creator": [TOLD.author],
    "dc:description": TOLD.subject,
    "dc:subject": {NUMBER},
    "dc:language": {"de-CH"},
    "dc:identifier": NUMBER,
    "dc:relation": {LINK},
    "dc:format": "application/pdf",
    "pdf:Keywords": NUMBER,
    "xmp:CreateDate": "2026-11-21T09:30:00+05:30",
    "xmp:ModifyDate": "2026-11-21T09:30:00+05:30",
    "xmp:MetadataDate": "2026-11-21T09:30:00+05:30",
}


def blank() -> bytes:
    out = io.BytesIO()
    writer = pypdf.PdfWriter()
    for _ in range(2):
        writer.add_blank_page(842, 595)
    writer.add_metadata({"/Title": "theirs", "/Creator": "Chromium"})
    writer.write(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def printed(press: Press) -> bytes:
    return press.render("<p>Anaïs Müller", TOLD)


@pytest.fixture(
    params=["plutoprint", pytest.param("chromium", marks=needs_chromium), "http"],
)
def by_engine(request: pytest.FixtureRequest, press: Press) -> Iterator[bytes]:
    if request.param == "plutoprint":
        yield press.render("<p>Anaïs Müller", TOLD)
    elif request.param == "http":
        with gotenberg(blank()) as service:
            engine = Gotenberg(press.describe, Limits(), service.address)
            yield engine.render("<p>Anaïs Müller", TOLD)
            engine.close()
    else:
        chromium = Chromium(press.describe, Limits(print_seconds=20), program=find_browser(""))
        yield chromium.render("<p>Anaïs Müller", TOLD)
        chromium.close()


def info(pdf: bytes) -> dict[str, str]:
    return {name: str(text) for name, text in (pdfs.read(pdf).metadata or {}).items()}


def test_each_engine_s_pdf_says_the_same_in_info_xmp_and_catalog(by_engine: bytes) -> None:
    assert info(by_engine) == INFO
    with pikepdf.open(io.BytesIO(by_engine)) as pdf:
        xmp = pdf.open_metadata()
        assert ({name: xmp[name] for name in XMP}, len(list(xmp))) == (XMP, len(XMP))
        assert str(pdf.Root.Lang) == "de-CH"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert set(pdf.Root.keys()) == {"/Type", "/Pages", "/Metadata", "/Lang", "/ViewerPreferences"}
        assert len(pdf.pages) == 1
        assert pdf.check_pdf_syntax() == []


def test_pypdf_reads_the_same_xmp(printed: bytes) -> None:
    xmp = pdfs.read(printed).xmp_metadata
    assert xmp is not None
    assert (xmp.dc_title, xmp.dc_creator) == ({"x-default": TOLD.title}, [TOLD.author])
    assert (xmp.dc_identifier, xmp.pdf_keywords, xmp.dc_language) == (NUMBER, NUMBER, ["de-CH"])
    assert xmp.xmp_create_date == datetime(2026, 11, 21, 4, 0)  # noqa: DTZ001 - pypdf's are naive, and UTC


@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="poppler is not installed here")
def test_poppler_reads_it_too(printed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(printed)
    said = poppler("pdfinfo", "-custom", str(path))
    for text in (TOLD.title, TOLD.author, LINK):
        assert text in said
    assert "CertificateNumber" in said
    plain = poppler("pdfinfo", str(path))
    assert "Metadata Stream: yes" in " ".join(plain.split())
    assert ET.fromstring(poppler("pdfinfo", "-meta", str(path)).encode().lstrip(b"\xef\xbb\xbf")) is not None  # noqa: S314 - our own


def poppler(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout.decode()


def test_xmp_can_be_found_in_the_bytes_as_readers_without_a_pdf_parser_do(printed: bytes) -> None:
    assert printed.count(packet(TOLD)) == 1


def test_the_same_input_gives_the_same_bytes_in_any_process(press: Press, printed: bytes) -> None:
    assert press.render("<p>Anaïs Müller", TOLD) == printed
    with Press() as other:
        assert other.render("<p>Anaïs Müller", TOLD) == printed
    assert press.render("<p>Anaïs Müller", replace(TOLD, number="2")) != printed


@pytest.mark.parametrize(
    "title",
    [
        "]]><x/>",
        '</rdf:li>&amp;<!-- "',
        "<?xpacket end='r'?>",
        "a\x00b\x07c\x1bd\x7fe",
        "lone \ud800 surrogates \udfff",
        "þÿ looks like UTF-16",
        "ï»¿ looks like UTF-8",
        "\ufeff",
        "(un(balanced\\",
        "one\r\ntwo\tthree",
        "\u202eright to left \u0645\u0631\u062d\u0628\u0627",
        "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩🏽‍🎓",
        "long " * 2000,
        "",
        " ",
    ],
)
def test_a_title_of_any_text_reads_alike_in_both_places(press: Press, title: str) -> None:
    assert_alike(press.render("<p>x", replace(TOLD, title=title, author=title, number=title)), title)


@tried(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text())
def test_no_title_is_too_odd(printed: bytes, title: str) -> None:
    assert_alike(describe(printed, replace(TOLD, title=title, author=title, number=title)), title)


def assert_alike(pdf: bytes, title: str) -> None:
    said = info(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.check_pdf_syntax() == []
        written = {name: str(text) for name, text in opened.docinfo.items()}
        xmp = ET.fromstring(opened.Root.Metadata.read_bytes().decode())  # noqa: S314 - our own
    title_there = xmp.find(".//{http://purl.org/dc/elements/1.1/}title//{*}li")
    number = xmp.find(".//{http://purl.org/dc/elements/1.1/}identifier")
    expected = written.get("/Title", "")
    assert expected == (title_there.text if title_there is not None else "")
    assert expected == (number.text if number is not None else "")
    assert expected == written.get("/CertificateNumber", "")
    assert set(said) == set(written)
    kept = set(title) - {chr(code) for code in range(32)} - {"\x7f"}
    assert {each for each in kept if each.isalnum()} <= set(expected)


@pytest.mark.parametrize("cut", [0, 1, 100, -30, -400])
def test_what_is_no_whole_pdf_is_rejected_not_repaired(printed: bytes, cut: int) -> None:
    with pytest.raises(TemplateRejected, match="no PDF"):
        describe(printed[:cut], TOLD)


def test_a_pdf_without_pages_or_behind_a_password_is_rejected(printed: bytes) -> None:
    empty, locked = io.BytesIO(), io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.save(empty)
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="o", user="u"))
    for bad in (empty, locked):
        with pytest.raises(TemplateRejected, match="no PDF"):
            describe(bad.getvalue(), TOLD)
