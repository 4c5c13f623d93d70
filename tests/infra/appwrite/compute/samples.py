"""Functions that many tests execute, and how to read what they say."""

import json
from typing import Any

ECHO = """
import os
def main(context):
    req = context.req
    context.log("logged")
    context.error("an error")
    seen = [req.method, req.path, req.query, req.body_text, req.headers, dict(os.environ)]
    return context.res.json(dict(zip(["method", "path", "query", "body", "headers", "environment"], seen)))
"""

WAYS = """
import asyncio, os, pathlib

async def main(context):
    path = context.req.path
    if path.startswith("/status/"):
        return context.res.text("", int(path.removeprefix("/status/")), {"x-mine": "1"})
    if path == "/wait":
        started, release = (pathlib.Path(context.req.query[name]) for name in ("started", "release"))
        started.touch()
        while not release.exists():
            await asyncio.sleep(0.01)
    return context.res.text(str(os.getpid()))
"""


def seen(execution: dict[str, Any]) -> dict[str, Any]:
    """What the echo function saw."""
    found: dict[str, Any] = json.loads(execution["responseBody"])
    return found
