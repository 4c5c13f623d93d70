"""The switch that shows code which takes `update_rows` for a compare-and-swap."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import requests
from appwrite.query import Query

from tests.conformance.table import Table
from tests.infra.appwrite.served import Served


def test_update_rows_is_no_compare_and_swap(own_appwrite: Callable[..., Served]) -> None:
    served = own_appwrite("--update-gap", "0.3")
    served.http("POST", "/tablesdb", json={"databaseId": "db", "name": "DB"}).raise_for_status()
    one = Table(served.remote, "db", "t")
    one.create("r", e="a")
    headers = {"X-Appwrite-Project": served.remote.project, "X-Appwrite-Key": served.key}

    def claim(_: int) -> int:
        body = {"data": {"e": "b"}, "queries": [Query.equal("e", "a")]}
        answer = requests.patch(f"{served.endpoint}{one.path}/rows", json=body, headers=headers, timeout=30)
        return int(answer.json()["total"])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(claim, range(4))) == [1, 1, 1, 1]
