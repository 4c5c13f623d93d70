from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.certificate.css import MAX_NUMBER, clean_declarations
from shared.certificate.document import VARIABLES
from shared.certificate.sanitise import sanitise
from shared.certificate.template import fill


class Structure(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.styles: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.styles += [value or "" for name, value in attrs if name == "style"]


def body(page: str) -> str:
    return sanitise(page).partition("<body>")[2].removesuffix("</body></html>")


def style(css: str) -> str:
    return sanitise(f"<style>{css}</style>").partition("<style>")[2].partition("</style>")[0]


def test_the_shell_is_rebuilt_around_what_is_clean() -> None:
    page = (
        '<!DOCTYPE html><html lang="hi" onload="x"><head><title>T</title><meta charset="latin1"><link href="x">'
        "<style>p{margin:0}</style></head>"
        '<body class="a" onload="x" style="margin:0;width:expression(1)"><p>b</p></body>'
    )
    assert sanitise(page) == (
        '<!DOCTYPE html><html lang="hi"><head><meta charset="utf-8"><style>p{margin:0}</style></head>'
        '<body class="a" style="margin:0"><p>b</p></body></html>'
    )


@pytest.mark.parametrize("tag", ["html", "body"])
def test_the_shell_can_t_be_broken_out_of(tag: str) -> None:
    page = sanitise(f'<{tag} class="a><p title=\' onload=x style="background:url(http://x)"\'>b</p>')
    assert [names for shell, names in Structure(page).tags if shell == tag] == [()]


@pytest.mark.parametrize(
    "page",
    [
        "<script>alert(1)</script>",
        "<scr<script></script>ipt>alert(1)</script>",
        "<scr<style></style>ipt>alert(1)</script>",
        "<scr<!-- x -->ipt>alert(1)</script>",
        "<style><!--</style><script>alert(1)</script>-->",
        '<p title="<style>"><script>alert(1)</script></style>">',
        "<svg><style><script>alert(1)</script></style></svg>",
        "<noscript><p title='</noscript><script>alert(1)</script>'></noscript>",
        "<SCRIPT\n>alert(1)</SCRIPT\n>",
        "<style>p { content: '</style><script>alert(1)</script>' }</style>",
        "<style>p { content: '\\3c/style><script>alert(1)</script>' }</style>",
    ],
)
def test_no_script_survives_however_it_is_wrapped(page: str) -> None:
    tags = {tag for tag, _ in Structure(sanitise(page)).tags}
    assert tags <= {"html", "head", "meta", "style", "body", "p", "svg"}


@pytest.mark.parametrize(
    "attribute",
    [
        "onclick=x",
        "href=http://example.org",
        "src='data:text/html,x'",
        "style='background:url(http://example.org)'",
        "style='background:url(&quot;file:///x&quot;)'",
        "style='background:\\75rl(http://example.org)'",
        "xlink:href=http://example.org",
        "srcset=x",
    ],
)
def test_attributes_that_fetch_or_run_are_emptied_or_dropped(attribute: str) -> None:
    assert body(f"<img {attribute}>") in {"<img>", '<img style="">'}


def test_links_and_embedded_images_stay() -> None:
    page = '<a href="https://example.org/?a=1&amp;b=2">v</a><img src="data:image/png;base64,AA" alt="a">'
    assert body(page) == page


def test_drawings_keep_the_spelling_that_svg_asks_for() -> None:
    page = (
        '<svg viewBox="0 0 9 9"><linearGradient id="g" gradientUnits="objectBoundingBox"></linearGradient>'
        '<clipPath id="c"></clipPath><path fill="url(#g)" clip-path="url(#c)"></path></svg>'
    )
    assert body(page) == page


@pytest.mark.parametrize("quote", ["&quot;", "&amp;quot;", "\\22 ", "&#34;", "&amp;#34;"])
def test_an_inline_style_means_after_sanitising_what_it_meant_before(quote: str) -> None:
    page = Structure(body(f"<p style='content: \"{quote}; background: url(http://x); {quote}\"'>a</p>"))
    assert page.tags == [("p", ("style",))]
    assert clean_declarations(page.styles[0]).problems == ()


def test_a_style_that_never_ends_does_not_show_as_text() -> None:
    assert body("<p>a</p><style>p { color: red }") == "<p>a</p>"


def test_a_stylesheet_keeps_what_is_allowed_and_loses_the_rest() -> None:
    kept = style(
        "@import 'x'; @charset 'utf-8'; a:hover{color:red;background:url(http://x);--b:url(file:///x)}"
        "@media print{b{margin:1px!important}@import 'y';@keyframes z{}} @page :first{size:A5} c{url:src('http://x')}"
    )
    assert kept == "a:hover{color:red}\n@media print{b{margin:1px!important}}\n@page :first{size:A5}\nc{}"


@pytest.mark.parametrize("huge", ["1e9", "99999999px", "1e999mm", "12345678%"])
def test_numbers_are_capped(huge: str) -> None:
    unit = huge.lstrip("0123456789e")
    assert (
        style(f"p{{line-height:{huge};margin:-{huge}}}")
        == f"p{{line-height:{MAX_NUMBER}{unit};margin:-{MAX_NUMBER}{unit}}}"
    )


def test_characters_that_no_document_can_hold_are_left_out() -> None:
    assert body("a\x00b\x1bc\ud800d\uffff\te") == "abcd\te"


VICTIM = """<style>b { color: red }</style><p title="{{ learner_name }}" class='{{ learner_name }}'>{{ learner_name }}
<a href="mailto:{{ learner_name }}">x</a></p><svg><text>{{ learner_name }}</text></svg>"""
HOSTILE = st.sampled_from(
    ["<b>", "</p>", '"', "'", "<style>", "</style>", "<!--", "-->", "&lt;", "{{", "\x00", "<![CDATA["]
)


@given(st.lists(HOSTILE | st.text(st.characters())).map("".join))
def test_no_name_changes_the_structure_of_the_page(name: str) -> None:
    values = dict.fromkeys(VARIABLES, "x")
    expected = Structure(sanitise(fill(VICTIM, values)))
    found = Structure(sanitise(fill(VICTIM, values | {"learner_name": name})))
    assert found.tags == expected.tags
