"""Graphy as a crowd: clients that post signed events to the webhook, each on a connection of its own."""

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from infra.local import listening
from shared.webhooks import sign
from tests.benchmarks.part import percentile

CLIENTS = 20


@dataclass(frozen=True)
class Answers:
    """How long each answer took, and all together."""

    milliseconds: Sequence[float]
    seconds: float

    def found(self) -> dict[str, Any]:
        return {
            "per_second": len(self.milliseconds) / self.seconds,
            "p50_ms": percentile(self.milliseconds, 50),
            "p95_ms": percentile(self.milliseconds, 95),
        }


def post_all(address: str, secret: str, events: Sequence[Mapping[str, str]]) -> Answers:
    """Deliver each event once. Raises AssertionError if one is not accepted."""
    shares = [events[client::CLIENTS] for client in range(CLIENTS)]
    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        taken = list(pool.map(lambda share: _post(address, secret, share), shares))
    return Answers(list(chain.from_iterable(taken)), time.perf_counter() - start)


def _post(address: str, secret: str, events: Sequence[Mapping[str, str]]) -> list[float]:
    place = urlsplit(address)
    connection = HTTPConnection(listening.HOST, place.port, timeout=60)
    taken = []
    for event in events:
        body = json.dumps(event).encode()
        headers = {
            "host": place.netloc,
            "content-type": "application/json",
            "x-graphy-signature": f"sha256={sign(secret, body)}",
        }
        start = time.perf_counter()
        connection.request("POST", place.path or "/", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        taken.append((time.perf_counter() - start) * 1000)
        assert answer.status == 202, said
    connection.close()
    return taken
