"""The HTML and inline SVG that a certificate may be made of. What is not listed here is not printed."""

import re

from shared.certificate.css import clean_declarations
from shared.certificate.document import Problem


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: What makes up a page but is rebuilt around it (see sanitise.py).
SHELL = _words("html head body title meta style")

_HTML = _words(
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl "
    "dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre q rp rt ruby "
    "s samp section small span strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr"
)
# Without <use>: nested ones crash the renderer, and one can stand for a million.
_SVG = _words(
    "svg g defs path rect circle ellipse line polyline polygon text tspan image lineargradient radialgradient stop "
    "clippath desc"
)
TAGS = _HTML | _SVG

_EVERYWHERE = _words("class id style lang dir title role")
_ATTRIBUTES = {
    "a": _words("href target rel"),
    "img": _words("src alt width height"),
    "image": _words("href xlink:href"),
    "font": _words("color face size"),
    "ol": _words("start type reversed"),
    "li": _words("value"),
    "time": _words("datetime"),
    "hr": _words("align color noshade size width"),
    "style": _words("type"),
    "meta": _words("charset name content http-equiv"),
    "html": _words("xmlns"),
    "body": _words("bgcolor"),
}
_LAYOUT = _words("align valign bgcolor border cellpadding cellspacing colspan rowspan span width height scope nowrap")
_DRAWING = _words(
    "xmlns xmlns:xlink xml:space version viewbox preserveaspectratio transform x y x1 x2 y1 y2 cx cy r rx ry fx fy "
    "dx dy d points width height rotate textlength lengthadjust offset stop-color stop-opacity gradientunits "
    "gradienttransform spreadmethod clippathunits clip-path clip-rule fill fill-opacity fill-rule stroke "
    "stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray "
    "stroke-dashoffset color opacity display visibility font-family font-size font-style font-weight letter-spacing "
    "word-spacing text-anchor text-decoration dominant-baseline alignment-baseline baseline-shift focusable"
)

_LINKS = ("https:", "http:", "mailto:", "#")
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0]+")  # renderers skip these in an address: "java\nscript:"
_REFERENCE = re.compile(r"url\s*\(\s*(?!['\"]?#)", re.IGNORECASE)
_SPANS = _words("colspan rowspan span")
MAX_SPAN = 100


def tag_refusal(tag: str) -> str | None:
    """Why a (lower-case) tag can't stay, or None."""
    return None if tag in TAGS or tag in SHELL else f"<{tag}> is not allowed"


def attribute_problems(tag: str, name: str, value: str) -> list[Problem]:
    """What is wrong with one attribute; names in lower case, the value decoded, lines counted within the value."""
    if name == "style":
        return list(clean_declarations(value).problems)
    refusal = _name_refusal(tag, name) or _value_refusal(tag, name, value)
    return [Problem(1, refusal)] if refusal else []


def _name_refusal(tag: str, name: str) -> str | None:
    if name.startswith("on"):
        return f"{name} is not allowed: nothing runs in a certificate"
    if tag == "meta" and name == "http-equiv":
        return None
    known = _ATTRIBUTES.get(tag, frozenset()) | _EVERYWHERE | (_DRAWING if tag in _SVG else _LAYOUT)
    if name in known or name.startswith(("data-", "aria-")):
        return None
    return f"attribute {name} of <{tag}> is not allowed"


def _value_refusal(tag: str, name: str, value: str) -> str | None:
    address = _INVISIBLE.sub("", value).lower()
    if tag == "a" and name == "href":
        return None if address.startswith(_LINKS) else "a link must begin with https:, http:, mailto: or #"
    if name in {"src", "href", "xlink:href"}:
        return None if address.startswith("data:image/") else f"{name} of <{tag}> must be a data:image/ address"
    if tag == "meta" and name == "http-equiv":
        return None if address == "content-type" else f'<meta http-equiv="{value}"> is not allowed'
    if name in _SPANS and not (value.strip().isascii() and value.strip().isdigit() and int(value) <= MAX_SPAN):
        return f"{name} must be a number up to {MAX_SPAN}"
    return "url() may only name a part of the same drawing, like url(#seal)" if _REFERENCE.search(value) else None
