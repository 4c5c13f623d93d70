"""What is on the paper."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from shared.certificate.fontset import FONTS
from shared.certificate.press import Metadata, Press, TemplateRejected
from tests.shared.certificate import pdfs

A4_LANDSCAPE = (841.89, 595.28)

NAMES = {
    "NotoSerif-Regular": "Anaïs Müller-Łukasz Ωμέγα Жанна",
    "NotoSansDevanagari-Regular": "प्रिया श्रीवास्तव",
    "NotoSansBengali-Regular": "প্রিয়াঙ্কা চট্টোপাধ্যায়",
    "NotoSansTamil-Regular": "தமிழ்ச்செல்வி கிருஷ்ணன்",
    "NotoSansTelugu-Regular": "శ్రీనివాస్ రెడ్డి",
    "NotoSansKannada-Regular": "ಶ್ರೀಕೃಷ್ಣ ಕುಮಾರ್",
    "NotoSansMalayalam-Regular": "ശ്രീജിത്ത് കൃഷ്ണൻ",
    "NotoSansGujarati-Regular": "પ્રિયંકા શ્રીમાળી",
    "NotoSansGurmukhi-Regular": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "NotoSansOriya-Regular": "ପ୍ରିୟଙ୍କା ମିଶ୍ର",
    "NotoSansSinhala-Regular": "ක්‍රිෂාන්ති",
    "NotoNaskhArabic-Regular": "محمد عبد الرحمن",
    "NotoSansHebrew-Regular": "שרה לוי",
    "NotoSansThai-Regular": "สมชาย ใจดี",
    "DroidSansFallback": "王小明 李雷 山田太郎 カタカナ 김민준",
}

Typeset = Callable[..., bytes]


def size(pdf: bytes) -> tuple[float, float]:
    box = pdfs.read(pdf).pages[0].mediabox
    return round(float(box.width), 2), round(float(box.height), 2)


def test_the_shipped_template_is_one_a4_landscape_page_with_every_value(classic: str, typeset: Typeset) -> None:
    pdf = typeset(classic)
    assert size(pdf) == A4_LANDSCAPE
    assert len(pdfs.read(pdf).pages) == 1
    for text in (
        "Anaïs Müller",
        "First Aid",
        "21 November 2026",
        "Nordwind",
        "2026-7F3K-22QX-91PA",
        "anais@example.org",
    ):
        assert text in pdfs.text(pdf)


def test_long_names_in_the_shipped_template_stay_on_its_page(classic: str, press: Press, typeset: Typeset) -> None:
    pdf = typeset(classic, learner_name="Maximiliane " * 20, course_name="Occupational safety " * 10)
    assert "2026-7F3K-22QX-91PA" in pdfs.text(pdf)
    assert len(pdfs.read(pdf).pages) == 1


@pytest.mark.parametrize(("font", "name"), NAMES.items())
def test_each_script_is_set_in_its_own_bundled_font_without_naming_one(font: str, name: str, typeset: Typeset) -> None:
    letters = name.replace(" ", "")  # spaces are of the first font
    assert pdfs.fonts(typeset("{{ learner_name }}", learner_name=letters)) == {font}


@pytest.mark.parametrize(
    ("family", "font"),
    [
        ("serif", "NotoSerif"),
        ("sans-serif", "NotoSans"),
        ("monospace", "NotoSans"),
        ("cursive", "NotoSerif"),
        ("Arial", "NotoSans"),
        ("'Times New Roman'", "NotoSerif"),
        ("Unheard-of", "NotoSerif"),
        ("Unheard-of, sans-serif", "NotoSans"),
    ],
)
def test_every_font_family_ends_in_a_bundled_font(family: str, font: str, typeset: Typeset) -> None:
    pdf = typeset(f'<p style="font-family: {family}">{{{{ learner_name }}}} <b>{{{{ learner_name }}}}</b></p>')
    assert pdfs.fonts(pdf) == {f"{font}-Regular", f"{font}-Bold"}


def test_bold_of_a_script_that_ships_in_one_weight_is_bolder_than_its_regular(typeset: Typeset) -> None:
    name = "ಶ್ರೀಕೃಷ್ಣ"
    regular, bold = (typeset(f"<{tag}>{{{{ learner_name }}}}</{tag}>", learner_name=name) for tag in ("p", "b"))
    assert pdfs.fonts(regular) == {"NotoSansKannada-Regular"}
    assert pdfs.fonts(bold) != {"NotoSansKannada-Regular"}


@pytest.mark.parametrize(
    ("font", "joined", "apart"),
    [
        ("NotoSansDevanagari-Regular", "क्ष", "क ष"),
        ("NotoSansDevanagari-Regular", "श्री", "श री"),
        ("NotoSansBengali-Regular", "ক্ষ", "ক ষ"),
        ("NotoSansTamil-Regular", "க்ஷ", "க ஷ"),
        ("NotoSansMalayalam-Regular", "ക്ക", "ക ക"),
    ],
)
def test_letters_that_belong_together_become_one_glyph(font: str, joined: str, apart: str, typeset: Typeset) -> None:
    def count(name: str) -> int:
        return len(pdfs.glyphs(typeset("{{ learner_name }}", learner_name=name), font))

    assert 0 < count(joined) < count(apart)


def test_arabic_letters_change_their_form_when_joined(typeset: Typeset) -> None:
    def forms(name: str) -> int:
        return len(set(pdfs.glyphs(typeset("{{ learner_name }}", learner_name=name), "NotoNaskhArabic-Regular")))

    assert forms("م م م") == 1
    assert forms("ممم") == 3


def test_right_to_left_names_run_right_to_left(typeset: Typeset) -> None:
    first, second = (
        pdfs.glyphs(typeset("{{ learner_name }}", learner_name=name), "NotoSansHebrew-Regular")
        for name in ("אבב", "אאב")
    )
    assert [first.count(glyph) for glyph in first] == [2, 2, 1]
    assert [second.count(glyph) for glyph in second] == [1, 2, 2]


def test_the_same_input_gives_the_same_bytes_in_any_process(
    classic: str, press: Press, values: dict[str, str], metadata: Metadata
) -> None:
    mixed = values | {"learner_name": " ".join(NAMES.values())}
    template = classic.replace("<body>", "<body><b>{{ learner_name }}</b>")
    first = press.print(template, mixed, metadata)
    press.print(classic, values, metadata)
    with Press() as other:
        assert press.print(template, mixed, metadata) == other.print(template, mixed, metadata) == first


def test_the_file_describes_itself(typeset: Typeset, metadata: Metadata) -> None:
    described = pdfs.read(typeset("{{ learner_name }}")).metadata
    assert described is not None
    assert described.title == "First Aid – Anaïs Müller"
    assert described.author == "Nordwind Academy"
    assert described.subject == "First Aid"
    assert described.keywords == "2026-7F3K-22QX-91PA"
    assert described.creation_date == described.modification_date == metadata.issued_at


def test_dates_of_any_zone_and_titles_of_any_text_are_taken(press: Press, values: dict[str, str]) -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    issued_at = datetime(2001, 2, 3, 4, 5, 6, tzinfo=india)
    described = pdfs.read(press.print("a", values, Metadata("प्रि\x00या\ud800", "", "", "", issued_at))).metadata
    assert described is not None
    assert described.title == "प्रिया"
    assert described.creation_date == issued_at


def test_a_template_may_choose_its_page(typeset: Typeset) -> None:
    assert size(typeset("<style>@page { size: A5 portrait }</style>{{ learner_name }}")) == (419.53, 595.28)


def test_what_overflows_the_first_page_is_not_printed(typeset: Typeset) -> None:
    pdf = typeset("one<p style='page-break-before: always'>two</p>")
    assert pdfs.text(pdf) == "one"


def test_values_are_text_never_html_and_never_jinja(typeset: Typeset) -> None:
    assert "<b>{{ course_name }}</b> & Co" in pdfs.text(
        typeset("<p>{{ learner_name }}</p>", learner_name="<b>{{ course_name }}</b> & Co")
    )


def test_characters_that_no_pdf_can_hold_don_t_stop_a_name(typeset: Typeset) -> None:
    assert pdfs.text(typeset("{{ learner_name }}", learner_name="An\x00aïs\ud800\x1b")) == "Anaïs"


def test_a_missing_value_is_an_error_with_its_line(press: Press, metadata: Metadata) -> None:
    with pytest.raises(TemplateRejected) as rejected:
        press.print("a\n{{ learner_name }}", {}, metadata)
    assert str(rejected.value) == "line 2: 'learner_name' is undefined"


def test_every_font_file_stands_in_the_readme_and_has_its_licence() -> None:
    readme = (FONTS / "README.md").read_text()
    assert all(f"`{font.name}`" in readme for font in FONTS.glob("*.ttf"))
    assert {path.name for path in (FONTS / "LICENSES").iterdir()} == {
        "Apache-2.0.txt",
        "NOTICE-Droid.txt",
        "OFL-1.1.txt",
    }


def test_the_fonts_stay_small_enough_to_be_uploaded() -> None:
    assert sum(path.stat().st_size for path in FONTS.rglob("*") if path.is_file()) < 9_000_000
