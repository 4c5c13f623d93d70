"""Counting what Appwrite Cloud bills: rows read and written, files and bytes.

https://appwrite.io/docs/advanced/billing/database-reads-and-writes: rows count, not calls; an empty answer is one read.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests

from shared.context import _appwrite


@contextmanager
def spending() -> Iterator[Counter[str]]:
    """`calls`, `reads`, `writes` and `stored` (bytes of files) while the block runs."""
    spent: Counter[str] = Counter()

    def note(response: requests.Response, *_: Any, **__: Any) -> None:
        spent.update(_of(response))

    hooks = _appwrite.hooks["response"]
    hooks.append(note)
    try:
        yield spent
    finally:
        hooks.remove(note)


def _of(response: requests.Response) -> dict[str, int]:
    method, path = str(response.request.method), urlsplit(response.url).path
    if path.endswith("/files") and method == "POST":
        return {"calls": 1, "stored": int(response.request.headers["content-length"])}
    if "/rows" not in path:
        return {"calls": 1}
    return {"calls": 1, "reads" if method == "GET" else "writes": _rows(response)}


def _rows(response: requests.Response) -> int:
    if not response.ok:
        return 0
    if not response.content:
        return 1
    answer = response.json()
    if response.request.method == "GET":
        return max(len(answer.get("rows", [None])), 1)
    return int(answer["total"]) if "rows" in answer else 1
