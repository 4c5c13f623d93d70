"""A function's executions, with what they logged: https://appwrite.io/docs/references/cloud/server-rest/functions"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from infra.deploy.server import Document, Server

#: Each may bring two megabytes of log.
_PAGE = 25
#: A worker that was running when something came in may have taken it along.
_LONGEST_PASS = timedelta(minutes=5)


def newest(server: Server, function_id: str, limit: int) -> list[Document]:
    """The newest first. Raises ServerError."""
    return list(islice(_pages(server, function_id, _query("orderDesc", "$createdAt")), limit))


def since(server: Server, function_id: str, moment: datetime, limit: int) -> list[Document]:
    """Those that may tell of something that began at `moment`, the oldest first. Raises ServerError."""
    began = (moment - _LONGEST_PASS).isoformat(timespec="milliseconds")
    queries = _query("greaterThanEqual", "$createdAt", began), _query("orderAsc", "$createdAt")
    return list(islice(_pages(server, function_id, *queries), limit))


def started_at(server: Server, function_ids: list[str], execution_id: str) -> datetime | None:
    """When the execution of this id began, if one of these functions has it. Raises ServerError."""
    for function_id in function_ids:
        if found := server.find(f"/functions/{function_id}/executions/{execution_id}"):
            return datetime.fromisoformat(found["$createdAt"])
    return None


def _pages(server: Server, function_id: str, *queries: str) -> Iterator[Document]:
    cursor: list[str] = []
    while True:
        asked = [*queries, *cursor, _query("limit", None, _PAGE)]
        page = server.get(f"/functions/{function_id}/executions", queries=asked)["executions"]
        yield from page
        if len(page) < _PAGE:
            return
        cursor = [_query("cursorAfter", None, page[-1]["$id"])]


def _query(method: str, attribute: str | None, *values: object) -> str:
    said: dict[str, object] = {"method": method}
    if attribute:
        said["attribute"] = attribute
    return json.dumps({**said, "values": list(values)} if values else said)
