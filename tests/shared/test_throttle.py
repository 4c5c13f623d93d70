"""How often a client may ask: counted across processes, without its address, and never let in uncounted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from shared.log import Log
from shared.runtime import Request
from shared.store import Store, StoreFailure
from shared.throttle import Exceeded, Throttle, TooManyRequests, client_of
from shared.transport import AppwriteClient, pooled_session
from tests.conftest import StandIn
from tests.functions.filtered_appwrite import filtered

NOW = datetime(2026, 11, 20, 12, 0, 15, tzinfo=UTC)
KEY = b"k" * 32


def store_at(endpoint: str, stand_in: StandIn) -> Store:
    client = AppwriteClient(endpoint, stand_in.project, pooled_session())
    client.set_key(stand_in.key)
    return Store(client)


@pytest.fixture
def throttle(store: Store) -> Callable[..., Throttle]:
    """Makes the throttle of one process."""

    def make(limit: int = 3, there: Store = store, exceeded: Exceeded | None = None) -> Throttle:
        return Throttle(there, KEY, limit, exceeded or Exceeded())

    return make


def request(address: str | None) -> Request:
    headers = {} if address is None else {"x-appwrite-client-ip": address}
    return Request("GET", "/", headers, b"", "id", Log(print, print, "id"))


def admitted(throttle: Throttle, client: str, now: datetime = NOW) -> bool:
    try:
        throttle.admit(client, now)
    except TooManyRequests:
        return False
    return True


def test_all_processes_count_together_and_each_client_by_itself(throttle: Callable[..., Throttle]) -> None:
    assert [admitted(throttle(), "together") for _ in range(5)] == [True, True, True, False, False]
    assert admitted(throttle(), "another")


def test_calls_at_the_same_time_get_no_more_than_the_limit(throttle: Callable[..., Throttle]) -> None:
    with ThreadPoolExecutor(8) as pool:
        let_in = list(pool.map(lambda _: admitted(throttle(5), "at once"), range(24)))
    assert let_in.count(True) == 5


def test_it_is_told_how_long_to_wait_and_may_ask_again_in_the_next_minute(throttle: Callable[..., Throttle]) -> None:
    admitted(throttle(1), "waiting")
    with pytest.raises(TooManyRequests) as refused:
        throttle(1).admit("waiting", NOW)
    assert refused.value.details == {"retry_after": 46}
    assert admitted(throttle(1), "waiting", NOW + timedelta(seconds=46))


def test_who_is_known_to_be_beyond_the_limit_costs_no_call(
    throttle: Callable[..., Throttle], stand_in: StandIn
) -> None:
    seen: list[str] = []
    exceeded = Exceeded()
    for _ in range(2):
        admitted(throttle(1, exceeded=exceeded), "known")
    with filtered(stand_in.endpoint, lambda _, path, __: seen.append(path)) as address:
        assert not admitted(throttle(1, store_at(address, stand_in), exceeded), "known")
    assert seen == []


def test_what_a_process_remembers_is_bounded() -> None:
    exceeded = Exceeded()
    for number in range(5000):
        exceeded.add(str(number))
    remembered = [number for number in range(5000) if str(number) in exceeded]
    assert remembered == list(range(3000, 5000))


def test_no_address_is_kept_and_a_row_says_when_it_may_go(throttle: Callable[..., Throttle], stand_in: StandIn) -> None:
    admitted(throttle(), "203.0.113.77")
    rows = stand_in.server.get("/tablesdb/certificates/tables/throttles/rows")["rows"]
    assert "203.0.113.77" not in str(rows)
    assert {row["expires_at"] for row in rows} <= {f"2026-11-20T12:0{n}:00.000+00:00" for n in (1, 2)}


def test_who_can_not_be_counted_is_not_let_in(throttle: Callable[..., Throttle], stand_in: StandIn) -> None:
    refusal = b'{"message":"no","type":"general_unknown","code":400}'
    with filtered(stand_in.endpoint, lambda *_: refusal) as address, pytest.raises(StoreFailure):
        throttle(3, store_at(address, stand_in)).admit("uncounted", NOW)


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("", "unknown"),
        ("anything", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_client_is_an_address_or_the_network_of_one_customer(address: str | None, client: str) -> None:
    assert client_of(request(address)) == client
