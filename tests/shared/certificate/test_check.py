import pytest

from shared.certificate.check import check, preview
from shared.certificate.document import VARIABLES, Preview, Problem, TemplateRejected
from shared.certificate.sample_values import SAMPLES


def lines(template: str) -> list[int | None]:
    return [problem.line for problem in check(template)]


def reasons(template: str) -> str:
    return "; ".join(problem.reason for problem in check(template))


def test_the_shipped_template_has_no_problems_and_uses_every_variable(classic: str) -> None:
    assert check(classic) == []
    assert all(name in classic for name in VARIABLES)


def test_the_shell_of_a_page_is_no_problem() -> None:
    shell = '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>A < B</title></head>'
    assert check(f'{shell}<body class="x" style="margin: 0">{{{{ learner_name }}}}</body></html>') == []


@pytest.mark.parametrize(
    "harmless",
    [
        '<a href="https://example.org/verify?a=1&amp;b=2">verify</a> <a href="mailto:{{ learner_email }}">mail</a>',
        '<img src="data:image/png;base64,AAAA" alt="{{ organization }}">',
        '<a href="{{ verify_url }}"><img src="{{ qr_code }}" alt=""></a>',
        "<svg><image href='{{-qr_code-}}'/></svg><p style='background: url({{qr_code}})'>{{ score }} {{ grade }}</p>",
        "<style>@media print { a:not(.b) { color: rgb(1 2 3); background: url(data:image/png;base64,AA) } }</style>",
        '<style>@font-face { font-family: x; src: url("data:font/ttf;base64,AA") format("truetype") }</style>',
        '<svg><linearGradient id="g"><stop offset="1"/></linearGradient><rect fill="url(#g)" width="9"/></svg>',
        "<table><tr><td colspan='2' data-x='1' aria-label='b'>{% if organization %}a{% endif %}</td></table>",
        "{# a comment #}{% for part in learner_name.split() %}<b>{{ loop.index }}{{ part|upper }}</b>{% endfor %}",
    ],
)
def test_what_designers_write_is_allowed(harmless: str) -> None:
    assert check(harmless) == []


@pytest.mark.parametrize(
    "forbidden",
    [
        "<script>alert(1)</script>",
        '<p onclick="x()">a</p>',
        "<svg/onload=x>",
        '<a href="javascript:x">a</a>',
        '<a href="java&#10;script:x">a</a>',
        '<a href="&#x6a;avascript:x">a</a>',
        '<a href="data:text/html,x">a</a>',
        '<img src="http://example.org/x.png">',
        '<img src="https://example.org/x.png">',
        '<img src="file:///etc/passwd">',
        '<img src="//example.org/x.png">',
        '<img src="logo.png">',
        '<img srcset="http://example.org/x.png 2x">',
        '<svg><image href="http://example.org/x.png"/></svg>',
        '<svg><image xlink:href="file:///etc/passwd"/></svg>',
        '<img src="{{ learner_name }}">',
        '<img src="{{ verify_url }}">',
        "<img src={{ qr_code }}>",
        '<img src="{{ qr_code ~ learner_name }}">',
        '<a href="{{ qr_code }}">a</a>',
        '<a href="javascript:{{ verify_url }}">a</a>',
        '<svg><use href="#a"/></svg>',
        '<svg><rect fill="url(http://example.org/x.svg#a)"/></svg>',
        '<p style="background: url(http://example.org/x.png)">a</p>',
        '<p style="background: url(&quot;http://example.org/x.png&quot;)">a</p>',
        '<p style="background: \\75rl(http://example.org/x.png)">a</p>',
        "<style>p { background: url( 'http://example.org/x.png' ) }</style>",
        "<style>@import 'http://example.org/x.css';</style>",
        "<style>@font-face { font-family: x; src: url(file:///x.ttf) }</style>",
        "<style>@media print { p { background: image-set('http://example.org/x.png' 1x) } }</style>",
        "<style>p { width: expression(alert(1)) }</style>",
        "<style>@supports (x: y) { p { color: red } }</style>",
        "<style media='screen'>p { color: red }</style>",
        "<iframe src='https://example.org'></iframe>",
        "<object data='x'></object>",
        "<embed src='x'>",
        "<form action='x'></form>",
        "<link rel='stylesheet' href='https://example.org/x.css'>",
        "<meta http-equiv='refresh' content='0;url=https://example.org'>",
        "<base href='https://example.org/'>",
        "<table><tr><td colspan='100000000'>a</td></tr></table>",
        "<p title={{ learner_name }}>a</p>",
        "<p {{ learner_name }}>a</p>",
    ],
)
def test_what_fetches_runs_or_breaks_out_is_refused_with_its_line(forbidden: str) -> None:
    assert lines(f"<p>one</p>\n\n{forbidden}\n") == [3]


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("a\n{% if learner_name %}\nb", 2),
        ("a\n{{ learner_name }", 2),
        ("a\n\n{{ learner_nam }}", 3),
        ("a\n{% include 'x' %}", 2),
        ("a\n{% import 'x' as y %}", 2),
        ("{% extends 'x' %}", 1),
        ("a\n{{ learner_name|shout }}", 2),
        ("a\n{{ learner_name|safe }}", 2),
        ("a\n{{ 1 / 0 }}", 2),
        ("a\n\n{{ learner_name.split()[1] }}", 3),
        ("a\n{{ ''.__class__ }}", 2),
        ("a\n{{ ''|attr('__class__') }}", 2),
        ("a\n{{ '{0.__class__}'.format(1) }}", 2),
        ("a\n{{ range(9) }}", 2),
        ("<style>\np { color: red }\n.{{ learner_name }} { color: red }</style>", 3),
        ("<style>\n{% if learner_name %}p { color: red }{% endif %}</style>", 2),
    ],
)
def test_faulty_jinja_is_refused_with_its_line(template: str, line: int) -> None:
    assert lines(template) == [line]


def test_lines_are_the_template_s_own_whatever_jinja_swallows() -> None:
    swallowed = "{# one\ntwo #}\n{%- if organization\n-%}\n\n{% else %}<iframe>\n{% endif %}\n{{\nlearner_name }}"
    assert lines(f"{swallowed}<object>\n<style>\np{{\nbackground:url(http://x)}}</style>") == [6, 9, 12]


def test_every_branch_is_looked_at() -> None:
    assert lines("{% if learner_name %}\na\n{% else %}\n<iframe>\n{% endif %}") == [4]


def test_what_only_an_expression_brings_in_is_found_too() -> None:
    assert check("a\n<p style=\"background: {{ 'url(http://x)' }}\">") == [
        Problem(None, "background: only data: addresses are allowed, nothing is fetched")
    ]


def test_an_expression_that_fails_for_some_names_tells_the_name() -> None:
    assert "王小明" in reasons("{{ learner_name.split()[1] }}")


def test_all_problems_come_at_once_in_the_order_of_lines() -> None:
    template = "<iframe>\n{{ nope }}\n<p onclick='x'>\n<style>@import 'x';\np{background:url(http://x)}</style>\n<form>"
    assert lines(template) == [1, 2, 3, 4, 5, 6]


def test_an_unknown_variable_is_answered_with_those_there_are() -> None:
    assert ", ".join(VARIABLES) in reasons("{{ name }}")


@pytest.mark.parametrize("template", ["", " \n"])
def test_an_empty_template_is_refused(template: str) -> None:
    assert reasons(template) == "the template is empty"


def test_the_limit_of_a_template_counts_bytes() -> None:
    assert check("ü" * 32_000) == []
    assert "64,002 bytes" in reasons("ü" * 32_001)


def test_what_html_calls_a_comment_is_no_problem() -> None:
    assert check("<![CDATA[ x ]]> <![foo[ <!-- <script> --> {{ learner_name }}") == []


def shown(template: str) -> Preview:
    return preview(template, SAMPLES[0])


def test_a_preview_shows_what_is_left_where_a_check_refuses() -> None:
    page = shown("<p>\n<script>alert(1)</script>\n<b onclick='x'>{{ learner_name }}</b>")
    assert "<b>Anaïs Müller</b>" in page.html
    assert "alert" not in page.html
    assert [problem.line for problem in page.removed] == [2, 3]


def test_a_preview_shows_what_only_an_expression_brings_in() -> None:
    assert [problem.line for problem in shown("<p style=\"background: {{ 'url(http://x)' }}\">").removed] == [None]


@pytest.mark.parametrize(
    "template",
    [
        "",
        "a\n{{ learner_name }",
        "a\n{{ nope }}",
        "<style>p { {{ learner_name }} }</style><script>",
        "<p {{ learner_name }}><script>",
        "{{ learner_name.split()[1] }}",
    ],
)
def test_a_preview_refuses_what_can_not_be_filled_and_what_must_not_be(template: str) -> None:
    with pytest.raises(TemplateRejected) as refused:
        shown(template)
    assert set(refused.value.problems) <= set(check(template))


def test_a_preview_that_fails_for_its_own_values_alone_is_refused() -> None:
    with pytest.raises(TemplateRejected, match="line 2: division by zero"):
        preview("a\n{{ 1 / (learner_name|length - 1) }}", SAMPLES[0] | {"learner_name": "X"})
