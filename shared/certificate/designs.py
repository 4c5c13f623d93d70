"""The templates that come with the backend, by name, and how a course makes one its own.

A design is a template like any other: it prints as it stands. Its colours are custom properties, and what else can be
chosen stands between two comments of Jinja, as in `{# heading #}Certificate{# /heading #}`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from shared.certificate.colors import on, readable

_FOLDER = Path(__file__).parent / "templates"
_PLACE = re.compile(r"\{# (\w+) #\}.*?\{# /\1 #\}", re.DOTALL)
_JINJA = {ord(letter): f"&#{ord(letter)};" for letter in "{}"}


@dataclass(frozen=True)
class Design:
    name: str
    description: str
    #: What the accent colour's text stands on.
    paper: str


_DESIGNS = {
    design.name: design
    for design in (
        Design("classic", "Serif letters on ivory paper in a double frame, with a golden seal.", "#fdfaf3"),
        Design("minimal", "White space, hairlines and one stripe of colour.", "#ffffff"),
        Design("modern", "A field of colour beside bold sans-serif letters.", "#ffffff"),
    )
}


@dataclass(frozen=True)
class Options:
    """What a course changes of a design; None leaves it as it is. Pictures are `data:image/` addresses in base64."""

    accent_color: str | None = None
    heading: str | None = None
    logo: str | None = None
    signature: str | None = None
    signer_name: str | None = None
    signer_title: str | None = None


def names() -> list[str]:
    return sorted(_DESIGNS)


def designs() -> list[Design]:
    return [_DESIGNS[name] for name in names()]


def design(name: str, options: Options | None = None) -> str | None:
    """The template of that name with these options, if there is one."""
    if name not in _DESIGNS:
        return None
    template = (_FOLDER / f"{name}.html").read_text(encoding="utf-8")
    return _with(template, options, _DESIGNS[name].paper) if options else template


def defaults(name: str) -> dict[str, str]:
    """The accent colour and the words (not the drawings) of a design as it is, by the names of their options."""
    template = design(name) or ""
    found = {match[1]: match[0].partition("#}")[2].rpartition("{#")[0] for match in _PLACE.finditer(template)}
    color = re.search(r"--accent: (#[0-9a-f]{6})", template)
    return {key: text for key, text in found.items() if text and "<" not in text} | (
        {"accent_color": color[1]} if color else {}
    )


def _with(template: str, options: Options, paper: str) -> str:
    if options.accent_color:
        template = _colored(template, options.accent_color.lower(), paper)
    chosen = _places(options)
    return _PLACE.sub(lambda place: chosen.get(place[1], place[0]), template)


def _colored(template: str, color: str, paper: str) -> str:
    shades = {"accent": color, "accent-text": readable(color, paper), "on-accent": on(color)}
    return re.sub(r"--([\w-]+): #[0-9a-f]{6}", lambda match: f"--{match[1]}: {shades[match[1]]}", template)


def _places(options: Options) -> Mapping[str, str]:
    texts = {name: getattr(options, name) for name in ("heading", "signer_name", "signer_title")}
    pictures = {name: getattr(options, name) for name in ("logo", "signature")}
    return {
        **{name: _text(text) for name, text in texts.items() if text},
        **({"heading_size": _size(options.heading)} if options.heading else {}),
        **{name: f'<img class="{name}" src="{_text(uri)}" alt="">' for name, uri in pictures.items() if uri},
    }


def _size(heading: str) -> str:
    """The class of a heading by the room it takes; see the names in the designs."""
    room = len(heading) + sum(letter >= "⺀" for letter in heading)
    return " w3" if room > 50 else " w2" if room > 26 else ""


def _text(text: str) -> str:
    """Text that neither HTML nor Jinja takes for its own."""
    return escape(text).translate(_JINJA)
