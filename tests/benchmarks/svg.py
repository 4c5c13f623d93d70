"""A curve as a picture: some hundred bytes of SVG do what a drawing library would."""

import math
from collections.abc import Mapping
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 640, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 20, 44, 48
_STYLE = "text{font:13px sans-serif;fill:#23303f}.grid{stroke:#dfe4ea}.curve{fill:none;stroke:#1f5fa8;stroke-width:2.5}"


def curve(points: Mapping[int, float], title: str, across: str, up: str) -> str:
    """Values over counts, the counts on a logarithmic scale, the values from 0."""
    top = _ceiling(max(points.values()))
    places = [(_x(count, points), _y(value, top)) for count, value in points.items()]
    line = " ".join(f"{x:.0f},{y:.0f}" for x, y in places)
    marks = [
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="#1f5fa8"/>{_text(x, y - 10, f"{value:.1f}", "middle")}'
        for (x, y), value in zip(places, points.values(), strict=True)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
            f'<title>{escape(title)}</title><style>{_STYLE}</style><rect width="100%" height="100%" fill="#fff"/>',
            _text(_LEFT, 20, title, "start"),
            _text(_LEFT, 38, up, "start"),
            *_rows(top),
            *(_text(_x(count, points), _HEIGHT - 28, f"{count:,}", "middle") for count in points),
            _text(_WIDTH / 2, _HEIGHT - 8, across, "middle"),
            f'<polyline class="curve" points="{line}"/>',
            *marks,
            "</svg>\n",
        ]
    )


def _rows(top: float) -> list[str]:
    """Four lines across, with what they stand for."""
    values = [top * step / 4 for step in range(5)]
    lines = []
    for value in values:
        y = _y(value, top)
        lines.append(f'<path class="grid" d="M{_LEFT} {y:.0f}H{_WIDTH - _RIGHT}"/>')
        lines.append(_text(_LEFT - 8, y + 4, f"{value:g}", "end"))
    return lines


def _x(count: int, points: Mapping[int, float]) -> float:
    first, last = math.log(min(points)), math.log(max(points))
    share = (math.log(count) - first) / (last - first) if last > first else 0.5
    return _LEFT + 20 + share * (_WIDTH - _LEFT - _RIGHT - 40)


def _y(value: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM - 16)


def _ceiling(value: float) -> float:
    """The next of 1, 2, 4 or 8 times a power of ten."""
    power = 10 ** math.floor(math.log10(value))
    return next(float(step * power) for step in (1, 2, 4, 8, 10) if step * power >= value)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(text)}</text>'
