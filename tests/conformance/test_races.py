"""Many clients at once: what is atomic and what is not."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import requests
from appwrite.query import Query

from tests.conformance.table import Table

MakeTable = Callable[..., Table]


def together(number: int, send: Callable[[int, requests.Session], requests.Response]) -> Counter[int]:
    """How often each status came when so many clients sent at once."""

    def one(place: int) -> int:
        with requests.Session() as session:
            return send(place, session).status_code

    with ThreadPoolExecutor(number) as pool:
        return Counter(pool.map(one, range(number)))


def call(table: Table, session: requests.Session, method: str, path: str, **body: object) -> requests.Response:
    headers = {"X-Appwrite-Project": table.server.project, "X-Appwrite-Key": table.server.key}
    return session.request(method, f"{table.server.endpoint}{table.path}/rows{path}", headers=headers, json=body)


def test_one_of_32_makes_the_row(table: MakeTable) -> None:
    one = table()
    statuses = together(
        32, lambda place, session: call(one, session, "POST", "", rowId="same", data={"title": f"t{place}"})
    )
    assert statuses == {201: 1, 409: 31}


def test_one_of_32_gets_the_unique_value(table: MakeTable) -> None:
    one = table()
    statuses = together(
        32,
        lambda place, session: call(one, session, "POST", "", rowId=f"r{place}", data={"title": "t", "code": "same"}),
    )
    assert statuses == {201: 1, 409: 31}
    assert len(one.ids()) == 1


def test_one_of_16_overlapping_bulk_creates_wins_whole(table: MakeTable) -> None:
    one = table()
    ids = [f"r{number}" for number in range(40)]

    def send(place: int, session: requests.Session) -> requests.Response:
        mine = ids[place:] + ids[:place]
        return call(one, session, "POST", "", rows=[{"$id": row_id, "title": f"by {place}"} for row_id in mine])

    assert together(16, send) == {201: 1, 409: 15}
    found = one.http("GET", params={"queries[0]": Query.limit(100)}).json()["rows"]
    assert (len(found), len({row["title"] for row in found})) == (40, 1)


def test_increments_sum_and_a_version_goes_to_one(table: MakeTable) -> None:
    one = table()
    one.create("r", n=0)
    assert together(32, lambda _, session: call(one, session, "PATCH", "/r/n/increment", value=1)) == {200: 32}
    assert one.row("r")["n"] == 32
    claimed = together(32, lambda _, session: call(one, session, "PATCH", "/r/n/increment", value=1, max=33))
    assert claimed == {200: 1, 400: 31}


def test_reading_goes_on_while_others_write(table: MakeTable) -> None:
    one = table()

    def send(place: int, session: requests.Session) -> requests.Response:
        if place % 2:
            return call(one, session, "POST", "", rows=[{"title": "t"}] * 100)
        return call(one, session, "GET", "")

    assert together(24, send) == {200: 12, 201: 12}


def test_an_update_from_each_of_32_is_written(table: MakeTable) -> None:
    one = table()
    one.create("r", n=0)
    assert together(32, lambda place, session: call(one, session, "PATCH", "/r", data={"n": place})) == {200: 32}


def test_one_row_deleted_by_many_may_be_gone_for_more_than_one(table: MakeTable) -> None:
    one = table()
    one.create("r")
    statuses = together(32, lambda _, session: call(one, session, "DELETE", "/r"))
    assert statuses[204] >= 1
    assert statuses[204] + statuses[404] == 32
