"""Certificate numbers: readable, checkable, and silent about how many there are.

`2026-7F3K-22QX-91PA` is the year, 55 random bits in Crockford's base 32, which has no I, L, O, U
(https://www.crockford.com/base32.html), and a check character over all that stands before it by Luhn's algorithm modulo
32 (https://en.wikipedia.org/wiki/Luhn_mod_N_algorithm): it notices every wrong character and most swaps of neighbours.
"""

import re
from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: How confused letters are read.
READ_AS = str.maketrans("ILO", "110")


def new_number(year: int, random: Callable[[int], bytes]) -> str:
    """A number for a certificate issued in `year`; `random(n)` gives n random bytes."""
    digits = int.from_bytes(random(7)) & (1 << 55) - 1
    body = "".join(ALPHABET[digits >> shift & 31] for shift in range(50, -1, -5))
    text = f"{year:04d}{body}"
    return _grouped(text + _check_character(text))


def is_number(text: str) -> bool:
    """Whether `text`, as `normalized` spells it, has the form of a number and its check character fits."""
    plain = text.replace("-", "")
    return bool(re.fullmatch(rf"[0-9]{{4}}[{ALPHABET}]{{12}}", plain)) and _check_character(plain[:-1]) == plain[-1]


def normalized(typed: str) -> str:
    """What a person typed, in the spelling of `new_number`: small letters, spaces and confused I, L, O are forgiven."""
    return _grouped(re.sub(r"[\s-]", "", typed.upper().translate(READ_AS)))


def _grouped(text: str) -> str:
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _check_character(text: str) -> str:
    total = 0
    for position, character in enumerate(reversed(text)):
        value = ALPHABET.index(character) * (2 - position % 2)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]
