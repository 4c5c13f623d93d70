"""What Graphy remembers, in one SQLite file."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS products (id TEXT PRIMARY KEY, title TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS learners (
  email TEXT PRIMARY KEY, id TEXT NOT NULL, name TEXT NOT NULL, created_at TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS enrolments (
  email TEXT NOT NULL REFERENCES learners, product_id TEXT NOT NULL REFERENCES products,
  assigned_at TEXT NOT NULL, completed_at TEXT, PRIMARY KEY (email, product_id)) STRICT;
CREATE TABLE IF NOT EXISTS deliveries (
  event_id TEXT PRIMARY KEY, course_id TEXT NOT NULL, email TEXT NOT NULL, completed_at TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending', attempts INTEGER NOT NULL DEFAULT 0,
  status INTEGER NOT NULL DEFAULT 0, answer TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE IF NOT EXISTS results (
  email TEXT NOT NULL, product_id TEXT NOT NULL, fields TEXT NOT NULL, PRIMARY KEY (email, product_id)) STRICT;
CREATE TABLE IF NOT EXISTS hook (id INTEGER PRIMARY KEY CHECK (id = 1), enabled INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO hook VALUES (1, 1);
"""


def now() -> str:
    """This moment, UTC, in ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Database:
    """One connection shared by all threads; what has been committed survives the process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(folder / "graphy.sqlite", check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of the block or nothing of it."""
        with self._lock, self._connection:
            yield self._connection

    def close(self) -> None:
        with self._lock:
            self._connection.close()
