"""How often a client may ask in a minute, counted where all containers see it.

    row id = HMAC(key, client and minute)   the row says how many calls there were: no address is kept

A client that went beyond its limit is remembered by the process, so that it costs no call until the minute ends.
"""

import hmac
import ipaddress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from threading import Lock

from pydantic import AwareDatetime

from shared.counters import count
from shared.errors import AppError
from shared.record import Record
from shared.runtime import Request
from shared.store import Store

#: Seconds.
_WINDOW = 60
#: Clients remembered as beyond their limit. One that is forgotten costs a call again.
_REMEMBERED = 2000


class TooManyRequests(AppError):
    """Too many requests came from this address."""

    status, code = HTTPStatus.TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS"


class Calls(Record):
    """What one client asked in one minute."""

    table = "throttles"

    calls: int = 1
    #: When it counts no longer.
    expires_at: AwareDatetime


@dataclass(frozen=True)
class Exceeded:
    """The clients that this process knows to be beyond their limit, by row id, which changes with each minute."""

    _ids: dict[str, None] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __contains__(self, row_id: str) -> bool:
        return row_id in self._ids

    def add(self, row_id: str) -> None:
        with self._lock:
            self._ids[row_id] = None
            if len(self._ids) > _REMEMBERED:
                del self._ids[next(iter(self._ids))]

    def forget(self) -> None:
        with self._lock:
            self._ids.clear()


_exceeded = Exceeded()


@dataclass(frozen=True)
class Throttle:
    """`limit` calls of each client in a minute of the clock."""

    store: Store
    key: bytes = field(repr=False)
    limit: int
    exceeded: Exceeded = _exceeded

    def admit(self, client: str, now: datetime) -> None:
        """Count one call. Raises `TooManyRequests`, and what the store raises: who can't be counted is not let in."""
        minute = int(now.timestamp()) // _WINDOW
        row_id = hmac.digest(self.key, f"{client} {minute}".encode(), "sha256").hex()[:32]
        ends = datetime.fromtimestamp((minute + 1) * _WINDOW, UTC)
        if row_id in self.exceeded or not self._counted(row_id, ends):
            seconds = max(1, int((ends - now).total_seconds()) + 1)
            raise TooManyRequests(f"Too many look-ups: try again in {seconds} seconds.", retry_after=seconds)

    def _counted(self, row_id: str, ends: datetime) -> bool:
        counted = count(self.store, Calls(id=row_id, expires_at=ends), "calls", self.limit) is not None
        if not counted:
            self.exceeded.add(row_id)
        return counted


def client_of(request: Request) -> str:
    """Whom to count: the address, or the network that one IPv6 customer has.

    The platform sets `x-appwrite-client-ip`. A call to the function's domain can't change it; one through
    `POST /v1/functions/…/executions` can, by sending the name in another case. So who forges it gets more look-ups,
    and nothing else: codes have 128 bits, and numbers 55, with or without a limit.
    All whose address can't be read share one count.
    """
    try:
        address = ipaddress.ip_address(request.headers.get("x-appwrite-client-ip", "").strip())
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
