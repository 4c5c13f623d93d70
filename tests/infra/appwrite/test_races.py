"""Many clients at once: what is atomic and what is not."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import requests
from appwrite.query import Query

from tests.infra.appwrite.served import Served
from tests.infra.appwrite.tabled import Tabled

Table = Callable[..., Tabled]
Start = Callable[..., Served]


def together(number: int, send: Callable[[int, requests.Session], requests.Response]) -> Counter[int]:
    """How often each status came when so many clients sent at once."""

    def one(place: int) -> int:
        with requests.Session() as session:
            return send(place, session).status_code

    with ThreadPoolExecutor(number) as pool:
        return Counter(pool.map(one, range(number)))


def call(table: Tabled, session: requests.Session, method: str, path: str, **body: object) -> requests.Response:
    headers = {"X-Appwrite-Project": "local", "X-Appwrite-Key": table.served.key}
    return session.request(method, f"{table.served.endpoint}{table.path}/rows{path}", headers=headers, json=body)


def test_one_of_32_makes_the_row(table: Table) -> None:
    one = table()
    statuses = together(
        32, lambda place, session: call(one, session, "POST", "", rowId="same", data={"title": f"t{place}"})
    )
    assert statuses == {201: 1, 409: 31}


def test_one_of_32_gets_the_unique_value(table: Table) -> None:
    one = table()
    statuses = together(
        32,
        lambda place, session: call(one, session, "POST", "", rowId=f"r{place}", data={"title": "t", "code": "same"}),
    )
    assert statuses == {201: 1, 409: 31}
    assert len(one.ids()) == 1


def test_one_of_16_overlapping_bulk_creates_wins_whole(table: Table) -> None:
    one = table()
    ids = [f"r{number}" for number in range(40)]

    def send(place: int, session: requests.Session) -> requests.Response:
        mine = ids[place:] + ids[:place]
        return call(one, session, "POST", "", rows=[{"$id": row_id, "title": f"by {place}"} for row_id in mine])

    assert together(16, send) == {201: 1, 409: 15}
    found = one.http("GET", params={"queries[0]": Query.limit(100)}).json()["rows"]
    assert (len(found), len({row["title"] for row in found})) == (40, 1)


def test_increments_sum_and_a_version_goes_to_one(table: Table) -> None:
    one = table()
    one.create("r", n=0)
    assert together(32, lambda _, session: call(one, session, "PATCH", "/r/n/increment", value=1)) == {200: 32}
    assert one.row("r")["n"] == 32
    claimed = together(32, lambda _, session: call(one, session, "PATCH", "/r/n/increment", value=1, max=33))
    assert claimed == {200: 1, 400: 31}


def test_update_rows_is_no_compare_and_swap(own_appwrite: Start) -> None:
    served = own_appwrite("--update-gap", "0.3")
    served.http("POST", "/tablesdb", json={"databaseId": "db", "name": "DB"})
    one = Tabled(served, "db", "t")
    one.create("r", e="a")
    claimed: list[int] = []

    def claim(_: int, session: requests.Session) -> requests.Response:
        answer = call(one, session, "PATCH", "", data={"e": "b"}, queries=[Query.equal("e", "a")])
        claimed.append(answer.json()["total"])
        return answer

    together(4, claim)
    assert claimed == [1, 1, 1, 1]


def test_reading_goes_on_while_others_write(table: Table) -> None:
    one = table()

    def send(place: int, session: requests.Session) -> requests.Response:
        if place % 2:
            return call(one, session, "POST", "", rows=[{"title": "t"}] * 100)
        return call(one, session, "GET", "")

    assert together(24, send) == {200: 12, 201: 12}
