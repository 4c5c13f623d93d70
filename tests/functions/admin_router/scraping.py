"""`GET /metrics` as Prometheus asks for it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from functions.admin_router.main import main
from infra.local.appwrite.compute.open_runtimes.context import Context
from infra.local.appwrite.compute.open_runtimes.frames import Request
from infra.local.appwrite.compute.open_runtimes.logger import Logger
from tests.functions.backend import Backend

TOKEN = "a token of the operators"


@dataclass(frozen=True)
class Scrape:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str


def scrape(backend: Backend, authorization: str | None = f"Bearer {TOKEN}", **asked: str) -> Scrape:
    headers = {"x-appwrite-key": backend.key, **({"authorization": authorization} if authorization else {})}
    frame = Request(asked.get("method", "GET"), asked.get("path", "/metrics"), headers, b"", 30)
    output = asyncio.run(main(Context(frame, Logger(enabled=True))))
    return Scrape(output["statusCode"], output["headers"], output["body"].decode())
