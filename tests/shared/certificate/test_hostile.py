"""Templates that want to read, fetch, crash or starve. Whatever they do, the press does the next job."""

import base64
import os
import re
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.certificate.press import Limits, Metadata, Press, TemplateRejected
from tests.shared.certificate import pdfs
from tests.shared.certificate.conftest import SAMPLE, Web


def data_url(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def png(width: int, height: int) -> bytes:
    """One bit a pixel, all black, so that a huge picture is a small file."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(bytes((width // 8 + 2) * height), 9)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    """With limits short enough to wait for."""
    with Press(Limits(print_seconds=2, check_seconds=2)) as press:
        yield press


def rejected_or_printed(press: Press, template: str, values: dict[str, str], metadata: Metadata) -> bool:
    try:
        return press.print(template, values, metadata).startswith(b"%PDF-")
    except TemplateRejected as rejected:
        return all(problem.reason for problem in rejected.problems)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">{}</svg>'
NESTED_USE = '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g><use href="#a"/>'

HOSTILE = {
    "line-height": "<style>html { line-height: 1e9 }</style>a",
    "page": "<style>@page { size: 1e9px 1e9px }</style>a",
    "letter-spacing": '<p style="letter-spacing: 1e9px">abc</p>',
    "columns": '<table><tr><td colspan="100000000">a</td></tr></table>',
    "huge picture": f'<img src="{data_url("image/png", png(30_000, 30_000))}">',
    "nested use": SVG.format(NESTED_USE),
    "nested use in a picture": f'<img src="{data_url("image/svg+xml", SVG.format(NESTED_USE).encode())}">',
    "NUL": "a\x00b{{ learner_name }}",
    "surrogate": "a\ud800b{{ learner_name }}",
    "deep HTML": "<div>" * 3_000,
    "deep CSS": "<style>a { b: " + "(" * 20_000 + "}</style>",
    "deep media": "<style>" + "@media a {" * 5_000 + "</style>",
    "deep expression": "{{ " + "(" * 20_000 + " }}",
    "deep statements": "{% if 1 %}" * 50 + "{% for a in 'x' %}" * 50 + "{% endfor %}" * 50 + "{% endif %}" * 50,
    "class": "{{ ''.__class__ }}",
    "attr": "{{ ''|attr('__class__') }}",
    "str.format": "{{ '{0.__class__}'.format(1) }}",
    "import": "{{ self.__init__.__globals__ }}",
    "include": "{% include '/etc/passwd' %}",
    "range": "{{ range(10 ** 9)|list }}",
    "multiplication": "{{ 'a' * 10 ** 9 }}",
    "multiplication of a value": "{{ learner_name * 10 ** 9 }}",
    "format": "{{ '%999999999d'|format(1) }}",
    "center": "{{ 'a'|center(10 ** 9) }}",
    "power": "{{ 9 ** 9 ** 9 }}",
    "digits": "{{ " + "9" * 9_000 + " }}",
    "list": "{{ (learner_name * 1000000)|list|join('x') }}",
    "recursion": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "growth": "{{ ('<p>' * 300000)|safe }}",
}


@pytest.mark.parametrize("template", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_template_is_rejected_or_printed_and_the_next_job_done(
    template: str, press: Press, values: dict[str, str], metadata: Metadata
) -> None:
    assert all(problem.reason for problem in press.check(template))
    assert rejected_or_printed(press, template, values, metadata)
    assert press.ready()


FETCHING = [
    '<img src="{url}">',
    '<img src="{svg}">',
    '<link rel="stylesheet" href="{url}">',
    '<style>@import "{url}"; @font-face {{ font-family: x; src: url({url}) }} p {{ font-family: x }}</style><p>a</p>',
    "<style>p {{ background: url({url}) }}</style><p>a</p>",
    "<p style=\"background: url('{url}'); font-family: x\">a</p>",
    '<p style="background: url({svg})">a</p>',
    '<svg width="9" height="9"><image href="{url}" width="9" height="9"/></svg>',
    '<svg width="9" height="9"><image href="{svg}" width="9" height="9"/></svg>',
    '<object data="{url}"></object><embed src="{url}"><iframe src="{url}"></iframe><video src="{url}"></video>',
    '<meta http-equiv="refresh" content="0;url={url}"><base href="{url}"><img src="x.png">',
    "<img src=\"{{{{ 'HTTP://'|lower ~ '{url}'[7:] }}}}\">",
    "{{{{ \"<img src='{url}'>\"|safe }}}}",
    '<a href="{url}">a link is printed, not followed</a>',
]


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("template", FETCHING)
def test_nothing_is_fetched(
    template: str, scheme: str, web: Web, typeset: Callable[..., bytes], tmp_path: Path
) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text(SVG.format("<text>SECRET</text>"))
    url = f"{web.address}/x" if scheme == "http" else secret.as_uri()
    inner = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{url}">]>' + SVG.format(
        f'<style>@import "{url}"; rect {{ fill: url({url}) }}</style><rect width="9" height="9"/><text>&x;</text>'
        f'<image href="{url}" width="9" height="9"/><image xlink:href="{url}" width="9" height="9"/>'
    )
    pdf = typeset(template.format(url=url, svg=data_url("image/svg+xml", inner.encode())) + "{{ learner_name }}")
    assert web.asked == []
    assert "Anaïs Müller" in pdfs.text(pdf)
    assert "SECRET" not in pdfs.text(pdf)


@pytest.mark.parametrize("name", ["<img src='{url}'>", "'><img src={url}>", "</p><style>@import '{url}'</style>"])
def test_a_name_fetches_nothing(name: str, web: Web, typeset: Callable[..., bytes]) -> None:
    hostile = name.format(url=f"{web.address}/x")
    pdf = typeset("<p title='{{ learner_name }}'>{{ learner_name }}</p>", learner_name=hostile)
    assert hostile.partition(" ")[0] in pdfs.text(pdf)
    assert web.asked == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(), max_size=200))
def test_any_name_can_be_printed(name: str, typeset: Callable[..., bytes]) -> None:
    assert typeset("<p>{{ learner_name }}</p>", learner_name=name, course_name=name).startswith(b"%PDF-")


PIECES = re.findall(r"<[^>]*>|\{[{%].*?[}%]\}|[^<{]+", SAMPLE.read_text())
STRANGE = """
1e9 | -1 | 99999999999 | } | { | <style> | </style> | <div> | </div> | <svg> | <!-- | --> | &#0; | {{ | }} | {% | %}
<table><tr><td rowspan=100 colspan=100> | <ol start=99999999><li> | \u202e | \u0300\u0300\u0300
@media print { | * { | \x00 | display: flex;
display: table; | display: list-item; | position: absolute; | float: left; | columns: 3; | zoom: 9999;
font-size: 0; | font-size: 9999px; | transform: scale(9999) rotate(1e9deg); | width: calc(1px / 0); | --x: var(--x);
page-break-after: always; | border: 9999px dashed red; | text-indent: -9999px; | line-height: 9999;
@page { size: 1px 1px; margin: 9999px } | ::before { content: counter(x) }
<img src='data:image/png;base64,iVBORw0KGgo='>
@font-face { font-family: x; src: url(data:font/ttf;base64,AAEA) } | <linearGradient id='a' href='#a'/>
<path d='M0 0L1e9 1e9z' stroke-dasharray='0.01' stroke='red'/> | <rect transform='scale(0)'/>
<clipPath id='a' clip-path='url(#a)'><rect width='9' height='9'/></clipPath>
<img src='WEB/a'> | <link rel='stylesheet' href='WEB/b'> | @import 'WEB/c'; | background: url(WEB/d);
<base href='WEB/'> | <iframe src='file:///etc/passwd'></iframe>
<img src='file:///etc/passwd'> | <object data='/etc/passwd'></object>
{% include '/etc/passwd' %} | <image href='WEB/e' width='9' height='9'/> | <use href='WEB/f#a'/> | src: url('WEB/g')
{{ ''.__class__ }} | {{ learner_name|attr('__class__') }} | {% for a in 'x' * 9999 %} | {% endfor %}
"""
FRAGMENTS = [fragment.strip(" ") for line in STRANGE.split("\n") for fragment in line.split(" | ")]
MUTATED = st.lists(
    st.tuples(st.integers(0, len(PIECES) - 1), st.sampled_from(FRAGMENTS) | st.sampled_from(PIECES), st.integers(0, 2)),
    min_size=1,
    max_size=12,
)


@pytest.fixture(scope="module")
def patient_press() -> Iterator[Press]:
    with Press(Limits(print_seconds=5, check_seconds=5)) as press:
        yield press


#: `make chaos` tries more.
MUTANTS = int(os.environ.get("HOSTILE", "200"))
#: What a job may take in all: twice its seconds and the start of a process in between.
LONGEST = 2 * 5 + Limits().start_seconds


@settings(max_examples=MUTANTS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutations=MUTATED)
def test_mutated_templates_fetch_nothing_and_are_rejected_or_printed_in_time(
    mutations: list[tuple[int, str, int]], patient_press: Press, values: dict[str, str], metadata: Metadata, web: Web
) -> None:
    pieces = PIECES.copy()
    for position, piece, removed in mutations:
        pieces[position : position + removed] = [piece]
    template = "".join(pieces).replace("WEB", web.address)
    begun = time.monotonic()
    assert all(problem.reason for problem in patient_press.check(template))
    outcome = printed(patient_press, template, values, metadata)
    assert time.monotonic() - begun < 2 * LONGEST
    assert web.asked == []
    assert "root:x:0" not in outcome


def printed(press: Press, template: str, values: dict[str, str], metadata: Metadata) -> str:
    """The text on paper, if a file's could be on it; empty if the template was rejected."""
    try:
        pdf = press.print(template, values, metadata)
    except TemplateRejected:
        return ""
    assert pdf.startswith(b"%PDF-")
    return pdfs.text(pdf) if "passwd" in template else ""
