"""Colours as `#rrggbb`, and whether text can be read in them (https://www.w3.org/TR/WCAG21/#contrast-minimum)."""

_WHITE, _INK = "#ffffff", "#1b1f26"
#: Between text and what it stands on.
READABLE = 4.5


def readable(color: str, paper: str) -> str:
    """`color`, or the first darker shade of it in which text can be read on `paper`."""
    for percent in range(100, 0, -4):
        shade = "#" + "".join(f"{channel * percent // 100:02x}" for channel in bytes.fromhex(color[1:]))
        if contrast(shade, paper) >= READABLE:
            return shade
    return _INK


def on(color: str) -> str:
    """White or ink, whichever reads better on `color`."""
    return max((_WHITE, _INK), key=lambda text: contrast(text, color))


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in bytes.fromhex(color[1:]))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
