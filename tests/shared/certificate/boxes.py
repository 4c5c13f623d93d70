"""Where the words of a page stand, as poppler's pdftotext sees them."""

import re
import subprocess
from dataclasses import dataclass
from html import unescape
from itertools import combinations

_WORD = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')


@dataclass(frozen=True)
class Box:
    """In points, from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float
    word: str


def words(pdf: bytes) -> list[Box]:
    command = ["pdftotext", "-bbox", "-", "-"]
    found = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    return [_box(*match.groups()) for match in _WORD.finditer(found)]


def same_ink(one: bytes, other: bytes) -> bool:
    """Whether two PDFs show the same; edges of letters may be smoothed differently."""
    pixels, others = _picture(one), _picture(other)
    return len(pixels) == len(others) and all(abs(a - b) < 128 for a, b in zip(pixels, others, strict=True))


def _picture(pdf: bytes) -> bytes:
    """The first page as a grey PGM file."""
    command = ["pdftoppm", "-gray", "-r", "80", "-singlefile", "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    assert drawn.startswith(b"P5")
    return drawn


def _box(left: str, top: str, right: str, bottom: str, word: str) -> Box:
    return Box(float(left), float(top), float(right), float(bottom), unescape(word))


def outside(boxes: list[Box], left: float, top: float, right: float, bottom: float) -> list[Box]:
    """Those that do not stand wholly inside."""
    return [box for box in boxes if box.left < left or box.top < top or box.right > right or box.bottom > bottom]


def overlapping(boxes: list[Box]) -> list[tuple[Box, Box]]:
    """Pairs of words of which one is printed over the other."""
    return [pair for pair in combinations(map(_inked, boxes), 2) if _share_room(*pair)]


def _inked(box: Box) -> Box:
    """Without the quarters above and below, which a font leaves to accents."""
    quarter = (box.bottom - box.top) / 4
    return Box(box.left, box.top + quarter, box.right, box.bottom - quarter, box.word)


def _share_room(one: Box, other: Box) -> bool:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return width > 1 and height > 0.5
