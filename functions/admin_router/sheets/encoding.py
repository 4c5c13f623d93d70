"""The bytes of a CSV file become text.

By four rules rather than by a guess, so that the same file is always read the same way: a byte order mark is believed;
a header is ASCII, so a zero byte in its first character is UTF-16; what is valid UTF-8 is hardly ever anything else
(https://www.w3.org/International/questions/qa-forms-utf-8); all other files are what Excel writes in Western Europe.
"""

import codecs
from enum import StrEnum

from shared.errors import InvalidCsv


class Encoding(StrEnum):
    """As Python's codecs call them."""

    UTF_8 = "utf-8"
    UTF_16_LE = "utf-16-le"
    UTF_16_BE = "utf-16-be"
    WINDOWS_1252 = "windows-1252"


_MARKS = {
    codecs.BOM_UTF8: Encoding.UTF_8,
    codecs.BOM_UTF16_LE: Encoding.UTF_16_LE,
    codecs.BOM_UTF16_BE: Encoding.UTF_16_BE,
}


def decode(content: bytes) -> tuple[str, Encoding]:
    """The text without its byte order mark, and how it was encoded.

    Raises `InvalidCsv` naming the line that does not fit the encoding.
    """
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return _strictly(content.removeprefix(mark), encoding), encoding
    encoding = _without_mark(content)
    return _strictly(content, encoding), encoding


def _without_mark(content: bytes) -> Encoding:
    first = content[:2]
    if len(first) == 2 and 0 in first:
        return Encoding.UTF_16_LE if first[1] == 0 else Encoding.UTF_16_BE
    try:
        content.decode()
    except UnicodeDecodeError:
        return Encoding.WINDOWS_1252
    return Encoding.UTF_8


def _strictly(content: bytes, encoding: Encoding) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].decode(encoding, "replace").count("\n") + 1
        raise InvalidCsv(f"Line {line} is not {encoding}; save the file as UTF-8.", line=line) from None
