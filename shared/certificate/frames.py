"""Frames on the pipes to and from a renderer's process: one byte of kind, four of length, the body."""

import json
import struct
from datetime import datetime
from typing import Any, BinaryIO, Final

HEADER: Final = struct.Struct(">cI")

# Requests; their bodies are JSON objects.
CHECK: Final = b"C"
PREVIEW: Final = b"V"
LINT: Final = b"L"
FILL: Final = b"F"
PRINT: Final = b"P"  # a page, by the press with its own engine, or by Chromium
DESCRIBE: Final = b"M"
DRAW: Final = b"I"
OPEN: Final = b"O"  # which browser; the first that Chromium's process gets, which answers READY or UNAVAILABLE

# Answers.
READY: Final = b"R"  # no body; sent once, when the process can take a job
PDF: Final = b"D"  # the file
PNG: Final = b"G"  # the file
PREVIEWED: Final = b"W"  # JSON: {html, removed, unsupported}, the two as problems
PAGE: Final = b"H"  # sanitised HTML
PROBLEMS: Final = b"X"  # JSON: [[line or null, reason], …]
UNAVAILABLE: Final = b"U"  # JSON: the reason, a string


def pack(kind: bytes, body: bytes) -> bytes:
    return HEADER.pack(kind, len(body)) + body


def pack_json(kind: bytes, value: Any) -> bytes:
    return pack(kind, json.dumps(value, default=datetime.isoformat).encode())


def read(stream: BinaryIO) -> tuple[bytes, bytes] | None:
    """Wait for one frame; None at the end of the stream, also in the middle of a frame."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    kind, length = HEADER.unpack(header)
    body = stream.read(length)
    return (kind, body) if len(body) == length else None
