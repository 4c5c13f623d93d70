"""One request over a function's own domain, which may be answered with a page, a file or text, not JSON alone."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from infra.local.appwrite.compute.open_runtimes.context import Context
from infra.local.appwrite.compute.open_runtimes.frames import Request
from infra.local.appwrite.compute.open_runtimes.logger import Logger
from tests.functions.backend import Main


@dataclass(frozen=True)
class Got:
    """What comes back."""

    status: int
    headers: dict[str, str]
    content: bytes
    logs: str

    @property
    def text(self) -> str:
        return self.content.decode()


def request(main: Main, path: str, headers: Mapping[str, str], method: str = "GET") -> Got:
    """One execution as the runtime makes it."""
    logger = Logger(enabled=True)
    frame = Request(method, path, {"x-appwrite-execution-id": "execution", **headers}, b"", 30)
    output = asyncio.run(main(Context(frame, logger)))
    body = output["body"]
    content = body if isinstance(body, bytes) else body.encode()
    return Got(output["statusCode"], dict(output["headers"]), content, logger.logs + logger.errors)
