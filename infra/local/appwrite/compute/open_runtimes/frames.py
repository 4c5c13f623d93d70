"""The frames between the server and a function's process.

A connection carries one execution: a request frame to the process, a reply frame back. A frame is

    length of the head (4 bytes) | length of the body (8 bytes) | head: JSON | body: raw bytes

with big-endian lengths. The head holds every field of the message but its body.
"""

import asyncio
import json
import struct
from dataclasses import asdict, dataclass
from typing import TypeVar

_LENGTHS = struct.Struct(">IQ")


@dataclass(frozen=True)
class Request:
    """What a function is asked."""

    method: str
    #: As sent: percent-encoded, with the query.
    path: str
    #: In the order sent; spellings of one name that differ in case are separate lines.
    headers: dict[str, str]
    body: bytes
    #: Seconds after which an async `main` is interrupted.
    timeout: float
    #: Whether logs and errors are kept.
    logging: bool = True


@dataclass(frozen=True)
class Reply:
    """What a function answered, its header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    logs: str = ""
    errors: str = ""


Message = TypeVar("Message", Request, Reply)


def encode(message: Request | Reply) -> bytes:
    """The message as one frame."""
    fields = asdict(message)
    body: bytes = fields.pop("body")
    head = json.dumps(fields).encode()
    return _LENGTHS.pack(len(head), len(body)) + head + body


async def read(reader: asyncio.StreamReader, kind: type[Message]) -> Message:
    """The next frame as a message of that kind.

    asyncio.IncompleteReadError or ConnectionError when the other side is gone.
    """
    head_length, body_length = _LENGTHS.unpack(await reader.readexactly(_LENGTHS.size))
    head = json.loads(await reader.readexactly(head_length))
    return kind(**head, body=await reader.readexactly(body_length))
