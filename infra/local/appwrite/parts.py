"""Uploads as clients send them: whole, or in parts of 5 MiB that come in any order and perhaps again."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import UploadFile

from infra.local.appwrite.errors import Fault

LENGTH = 5 * 1024 * 1024

INVALID_RANGE = Fault.of(
    "storage_invalid_content_range",
    400,
    "The content range is invalid. Please check the value of the Content-Range header.",
)
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass(frozen=True)
class Part:
    """Some bytes of an upload, or all of them."""

    name: str
    content: bytes
    #: Where the bytes belong in the whole, and how long that is.
    start: int
    size: int
    #: Whether the client sent a Content-Range.
    is_chunk: bool

    @property
    def number(self) -> int:
        """1 for the first part."""
        return self.start // LENGTH + 1

    @property
    def total(self) -> int:
        """How many parts make the whole."""
        return max(1, -(-self.size // LENGTH))


def read_part(upload: UploadFile, headers: Mapping[str, str]) -> Part:
    """What one request brings; 400 for a range that isn't a whole part, or the last one."""
    name, content = upload.filename or "", upload.file.read()
    header = headers.get("content-range")
    if header is None:
        return Part(name, content, 0, len(content), is_chunk=False)
    match = _RANGE.fullmatch(header)
    start, end, size = map(int, match.groups()) if match else (1, 0, 0)
    is_whole = len(content) == LENGTH or end + 1 == size
    if start % LENGTH or end - start + 1 != len(content) or end >= size or not is_whole:
        raise INVALID_RANGE
    return Part(name, content, start, size, is_chunk=True)


def write_part(path: Path, part: Part) -> None:
    """Put the bytes in their place in the upload's file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o644)
    try:
        os.pwrite(descriptor, part.content, part.start)
    finally:
        os.close(descriptor)
