"""Frames on the pipes to and from the renderer's process: one byte of kind, four of length, the body."""

import json
import struct
from datetime import datetime
from typing import Any, BinaryIO, Final

HEADER: Final = struct.Struct(">cI")

# Requests; their bodies are JSON objects.
CHECK: Final = b"C"
PRINT: Final = b"P"
PREVIEW: Final = b"V"

# Answers.
READY: Final = b"R"  # no body; sent once, when the process can take a job
PDF: Final = b"D"  # the file
PAGE: Final = b"H"  # JSON: {html, removed, unsupported}, the two as problems
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
