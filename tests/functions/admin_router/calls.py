"""Counting the calls that the functions make to Appwrite."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests

from shared.context import _appwrite


@dataclass
class Calls:
    """Method and path of each call that was answered, in the order of the answers."""

    made: list[tuple[str, str]] = field(default_factory=list)

    def count(self, method: str = "", ending: str = "") -> int:
        return sum(made.startswith(method) and path.endswith(ending) for made, path in self.made)


@contextmanager
def counted() -> Iterator[Calls]:
    """The calls made while the block runs."""
    calls = Calls()

    def note(response: requests.Response, *_: Any, **__: Any) -> None:
        calls.made.append((str(response.request.method), urlsplit(response.url).path))

    hooks = _appwrite.hooks["response"]
    hooks.append(note)
    try:
        yield calls
    finally:
        hooks.remove(note)
