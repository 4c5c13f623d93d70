"""SQLite as the one store: many readers, one writer at a time, nothing committed is lost by a crash of the process.

WAL with synchronous=NORMAL keeps every commit when the process dies (a power cut may cost the last ones:
https://www.sqlite.org/pragma.html#pragma_synchronous).
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock
from typing import Any

from infra.local.appwrite.values import Clock, timestamp


@dataclass(frozen=True)
class Transaction:
    """One connection for the length of one `read` or `write`, with the time at which that began."""

    connection: sqlite3.Connection
    now: str

    def execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        """Run one statement with bound values."""
        return self.connection.execute(sql, tuple(values))

    def all(self, sql: str, values: Iterable[Any] = ()) -> list[dict[str, Any]]:
        """Every row of a query as a dict."""
        return [dict(row) for row in self.execute(sql, values)]

    def one(self, sql: str, values: Iterable[Any] = ()) -> dict[str, Any] | None:
        """The first row of a query, or None."""
        row = self.execute(sql, values).fetchone()
        return None if row is None else dict(row)


class Database:
    """Hands out pooled connections to one SQLite file."""

    def __init__(self, path: Path, clock: Clock, schema: Iterable[str] = ()) -> None:
        self._path, self._clock = path, clock
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()
        # SQLite makes waiting writers sleep and retry; a lock wakes the next one at once.
        self._writer = Lock()
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            for statements in schema:
                connection.executescript(statements)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One consistent view of the data."""
        with self._connection() as connection:
            yield from self._transaction(connection, "BEGIN")

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """All or nothing: committed at the end, rolled back by any exception."""
        with self._writer, self._connection() as connection:
            yield from self._transaction(connection, "BEGIN IMMEDIATE")

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def _transaction(self, connection: sqlite3.Connection, begin: str) -> Iterator[Transaction]:
        connection.execute(begin)
        try:
            yield Transaction(connection, timestamp(self._clock()))
            connection.commit()
        finally:
            if connection.in_transaction:
                connection.rollback()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = self._open()
        try:
            yield connection
        finally:
            self._idle.put(connection)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=30, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection
