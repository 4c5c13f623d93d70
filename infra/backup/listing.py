"""Lists of anything that Appwrite keeps under ids: rows, files, users, teams, memberships.

Pages follow the ids, not a cursor: what is deleted between two pages breaks none of them.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from infra.deploy.server import Document, Server

#: Of whole things; also the most that Appwrite inserts at once, and the ids that one query holds.
PAGE = 100
#: Of ids alone.
LONG_PAGE = 1000
#: Calls at a time.
THREADS = 8

S = TypeVar("S")
T = TypeVar("T")


def query(method: str, attribute: str = "", *values: Any) -> str:
    """One query as Appwrite wants it."""
    parts = {"method": method, "attribute": attribute, "values": list(values)}
    return json.dumps({name: part for name, part in parts.items() if part})


def pages(
    server: Server, path: str, queries: Sequence[str] = (), after: str = "", size: int = PAGE
) -> Iterator[list[Document]]:
    """All that fits `queries` and whose id comes after `after`, in the order of the ids."""
    while True:
        beyond = [query("greaterThan", "$id", after)] if after else []
        ordered = [query("orderAsc", "$id"), query("limit", "", size)]
        page = _items(server.get(path, queries=[*queries, *beyond, *ordered], total=0))
        if page:
            yield page
        if len(page) < size:
            return
        after = page[-1]["$id"]


def every(server: Server, path: str) -> Iterator[Document]:
    for page in pages(server, path):
        yield from page


def ids(server: Server, path: str) -> Iterator[list[str]]:
    """Of rows: lists of their ids."""
    for page in pages(server, path, [query("select", "", "$id")], size=LONG_PAGE):
        yield [each["$id"] for each in page]


def among(server: Server, path: str, wanted: Sequence[str]) -> dict[str, Document]:
    """Those of up to `PAGE` ids that exist, by id."""
    found = _items(server.get(path, queries=[query("equal", "$id", *wanted), query("limit", "", PAGE)], total=0))
    return {each["$id"]: each for each in found}


def together(do: Callable[[S], T], items: Iterable[S]) -> list[T]:
    """`do` of each, several at a time, answers in order; after a failure no further one is begun."""
    pool = ThreadPoolExecutor(THREADS)
    try:
        return list(pool.map(do, items))
    finally:
        pool.shutdown(cancel_futures=True)


def _items(answer: Document) -> list[Document]:
    """Appwrite names the list after what is in it."""
    return next(value for value in answer.values() if isinstance(value, list))
