"""How large a PNG or JPEG is, by its header alone."""

import struct

_PNG = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"
_JPEG = b"\xff\xd8"
#: "Start of frame", which tells the size, is any of C0 to CF but these.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: "Start of scan": what follows is the picture itself.
_SCAN = 0xDA


def pixels(content: bytes) -> tuple[int, int]:
    """Width and height, neither of which is 0. Raises ValueError."""
    try:
        width, height = _jpeg(content) if content.startswith(_JPEG) else _png(content)
    except (struct.error, IndexError):
        raise ValueError("the picture is cut off") from None
    if not (width and height):
        raise ValueError("the picture has no width or no height")
    return width, height


def _png(content: bytes) -> tuple[int, int]:
    """https://www.w3.org/TR/png/#11IHDR"""
    if not content.startswith(_PNG):
        raise ValueError("is not a PNG or JPEG picture")
    width, height = struct.unpack_from(">II", content, len(_PNG))
    return width, height


def _jpeg(content: bytes) -> tuple[int, int]:
    """https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.1.1: segments of FF, a marker, and a length that counts itself"""
    at = len(_JPEG)
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # fills
            at += 1
            continue
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        if marker == _SCAN:
            break
        at += 2 + struct.unpack_from(">H", content, at + 2)[0]
    raise ValueError("the size of this JPEG can't be told")
