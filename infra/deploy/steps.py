"""One change to a server, and how two values are told to be the same."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A change in words and how to make it."""

    text: str
    make: Callable[[], object]


def differ(wanted: object, shown: object) -> bool:
    """Whether two values of a setting mean different things; no list among them has an order that matters."""
    return _unordered(wanted) != _unordered(shown)


def _unordered(value: object) -> object:
    return frozenset(value) if isinstance(value, (list, tuple)) else value
