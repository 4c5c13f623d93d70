"""What is said not to be drawn, held against what the renderer draws."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.certificate.lint import unsupported

PIXELS = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAE0lEQVR4nGP4z8DAAMIM/zk5OQEaKg"
    "MZ7jV9AAAAAABJRU5ErkJggg=="
)
BODY = f"""<div class="x"><p>one two three four five six seven eight office AVAVA</p><p>two</p>
<ul class="l"><li>a</li><li>b</li></ul><img class="i" width="80" height="40" src="{PIXELS}">
<table class="t"><caption>c</caption><tr><td>a</td><td>b</td></tr><tr><td>c</td><td></td></tr></table>
<div class="y">abs <span class="z">text with averyveryverylongwordindeedthatmustbebrokensomewhere</span></div>
<svg class="s" width="50" height="50"><clipPath id="c"><circle cx="9" cy="9" r="5"></circle></clipPath>
<path class="p" d="M0 0L40 40L5 40" fill="#f00" stroke="#00f"></path></svg></div>"""
BASE = ".x { width: 300px; border: 2px solid #123 } .y { width: 100px; height: 50px; background: #eee }"

DRAWN = [
    ".y { border-radius: 5px }",
    ".y { border: 5px double red }",
    ".y { outline: 2px solid red; outline-offset: 2px }",
    ".y { opacity: .5 }",
    ".y { mix-blend-mode: multiply; background: #fba } .x { background: #abc }",
    ".y { transform: rotate(10deg) translate(-50%, 5px) skewX(3deg) scale(2) }",
    ".y { transform: matrix(1, 2, 3, 4, 5, 6) }",
    ".y { position: absolute; inset: 5px }",
    ".y { position: fixed; top: 5px }",
    ".y { float: right }",
    ".y { width: calc(5px + 2em) }",
    ".y { width: min(5px, 10px) }",
    ".y { width: clamp(5px, 7vw, 1cm) }",
    ".y { width: max-content }",
    ".y { width: fit-content }",
    ".x { display: flex; gap: 9px; align-items: center; justify-content: space-evenly }",
    ".x { display: inline-flex }",
    ".y { display: none }",
    ".y { display: inline-block }",
    ".y { display: table-cell }",
    ".x { columns: 2; column-rule: 1px solid red }",
    ".x { column-count: 2 }",
    ".i { object-fit: none; object-position: 0 0 }",
    f".y {{ background: url({PIXELS}) center/cover no-repeat }}",
    f".l {{ list-style-image: url({PIXELS}) }}",
    ".l { list-style: square inside }",
    "li::marker { color: red }",
    ".y::before { content: counter(a, lower-roman) 'x' }",
    "p::first-letter { color: red }",
    ".z { font: italic small-caps 20px/2 serif; letter-spacing: 1px }",
    "p { font-kerning: none; font-variant-ligatures: none }",
    ".z { text-decoration: underline wavy red }",
    ".z { text-transform: uppercase }",
    "p { text-align: justify; text-indent: 5px }",
    ".y { overflow: hidden }",
    ".y { white-space: nowrap; overflow: hidden; text-overflow: ellipsis }",
    ".y { overflow-wrap: anywhere }",
    ".y { writing-mode: horizontal-tb; direction: rtl }",
    ".t { border-collapse: collapse } td { border: 1px solid }",
    ".y { color: rgb(1 2 3 / 50%) }",
    ".y { color: hsla(10, 50%, 50%, .5) }",
    ":root { --a: red } .y { color: var(--a) }",
    ".y { margin-inline: auto; padding-block: 3px }",
    ".p { fill: blue; stroke-dasharray: 2 }",
    ".p { clip-path: url(#c) }",
    "p:nth-child(odd), p:not(.a, .b):is(p):where(p) { color: red }",
    ".x:has(p) > p + p { color: red }",
    '[class^="Y" i] { color: red }',
    "@media print and (min-width: 10px) { p { color: red } }",
    "@page { size: A5; margin: 3mm }",
    ".y { background: linear-gradient(red, blue) }",
    ".y { background-image: linear-gradient(to top left, red 10%, transparent, rgb(0 0 255 / 50%) 60% 70%) }",
    "@media print { .y { background: #eee linear-gradient(0.3turn, red, blue) 0 0 / 10px 10px } }",
]
LEFT_OUT = [
    ".y { box-shadow: 0 0 5px red }",
    ".z { text-shadow: 1px 1px red }",
    ".y { background: linear-gradient(red 5px, blue) }",
    ".y { background: #abc linear-gradient(red 5px, blue) }",
    ".y { background: linear-gradient(red, blue), linear-gradient(red, blue) }",
    ".y { list-style-image: linear-gradient(red, blue) }",
    ".y { background-image: repeating-radial-gradient(red, blue 5px) }",
    ".y { background-image: conic-gradient(red, blue) }",
    f".y {{ background: url({PIXELS}) 0 0, url({PIXELS}) 5px 5px }}",
    f".y {{ border-image: url({PIXELS}) 1 }}",
    ".x { display: grid; grid-template-columns: 1fr 1fr }",
    ".x { display: inline-grid }",
    ".y { display: contents }",
    ".x { display: flow-root }",
    ".x { display: block flow }",
    ".x { display: -webkit-box }",
    ".y { clip-path: circle(10px) }",
    ".y { clip-path: polygon(0 0, 10px 0, 0 10px) }",
    ".x { aspect-ratio: 4/3 }",
    ".y { filter: blur(2px) }",
    ".y { backdrop-filter: blur(2px) }",
    ".y { background-blend-mode: multiply }",
    ".y { background-clip: text }",
    ".y { transform: rotateZ(10deg) }",
    ".y { transform: translate3d(10px, 10px, 0) }",
    ".y { rotate: 10deg }",
    ".y { -webkit-transform: rotate(10deg) }",
    ".y { mask-image: url(#x) }",
    ".y { position: sticky; top: 5px }",
    ".y { width: calc(100% - 5px) }",
    ".y { width: min(50%, 30px) }",
    ".y { margin-left: calc(2px + (50% - 5px)) }",
    ".y { width: 10dvh }",
    ".y { width: 10cqw }",
    ".y { width: 10vi }",
    ".y { width: 40q }",
    ".y { width: fit-content(5px) }",
    ".y { width: -webkit-fill-available }",
    ".z { text-decoration: underline 3px }",
    ".z { text-emphasis: dot }",
    ".z { -webkit-text-stroke: 1px red }",
    ".z { text-transform: full-width }",
    "p { text-align-last: right }",
    ".y { text-wrap: nowrap }",
    ".y { word-wrap: break-word }",
    ".y { line-break: anywhere }",
    ".y { overflow: clip }",
    ".y { overflow-x: hidden }",
    ".y { writing-mode: vertical-rl }",
    ".y { zoom: 2 }",
    ".y { initial-letter: 2 }",
    ".i { image-rendering: pixelated }",
    ".i { image-orientation: flip }",
    "p::first-line { color: red }",
    "p:dir(ltr) { color: red }",
    ".x p, p::selection { color: red }",
    ":root { --a: linear-gradient(red, blue) } .x { background: var(--a) }",
]


@pytest.fixture(scope="module")
def plain(press: object) -> list[bytes]:
    """Holds the page without any style of its own, once it was printed."""
    return []


def lines(template: str) -> list[int | None]:
    return [problem.line for problem in unsupported(template)]


@pytest.mark.parametrize(("css", "drawn"), [(css, True) for css in DRAWN] + [(css, False) for css in LEFT_OUT])
def test_a_style_is_reported_if_and_only_if_the_renderer_leaves_it_out(
    css: str, drawn: bool, typeset: Callable[..., bytes], plain: list[bytes]
) -> None:
    if not plain:
        plain.append(typeset(f"<style>{BASE}</style>{BODY}"))
    page = f"<style>{BASE}{css}</style>{BODY}"
    assert (typeset(page) != plain[0]) is drawn
    assert bool(unsupported(page)) is not drawn


def test_what_makes_no_difference_on_paper_is_not_worth_a_word() -> None:
    css = "cursor: pointer; transition: all 1s; -webkit-print-color-adjust: exact; -moz-user-select: none"
    assert unsupported(f"<style>p {{ {css} }} @font-face {{ font-display: swap }}</style>") == []


def test_each_line_is_the_template_s_own_whatever_jinja_swallows() -> None:
    template = (
        "{# one\ntwo #}\n<style>\np { color: red;\n  zoom: 2 }\n@media print {\n  p { rotate: 1deg }\n}\n</style>\n"
        "{% if learner_name %}\n<p style='display:\ngrid'>\n{% else %}\n<p style=\"zoom: {{ 'x' }}\">\n{% endif %}"
    )
    assert lines(template) == [5, 7, 11, 14]


def test_the_author_is_told_what_to_write_instead() -> None:
    found = unsupported("<style>p { -webkit-flex-grow: 1; overflow-x: hidden; display: grid }</style>")
    assert [problem.reason for problem in found] == [
        "-webkit-flex-grow is not drawn; flex-grow is",
        "overflow-x is not drawn; overflow is",
        "display: grid is not drawn; flex, block and table are",
    ]


def test_the_shipped_designs_are_drawn_whole(classic: str) -> None:
    assert unsupported(classic) == []


CSS = st.lists(
    st.sampled_from([*"{}()[]:;,@#.!%-\"'\\", "\n", "--a", "p", "width", "calc", "url(", "9vw"]) | st.text()
).map("".join)


@given(CSS)
def test_no_style_is_too_odd_to_be_looked_at(css: str) -> None:
    css = re.sub(r"\{(?=[{%#])", "{ ", css)  # what looks like Jinja would have to compile
    unsupported(f"<style>{css}</style><p style='{css}'>")
