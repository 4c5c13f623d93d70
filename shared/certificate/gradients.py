"""`linear-gradient(…)` as a drawing: plutoprint draws no gradient of CSS, but one inside an SVG.

https://drafts.csswg.org/css-images-3/#linear-gradients
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import tinycss2
import tinycss2.color4

#: Where a gradient may stand.
PROPERTIES = frozenset({"background", "background-image"})

_SIDES = {"top": (0, -1), "right": (1, 0), "bottom": (0, 1), "left": (-1, 0)}
_DEGREES = {"deg": 1.0, "grad": 0.9, "rad": 180 / math.pi, "turn": 360.0}
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg">'  # without a size or a viewBox it takes the size of its box
    '<linearGradient id="g" x1="{:.5g}" y1="{:.5g}" x2="{:.5g}" y2="{:.5g}">{}</linearGradient>'
    '<rect width="100%" height="100%" fill="url(#g)"/></svg>'
)
Tokens = Sequence[Any]
_Color = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Stop:
    #: Red, green, blue and alpha, each 0 to 1.
    color: _Color
    #: 0 to 1; None where its author left it to the neighbours.
    at: float | None


def without_gradients(name: str, value: Tokens) -> Tokens:
    """The value of a declaration with each linear gradient that can be drawn as SVG in place of it."""
    if name not in PROPERTIES:
        return value
    return [_drawn(token) or token for token in value]


def _drawn(token: Any) -> Any:
    if token.type != "function" or token.lower_name != "linear-gradient":
        return None
    address = _image(tinycss2.serialize(token.arguments))
    return tinycss2.parse_one_component_value(f'url("{address}")') if address else None


@lru_cache(maxsize=64)
def _image(arguments: str) -> str | None:
    """A `data:` address, or None if it holds what SVG has no word for (lengths, hints, variables)."""
    parts = _split(tinycss2.parse_component_value_list(arguments, skip_comments=True))
    line = _line(parts[0])
    colors = parts if line is None else parts[1:]
    stops = [stop for part in colors for stop in _stops(part)]
    if len(stops) < 2 or not all(_stops(part) for part in colors):
        return None
    drawn = "".join(map(_written, _fading(_placed(stops))))
    return "data:image/svg+xml," + quote(_SVG.format(*(line or (0, 0, 0, 1)), drawn))


def _split(tokens: Tokens) -> list[list[Any]]:
    parts: list[list[Any]] = [[]]
    for each in tokens:
        if each == ",":
            parts.append([])
        elif each.type != "whitespace":
            parts[-1].append(each)
    return parts


def _line(part: Tokens) -> tuple[float, float, float, float] | None:
    """From where to where in a box of 1 × 1, if `part` says that.

    In a box that is no square, corners and right angles are exact; at other angles the colours of the corners are.
    """
    words = [getattr(token, "lower_value", "") for token in part]
    if words and words[0] == "to" and 2 <= len(words) <= 3 and all(word in _SIDES for word in words[1:]):
        x, y = (sum(axis) for axis in zip(*(_SIDES[word] for word in words[1:]), strict=True))
        return (1 - x) / 2, (1 - y) / 2, (1 + x) / 2, (1 + y) / 2
    if len(part) == 1 and part[0].type == "dimension" and part[0].lower_unit in _DEGREES:
        return _along(math.radians(part[0].value * _DEGREES[part[0].lower_unit]))
    return None


def _along(angle: float) -> tuple[float, float, float, float]:
    x, y = math.sin(angle), -math.cos(angle)
    half = (abs(x) + abs(y)) / 2
    return 0.5 - x * half, 0.5 - y * half, 0.5 + x * half, 0.5 + y * half


def _stops(part: Tokens) -> list[_Stop]:
    """A colour with up to two places; none if it is anything else."""
    color = _color(part[0]) if part else None
    places = [_place(token) for token in part[1:]]
    if color is None or len(places) > 2 or None in places:
        return []
    return [_Stop(color, place) for place in places or [None]]


def _color(token: Any) -> _Color | None:
    found = tinycss2.color4.parse_color(token)
    if getattr(found, "space", None) not in {"srgb", "hsl", "hwb"}:
        return None  # `currentcolor`, and what is no colour or in a space that PDF viewers do not share
    red, green, blue, alpha = (min(1.0, max(0.0, part or 0.0)) for part in found.to("srgb"))
    return red, green, blue, alpha


def _place(token: Any) -> float | None:
    """0 to 1, or None for another."""
    if token.type == "percentage" and 0 <= token.value <= 100:
        return float(token.value) / 100
    return 0.0 if token.type in {"number", "dimension"} and token.value == 0 else None


def _placed(stops: Sequence[_Stop]) -> list[_Stop]:
    """With all places known, none before the one before it, from one end to the other."""
    places = [stop.at for stop in stops]
    places[0] = 0.0 if places[0] is None else places[0]
    places[-1] = 1.0 if places[-1] is None else places[-1]
    known = [index for index, place in enumerate(places) if place is not None]
    highest = -math.inf
    for index in known:
        highest = places[index] = max(highest, places[index] or 0.0)
    for start, end in pairwise(known):
        first, last = places[start] or 0.0, places[end] or 0.0
        for index in range(start + 1, end):
            places[index] = first + (last - first) * (index - start) / (end - start)
    placed = [replace(stop, at=place) for stop, place in zip(stops, places, strict=True)]
    return [replace(placed[0], at=0.0), *placed, replace(placed[-1], at=1.0)]


def _fading(stops: Sequence[_Stop]) -> list[_Stop]:
    """What is transparent has the colour of its neighbours: SVG would fade through black."""
    clear: list[_Stop] = []
    for index, stop in enumerate(stops):
        neighbours = [*stops[max(0, index - 1) : index], *stops[index + 1 : index + 2]]
        clear += [stop] if stop.color[3] else [_transparent(each, stop.at) for each in neighbours]
    return clear


def _transparent(stop: _Stop, at: float | None) -> _Stop:
    return _Stop((*stop.color[:3], 0.0), at)


def _written(stop: _Stop) -> str:
    red, green, blue = (round(255 * part) for part in stop.color[:3])
    opacity = "" if stop.color[3] == 1 else f' stop-opacity="{stop.color[3]:.5g}"'
    return f'<stop offset="{stop.at:.5g}" stop-color="rgb({red},{green},{blue})"{opacity}/>'
