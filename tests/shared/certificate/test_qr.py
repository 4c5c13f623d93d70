"""QR codes, read from the PDFs they are printed on."""

import base64
from collections.abc import Callable

import pytest

from shared.certificate.designs import Options, design, names
from shared.certificate.number import is_number, normalized
from shared.certificate.qr import qr_code
from shared.certificate.sample_values import LINK, NUMBER, SAMPLES, sample_link
from tests.shared.certificate.codes import DPI, link_on, scanned
from tests.shared.certificate.test_designs import LONGEST

Typeset = Callable[..., bytes]

PLACED = '<p>a</p><img src="{{ qr_code }}" style="width: 25mm; height: 25mm">'
#: As Appwrite's own domains are.
LONG_LINK = "https://67a1b2c3d4e5f6a7b8c9.fra.functions.appwrite.example/verify/2026-7F3K-22QX-91PA?c=0123456789ABCDEFGHJKMNPQRS"
LINKS = ["https://a.example/v/2026-7F3K-22QX-91PA?c=0123456789ABCDEFGHJKMNPQRS", LINK, LONG_LINK]


def svg(text: str) -> str:
    return base64.b64decode(qr_code(text).removeprefix("data:image/svg+xml;base64,")).decode()


def filled(link: str) -> dict[str, str]:
    return {"verify_url": link, "qr_code": qr_code(link)}


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("dpi", [DPI, 150, 300])
def test_a_printed_code_says_exactly_its_link(link: str, dpi: int, typeset: Typeset) -> None:
    assert link_on(typeset(PLACED, **filled(link)), dpi) == link


def test_a_code_mends_what_is_lost_of_a_seventh(typeset: Typeset) -> None:
    [found] = scanned(typeset(PLACED))
    assert found.ec_level == "M"


@pytest.mark.parametrize("paper", ["#000000", "#1d4ed8", "#facc15"])
def test_a_code_brings_its_own_white_margin(paper: str, typeset: Typeset) -> None:
    on_color = f'<body style="margin: 0; background: {paper}">{PLACED}'
    assert link_on(typeset(on_color, **filled(LINK))) == LINK


def test_a_code_is_one_path_on_white_and_the_same_each_time() -> None:
    picture = svg(LINK)
    assert picture.count("<path") == 2
    assert 'fill="#fff"' in picture
    assert "<rect" not in picture
    assert svg(LINK) == picture
    assert svg(LONG_LINK) != picture


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("options", [Options(), Options(accent_color="#000000"), Options(accent_color="#ffffff")])
@pytest.mark.parametrize("given", [{}, LONGEST], ids=["short", "longest"])
def test_each_design_s_code_is_read_from_a_poor_scan_whatever_its_color_and_values(
    name: str, options: Options, given: dict[str, str], typeset: Typeset
) -> None:
    template = design(name, options)
    assert template is not None
    assert link_on(typeset(template, **(given | filled(LONG_LINK)))) == LONG_LINK


def test_the_sample_s_picture_is_that_of_its_link(typeset: Typeset) -> None:
    assert {each["qr_code"] for each in SAMPLES} == {qr_code(LINK)}
    assert {each["verify_url"] for each in SAMPLES} == {LINK}
    assert link_on(typeset(PLACED, **SAMPLES[0])) == LINK


def test_no_certificate_can_have_the_number_of_a_sample() -> None:
    assert not is_number(normalized(NUMBER))
    assert f"/{NUMBER}?c=" in sample_link("https://verify.example/verify")


def test_samples_try_a_template_with_and_without_what_may_lack() -> None:
    for name in ("expires_at", "score", "max_score", "credits", "grade"):
        assert {bool(each[name]) for each in SAMPLES} == {True, False}
