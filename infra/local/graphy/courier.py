"""Posts the signed webhooks: a few at a time, each up to five times."""

import hashlib
import hmac
import json
import queue
import sqlite3
import threading
from dataclasses import dataclass, field

import requests

from infra.local import loopback
from infra.local.graphy import deliveries
from infra.local.graphy.database import Database

#: Graphy switches a webhook off after five failed deliveries.
MAX_ATTEMPTS = 5


@dataclass(frozen=True)
class Webhook:
    """Where completions go, and how insistently."""

    url: str
    secret: str = field(repr=False)
    #: Ends the address, after `/hook/`; empty = the address is used as it is.
    token: str = field(default="", repr=False)
    parallel: int = 4
    #: Seconds between two attempts at one event, and to wait for an answer.
    retry_delay: float = 1.0
    timeout: float = 10.0

    @property
    def address(self) -> str:
        return f"{self.url.rstrip('/')}/hook/{self.token}" if self.token else self.url


class Courier:
    """Threads that take events from a queue. Those still pending at `stop` are sent after the next `start`."""

    def __init__(self, database: Database, webhook: Webhook) -> None:
        self._database = database
        self._webhook = webhook
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(webhook.parallel)]

    def start(self) -> None:
        self.send(deliveries.pending(self._database))
        for thread in self._threads:
            thread.start()

    def send(self, event_ids: list[str]) -> None:
        for event_id in event_ids:
            self._queue.put(event_id)

    def stop(self) -> None:
        self._stopping.set()
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        with loopback.session() as http:
            while (event_id := self._queue.get()) is not None:
                self._deliver(http, event_id)

    def _deliver(self, http: requests.Session, event_id: str) -> None:
        for _ in range(MAX_ATTEMPTS):
            event = deliveries.get(self._database, event_id)
            if self._stopping.is_set() or self._attempt(http, event):
                return
            self._stopping.wait(self._webhook.retry_delay)
        deliveries.give_up(self._database, event_id)

    def _attempt(self, http: requests.Session, event: sqlite3.Row) -> bool:
        """Whether the matter is settled: delivered, or not to be tried again."""
        if not event["hook_enabled"]:
            deliveries.give_up(self._database, event["event_id"])
            return True
        status, answer = self._post(http, event)
        delivered = 200 <= status < 300
        deliveries.record(self._database, event["event_id"], status, answer, "delivered" if delivered else "pending")
        return delivered

    def _post(self, http: requests.Session, event: sqlite3.Row) -> tuple[int, str]:
        facts = {name: event[name] for name in ("course_id", "email", "event_id", "completed_at")}
        body = json.dumps(facts | json.loads(event["result"])).encode()
        headers = {"Content-Type": "application/json", "X-Graphy-Signature": signature(self._webhook.secret, body)}
        try:
            answer = http.post(
                self._webhook.address, data=body, headers=headers, timeout=self._webhook.timeout, allow_redirects=False
            )
        except requests.RequestException as error:
            return 0, type(error).__name__
        return answer.status_code, answer.text[:500]


def signature(secret: str, body: bytes) -> str:
    """The header's value: HMAC-SHA256 of the raw body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
