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
import asyncio, json, os, pathlib, urllib.error, urllib.request

def call_back(context):
    url = os.environ["APPWRITE_FUNCTION_API_ENDPOINT"] + context.req.query["path"]
    headers = {"X-Appwrite-Project": os.environ["APPWRITE_FUNCTION_PROJECT_ID"]}
    headers["X-Appwrite-Key"] = context.req.headers["x-appwrite-key"]
    try:
        return urllib.request.urlopen(urllib.request.Request(url, headers=headers)).status
    except urllib.error.HTTPError as error:
        return [error.code, json.load(error)["type"]]

async def main(context):
    path = context.req.path
    if path == "/crash":
        os._exit(3)
    if path == "/call-back":
        return context.res.json(await asyncio.to_thread(call_back, context))
    if path == "/binary":
        return context.res.binary(b"\\xff\\x00", 200, {"content-type": "application/octet-stream"})
    if path.startswith("/status/"):
        return context.res.text("", int(path.removeprefix("/status/")), {"x-mine": "1"})
    if path == "/wait":
        started, release = (pathlib.Path(context.req.query[name]) for name in ("started", "release"))
        started.touch()
        while not release.exists():
            await asyncio.sleep(0.01)
        release.with_name("finished").touch()
    if path == "/forever":
        await asyncio.Event().wait()
    return context.res.text(str(os.getpid()))
"""


def seen(execution: dict[str, Any]) -> dict[str, Any]:
    """What the echo function saw."""
    found: dict[str, Any] = json.loads(execution["responseBody"])
    return found


def named(pairs: list[dict[str, str]]) -> list[str]:
    return [pair["name"] for pair in pairs]
