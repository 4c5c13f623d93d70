"""What plutoprint draws because it is told in other words."""

import base64
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.certificate import fontset
from shared.certificate.lint import unsupported
from shared.certificate.sanitise import sanitise
from shared.certificate.shims import shimmed

Pixel = tuple[int, int, int]
STYLE = "@page {{ size: 100px 100px; margin: 0 }} body {{ margin: 0 }} div {{ width: 100px; height: 100px; {} }}"
BOX = f"<style>{STYLE}</style><div></div>"


def pixels(pdf: bytes, folder: Path) -> Callable[[int, int], Pixel]:
    """The colour at a place, in pixels of CSS."""
    (folder / "a.pdf").write_bytes(pdf)
    subprocess.run(["/usr/bin/pdftoppm", "-r", "96", "-singlefile", folder / "a.pdf", folder / "a"], check=True)
    header, size, _, raw = (folder / "a.ppm").read_bytes().split(b"\n", 3)
    width = int(size.split()[0])

    def at(x: int, y: int) -> Pixel:
        start = 3 * (y * width + x)
        return raw[start], raw[start + 1], raw[start + 2]

    assert header == b"P6"
    return at


def near(one: Pixel, other: Pixel) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("gradient", "places"),
    [
        ("red, blue", {(50, 1): (255, 0, 0), (50, 50): (127, 0, 127), (50, 98): (0, 0, 255)}),
        ("to right, red, blue", {(1, 50): (255, 0, 0), (98, 50): (0, 0, 255)}),
        ("270deg, red, blue", {(1, 50): (0, 0, 255), (98, 50): (255, 0, 0)}),
        (".25turn, red, blue", {(1, 50): (255, 0, 0), (98, 50): (0, 0, 255)}),
        ("to bottom right, red, blue", {(1, 1): (255, 0, 0), (98, 98): (0, 0, 255), (98, 1): (127, 0, 127)}),
        ("45deg, red, blue", {(1, 98): (255, 0, 0), (98, 1): (0, 0, 255)}),
        ("red 0 50%, lime 50%", {(50, 48): (255, 0, 0), (50, 52): (0, 255, 0)}),
        ("red, lime 40%, blue, black", {(50, 40): (0, 255, 0), (50, 70): (0, 0, 255)}),
        ("red, blue 60%, lime 20%", {(50, 59): (4, 0, 251), (50, 61): (0, 255, 0)}),
        ("white, transparent", {(50, 50): (255, 255, 255)}),
        ("rgba(0, 0, 0, .5) 20%, lime 20%", {(50, 10): (127, 127, 127)}),
    ],
)
def test_a_linear_gradient_is_drawn_as_css_says(
    gradient: str, places: dict[tuple[int, int], Pixel], typeset: Callable[..., bytes], tmp_path: Path
) -> None:
    at = pixels(typeset(BOX.format(f"background: linear-gradient({gradient})")), tmp_path)
    assert {place: at(*place) for place, color in places.items() if not near(at(*place), color)} == {}


def test_a_gradient_in_a_style_attribute_is_drawn_too(typeset: Callable[..., bytes], tmp_path: Path) -> None:
    page = BOX.format("").replace("<div>", "<div style='background: linear-gradient(red, blue)'>")
    assert near(pixels(typeset(page), tmp_path)(50, 1), (255, 0, 0))


def test_a_gradient_keeps_the_colour_the_position_and_the_size_beside_it(
    typeset: Callable[..., bytes], tmp_path: Path
) -> None:
    css = "background: lime linear-gradient(to right, red, red) 0 0 / 50px 50px no-repeat"
    at = pixels(typeset(BOX.format(css)), tmp_path)
    assert near(at(25, 25), (255, 0, 0))
    assert near(at(75, 25), (0, 255, 0))


@pytest.mark.parametrize(
    "value",
    [
        "linear-gradient(red)",
        "linear-gradient(red 5px, blue)",
        "linear-gradient(red, 30%, blue)",
        "linear-gradient(red -10%, blue)",
        "linear-gradient(var(--a), blue)",
        "linear-gradient(currentcolor, blue)",
        "linear-gradient(to nowhere, red, blue)",
        "linear-gradient(in oklab, red, blue)",
        "linear-gradient()",
        "repeating-linear-gradient(red, blue 10%)",
        "radial-gradient(red, blue)",
        "linear-gradient(red, blue), linear-gradient(red, blue)",
    ],
)
def test_a_gradient_that_can_not_be_put_as_svg_is_reported(value: str) -> None:
    assert unsupported(BOX.format(f"background: {value}"))


def test_a_font_that_says_woff2_is_loaded(typeset: Callable[..., bytes]) -> None:
    font = base64.b64encode((fontset.FONTS / "NotoSansHebrew-Regular.ttf").read_bytes()).decode()

    def page(source: str) -> str:
        return f"<style>@font-face {{ font-family: x; src: {source} }} p {{ font: 9px x }}</style><p>a. b, 1!</p>"

    loaded = typeset(page(f"url(data:font/woff2;base64,{font})"))
    assert loaded != typeset(page("url(data:font/woff2;base64,AAAA)"))
    for hint in ('"woff2"', "woff2", '"woff2-variations"'):
        hinted = page(f"url(data:font/woff2;base64,{font}) format({hint})")
        assert unsupported(hinted) == []
        assert typeset(hinted) == loaded


def test_text_that_looks_like_a_style_stays_as_it_is() -> None:
    text = '<p title="style=\'background:linear-gradient(red,blue)\'">style="background:linear-gradient(red,blue)"</p>'
    page = sanitise(text)
    assert shimmed(page) == page


def test_a_string_in_a_rewritten_style_can_not_end_it() -> None:
    page = sanitise("<style>p::before { content: '\\3c/style>\\3cp>'; background: linear-gradient(red, blue) }</style>")
    told = shimmed(page)
    assert "data:image/svg" in told
    assert told.count("</style>") == 1
    assert re.search(r"<style>[^<]*</style>", told)


CSS = st.lists(
    st.sampled_from(["linear-gradient(", ")", "red", ",", "5%", "45deg", "to", "background:", ";", "{", "}", "'"])
    | st.text(max_size=3)
).map("".join)


@given(CSS)
def test_nothing_but_data_comes_in_whatever_is_rewritten(css: str) -> None:
    page = sanitise(f"<style>p {{ background: linear-gradient(red, {css}) }} {css}</style><p style='{css}'>x</p>")
    told = shimmed(page)
    assert len(re.findall(r"<(?!/)", told)) == len(re.findall(r"<(?!/)", page))
    assert "http:" not in told or "http:" in page
