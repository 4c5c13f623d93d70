"""Filled HTML in, HTML that can't fetch, run or break out of anything out.

The order matters: a template is sanitised after it is filled (before, `href="{{ x }}"` and `|safe` get around it);
`<style>` is cut out first, because bleach looks into none; what is left passes bleach whatever the cutting did to it.
"""

import html
import re
from functools import lru_cache

import bleach
from bleach.css_sanitizer import CSSSanitizer

from shared.certificate.allowed import TAGS, attribute_problems
from shared.certificate.css import clean_declarations, clean_stylesheet

_CUT = re.compile(
    r"<!--.*?-->|<(?P<tag>style|script|title)(?=[\s/>])[^>]*>(?P<text>.*?)(?:</(?P=tag)(?=[\s/>])[^>]*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_SHELL = {tag: re.compile(rf"<{tag}(?=[\s/>])([^>]*)>", re.IGNORECASE) for tag in ("html", "body")}
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CAMEL_CASE = {"linearGradient", "radialGradient", "clipPath"}  # the spelling the parser gives to these SVG tags
_EMPTY_DIV = re.compile(r"""<div((?: [\w:-]+=(?:"[^"]*"|'[^']*'))*)></div>""")


class _InlineStyle(CSSSanitizer):
    """bleach hands it what is written between the quotes of a style attribute."""

    def sanitize_css(self, style: str) -> str:
        return clean_declarations(html.unescape(style)).css


def _allows(tag: str, name: str, value: str) -> bool:
    # A style attribute always stays; its content goes through _InlineStyle.
    return name == "style" or not attribute_problems(tag.lower(), name.lower(), html.unescape(value))


_BLEACH = bleach.Cleaner(
    tags=TAGS | _CAMEL_CASE,
    attributes=_allows,
    protocols={"https", "http", "mailto", "data"},
    strip=True,
    strip_comments=True,
    css_sanitizer=_InlineStyle(),
)


def sanitise(filled: str) -> str:
    """Return a whole HTML document that holds what is allowed of `filled` and nothing else.

    Says nothing about what it took out: `inspection.removals` tells an author before anything is printed.
    """
    text = printable(filled)
    css: list[str] = []

    def keep_style(match: re.Match[str]) -> str:
        if (match["tag"] or "").lower() == "style":
            css.append(clean_stylesheet(match["text"]).css)
        return ""

    text = _CUT.sub(keep_style, text)
    style = "\n".join(css)
    head = f'<head><meta charset="utf-8"><style>{style}</style></head>'
    body = f"<body{_attributes('body', text)}>{_BLEACH.clean(text)}</body>"
    return f"<!DOCTYPE html><html{_attributes('html', text)}>{head}{body}</html>"


def printable(text: str) -> str:
    """Without the characters that no document can hold (https://www.w3.org/TR/xml/#charsets)."""
    return _UNPRINTABLE.sub("", text)


def _attributes(tag: str, text: str) -> str:
    found = _SHELL[tag].search(text)
    return _clean_attributes(found[1].rstrip("/")) if found else ""


@lru_cache(maxsize=64)
def _clean_attributes(attributes: str) -> str:
    """bleach knows neither html nor body, so they pass it as a div; none are left if they are not well-formed."""
    found = _EMPTY_DIV.fullmatch(_BLEACH.clean(f"<div{attributes}></div>"))
    return found[1] if found else ""
