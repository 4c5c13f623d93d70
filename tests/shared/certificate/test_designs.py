"""The designs that come with the backend: whole, on one page, whatever they are filled with."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import meta

from scripts import design_pictures
from shared.certificate.check import check, preview
from shared.certificate.colors import READABLE, contrast, on, readable
from shared.certificate.designs import Options, defaults, design, designs, names
from shared.certificate.document import VARIABLES
from shared.certificate.lint import unsupported
from shared.certificate.press import Press
from shared.certificate.sample_values import SAMPLES
from shared.certificate.template import ENVIRONMENT
from tests.shared.certificate import pdfs
from tests.shared.certificate.boxes import outside, overlapping, same_ink, words

Typeset = Callable[..., bytes]

#: Points of the page, less a margin.
INSIDE = (12, 12, 842 - 12, 595 - 12)

#: What of a link is not printed.
PRIVATE = "2026-7F3K-22QX-91PA?c=0123456789ABCDEFGHJKMNPQRS"
LONG = {
    "learner_name": "Maria Concepción Fernández-Villanueva de la Cruz y Santamaría Rodríguez",
    "course_name": "Advanced Occupational Safety, Health and Environmental Management for Supervisors, Site Heads",
    "organization": "The International Federation of Harbour, Rail and Road Logistics Companies of the North Ltd.",
    "learner_email": "maria.concepcion.fernandez-villanueva.de.la.cruz@harbour-logistics.example",
    "verify_url": f"https://certificates.training.harbour-logistics.example/v1/verify/{PRIVATE}",
    "issued_at": "22 September 2026",
    "expires_at": "30 September 2027",
    "score": "87.5",
    "max_score": "100",
    "credits": "6.5 ECTS",
    "grade": "Very good (with distinction)",
}
LONGEST = {
    "learner_name": ("MAXIMILIANE WOLFGANGSON " * 11)[:255],
    "course_name": ("OCCUPATIONAL SAFETY MANAGEMENT " * 9)[:255],
    "organization": ("INTERNATIONAL HARBOUR GROUP " * 10)[:255],
    "learner_email": "m" * 64 + "@" + "m" * 50 + ".example",
    "verify_url": f"https://{'certificates-' * 7}long.example/verify/{PRIVATE}",
    "issued_at": "22 September 2026",
    "expires_at": "30 September 2027",
    "score": "1234567890" * 3 + "12",
    "max_score": "9876543210" * 3 + "98",
    "credits": "CREDITS " * 4,
    "grade": "DISTINCTION " * 5 + "A-B+",
}
NAMES = {
    "latin": LONG["learner_name"],
    "devanagari": "प्रियदर्शिनी श्रीवास्तव चतुर्वेदी राधाकृष्णन विश्वनाथन सुब्रमण्यम देशपांडे",
    "tamil": "தமிழ்ச்செல்வி கிருஷ்ணன் ஸ்ரீனிவாசராகவன் பாலசுப்பிரமணியன் வெங்கடேசன்",
    "arabic": "محمد عبد الرحمن بن عبد العزيز بن سلمان بن خالد آل عبد اللطيف الشمري",
    "chinese": "王小明" * 21,
    "unbroken": "M" * 70,
}


def template(name: str, options: Options | None = None) -> str:
    html = design(name, options)
    assert html is not None
    return html


@pytest.fixture(params=names())
def name(request: pytest.FixtureRequest) -> str:
    named: str = request.param
    return named


def test_there_are_three_designs_each_with_a_picture() -> None:
    assert [each.name for each in designs()] == ["classic", "minimal", "modern"]
    assert all(each.description for each in designs())
    assert design("no-such") is None
    assert design("../press") is None
    for each in names():
        assert 0 < (design_pictures.FOLDER / f"{each}.png").stat().st_size <= design_pictures.MAX_BYTES


def test_a_design_is_in_order_is_drawn_whole_and_shows_every_value(name: str) -> None:
    assert check(template(name)) == []
    assert unsupported(template(name)) == []
    assert meta.find_undeclared_variables(ENVIRONMENT.parse(template(name))) == set(VARIABLES)


def test_a_design_with_all_options_is_in_order_too(name: str) -> None:
    everything = template(name, Options("#ffcc00", "My Heading", PIXEL, PIXEL, "Dr. A", "Head"))
    assert check(everything) == []
    assert unsupported(everything) == []


@pytest.mark.parametrize("script", NAMES)
def test_a_name_of_sixty_letters_or_more_fits_in_any_script(name: str, script: str, typeset: Typeset) -> None:
    assert len(NAMES[script]) > 60
    _fits(typeset, template(name), learner_name=NAMES[script])


@pytest.mark.parametrize("filled", [LONG, LONGEST], ids=["long", "longest"])
def test_long_values_beside_long_options_fit_and_lose_no_word(
    name: str, filled: dict[str, str], typeset: Typeset
) -> None:
    options = Options(
        heading="Certificate of Continuing Professional Development in Occupational Safety No. 1",
        signer_name="Prof. Dr. Maximilian von Hohenstein-Wallersdorf the Younger",
        signer_title="Vice President of Learning, Development and International Cooperation",
    )
    pdf = _fits(typeset, template(name, options), **filled)
    printed = _letters(pdf)
    address = filled["verify_url"].removeprefix("https://").removesuffix(f"/{PRIVATE}")
    texts = [*(filled | {"verify_url": address}).values(), options.heading, options.signer_name, options.signer_title]
    assert [word for text in texts for word in str(text).replace("-", "- ").split() if word not in printed] == []


def test_every_sample_s_name_is_on_the_page(name: str, typeset: Typeset) -> None:
    for values in SAMPLES:
        _fits(typeset, template(name), **values)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({}, "Issued 22 November 2026"),
        ({"expires_at": "1 May 2028"}, "Issued 22 November 2026 · Valid until 1 May 2028"),
        ({"score": "87"}, "Issued 22 November 2026 · Score 87"),
        ({"score": "87", "max_score": "100"}, "Issued 22 November 2026 · Score 87 of 100"),
        ({"max_score": "100"}, "Issued 22 November 2026"),
        ({"credits": "6", "grade": "<A> & B"}, "Issued 22 November 2026 · Credits 6 · Grade <A> & B"),
    ],
)
def test_what_a_certificate_lacks_leaves_no_trace(
    name: str, given: dict[str, str], line: str, typeset: Typeset
) -> None:
    printed = _letters(_fits(typeset, template(name), **given))
    words = ("Issued2", "Validuntil", "Score", "of100", "Credits", "Grade", "·")
    assert "".join(line.split()) in printed
    assert {word: printed.count(word) for word in words} == {word: "".join(line.split()).count(word) for word in words}


def test_a_design_says_where_its_number_is_checked_and_keeps_the_code_to_its_link(name: str, typeset: Typeset) -> None:
    link = f"https://verify.example/a/verify/{PRIVATE}"
    pdf = typeset(template(name), verify_url=link)
    assert "Checkthiscertificateatverify.example/a/verify" in _letters(pdf)
    assert "c=0123" not in _letters(pdf)
    assert pdfs.links(pdf) == {link}


def test_a_design_without_options_asks_for_a_signature_by_hand(name: str, typeset: Typeset) -> None:
    printed = _letters(typeset(template(name)))
    assert "Authorisedsignature" in printed
    assert "CertificateofCompletion" in printed
    assert defaults(name)["heading"] == "Certificate of Completion"
    assert defaults(name)["accent_color"] in template(name)
    assert "logo" not in defaults(name)


def test_options_take_the_place_of_what_the_design_has(name: str, typeset: Typeset) -> None:
    own = template(name, Options(heading="Diploma", signer_name="Ingrid Solberg", signer_title="Head of Training"))
    printed = _letters(typeset(own))
    assert all(words in printed for words in ("Diploma", "IngridSolberg", "HeadofTraining"))
    assert not any(words in printed for words in ("CertificateofCompletion", "Authorisedsignature"))


def test_logo_and_signature_are_printed_where_they_belong(name: str, typeset: Typeset) -> None:
    plain = template(name)
    for option in ("logo", "signature"):
        own = template(name, Options(**{option: PIXEL}))
        assert own.count("<img") == plain.count("<img") + 1
        assert f'<img class="{option}" src="{PIXEL}"' in own
        assert typeset(own) != typeset(plain)


def test_the_accent_color_takes_the_place_of_the_design_s_own(name: str) -> None:
    own = template(name, Options(accent_color="#FACC15"))
    assert "--accent: #facc15" in own
    assert defaults(name)["accent_color"] not in own


@given(st.integers(0, 0xFFFFFF))
def test_text_can_be_read_in_and_on_any_color(number: int) -> None:
    color = f"#{number:06x}"
    for paper in {each.paper for each in designs()}:
        assert contrast(readable(color, paper), paper) >= READABLE
    assert contrast(on(color), color) >= 4


def test_a_color_that_can_be_read_is_taken_as_it_is() -> None:
    assert readable("#1f3a5f", "#ffffff") == "#1f3a5f"


@pytest.mark.parametrize(
    "text",
    [
        "{{ learner_name }}",
        "{% for a in learner_name %}{{ a }}{% endfor %}",
        "{# logo #}",
        "{#",
        "}} {{ 7 * 7 }}",
        "<b>bold</b><script>alert(1)</script>",
        "\"><img src=x onerror='x'>",
        "&lt;b&gt; \\1 \\g<0>",
    ],
)
def test_what_an_option_says_is_text_never_jinja_never_html(name: str, text: str, typeset: Typeset) -> None:
    own = template(name, Options(heading=text, signer_name=text, signer_title=text))
    assert check(own) == []
    assert _letters(typeset(own)).count("".join(text.split())) == 3


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("{}%#<>\"'&;-logo_heading /\\") | st.characters(codec="utf-8"), max_size=40))
def test_no_text_changes_the_template_around_it(text: str) -> None:
    own = preview(template("minimal", Options(signer_name=text or "x")), SAMPLES[0]).html
    safe = preview(template("minimal", Options(signer_name="SIGNER")), SAMPLES[0]).html
    before, _, after = safe.partition("SIGNER")
    assert own.startswith(before)
    assert own.endswith(after)
    assert "<" not in own.removeprefix(before).removesuffix(after)


def test_the_pictures_can_be_made_again(tmp_path: Path, press: Press) -> None:
    path = design_pictures.picture(press, "minimal", tmp_path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_size <= design_pictures.MAX_BYTES


PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAE0lEQVR4nGP4z8DAAMIM/zk5OQEaKg"
    "MZ7jV9AAAAAABJRU5ErkJggg=="
)


def _letters(pdf: bytes) -> str:
    """What is printed, without spaces and ligatures."""
    return "".join(unicodedata.normalize("NFKC", pdfs.text(pdf)).split())


def _fits(typeset: Typeset, html: str, **values: str) -> bytes:
    """Print one page on which nothing is cut off: without the edges of its parts it looks the same."""
    pdf = typeset(html, **values)
    assert len(pdfs.read(pdf).pages) == 1
    found = words(pdf)
    assert found
    assert outside(found, *INSIDE) == []
    assert overlapping(found) == []
    assert same_ink(pdf, typeset(html.replace("overflow: hidden;", "overflow: visible;"), **values))
    return pdf
