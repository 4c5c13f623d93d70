"""The designs look the same whichever engine prints them."""

import unicodedata
from collections.abc import Iterator

import pytest

from scripts.design_pictures import VALUES, sample_options
from shared.certificate.chromium import Chromium, find_browser
from shared.certificate.designs import Options, design, names
from shared.certificate.press import Limits, Metadata, Press
from tests.shared.certificate import chromes, pdfs
from tests.shared.certificate.boxes import Box, words
from tests.shared.certificate.codes import link_on

pytestmark = chromes.needs_chromium

#: Points; the engines round letter spaces and lines differently.
CLOSE = 4


@pytest.fixture(scope="module")
def chromium(press: Press) -> Iterator[Chromium]:
    chromium = Chromium(press.describe, Limits(print_seconds=20), program=find_browser(""))
    yield chromium
    chromium.close()


@pytest.mark.parametrize("name", names())
def test_each_word_stands_at_the_same_place_in_both_engines(
    name: str, press: Press, chromium: Chromium, metadata: Metadata
) -> None:
    template = design(name, sample_options())
    assert template is not None
    drawn = press.print(template, VALUES, metadata)
    browsed = chromium.render(press.page(template, VALUES), metadata)
    assert len(pdfs.read(browsed).pages) == 1
    here, there = _places(drawn), _places(browsed)
    assert here.keys() == there.keys()
    assert {word for word in here if _apart(here[word], there[word]) > CLOSE} == set()


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("accent", ["#000000", "#facc15"])
def test_the_code_that_chromium_prints_is_read_from_a_poor_scan(
    name: str, accent: str, press: Press, chromium: Chromium, metadata: Metadata
) -> None:
    template = design(name, Options(accent_color=accent))
    assert template is not None
    assert link_on(chromium.render(press.page(template, VALUES), metadata)) == VALUES["verify_url"]


def _places(pdf: bytes) -> dict[str, Box]:
    return {unicodedata.normalize("NFKC", box.word): box for box in words(pdf)}


def _apart(one: Box, other: Box) -> float:
    return max(abs(one.left - other.left), abs(one.right - other.right), abs(one.bottom - other.bottom))
