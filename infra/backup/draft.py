"""A backup while it is being made: a SQLite file in its folder, from which the next run goes on after a crash."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.deploy.server import Document

_TABLES = """
pragma journal_mode = wal;
pragma synchronous = normal;
create table if not exists facts (name text primary key, value text);
create table if not exists rows (list text, id text, sequence integer, line text, primary key (list, id)) without rowid;
create table if not exists complete (list text primary key);
create table if not exists alive (list text, id text, primary key (list, id)) without rowid;
"""
#: What belongs to the place and not to the row.
_OF_THE_PLACE = {"$sequence", "$databaseId", "$tableId"}


class Draft:
    """Things with ids, by the list that they are of; a page is kept whole or not at all. For many threads."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600)
        self._path = path
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.executescript(_TABLES)

    def close(self) -> None:
        self._database.close()

    def remove(self) -> None:
        """The backup is finished."""
        self._path.unlink()

    def fact(self, name: str, value: str) -> str:
        """`value`, or what the first run said."""
        with self._writing() as database:
            database.execute("insert or ignore into facts values (?, ?)", (name, value))
            return str(database.execute("select value from facts where name = ?", (name,)).fetchone()[0])

    def keep(self, name: str, items: Iterable[Document]) -> None:
        """Keep these, in place of what is kept under their ids."""
        lines = [(name, each["$id"], int(each.get("$sequence", 0)), line(each)) for each in items]
        with self._writing() as database:
            database.executemany("insert or replace into rows values (?, ?, ?, ?)", lines)

    def last(self, name: str) -> str:
        """The id that the next page of a list begins after."""
        found = self._one("select id from rows where list = ? order by id desc limit 1", name)
        return str(found[0]) if found else ""

    def find(self, name: str, item_id: str) -> dict[str, Any] | None:
        found = self._one("select line from rows where list = ? and id = ?", name, item_id)
        return dict(json.loads(found[0])) if found else None

    def mark_complete(self, name: str) -> None:
        with self._writing() as database:
            database.execute("insert or ignore into complete values (?)", (name,))

    def is_complete(self, name: str) -> bool:
        return self._one("select 1 from complete where list = ?", name) is not None

    def retain(self, name: str, pages: Iterable[list[str]]) -> None:
        """Forget all but these ids."""
        with self._writing() as database:
            database.execute("delete from alive where list = ?", (name,))
        for page in pages:
            with self._writing() as database:
                database.executemany("insert or ignore into alive values (?, ?)", [(name, each) for each in page])
        with self._writing() as database:
            gone = "id not in (select id from alive where list = ?)"
            database.execute(f"delete from rows where list = ? and {gone}", (name, name))  # noqa: S608 - two constants

    def missing(self, name: str) -> list[str]:
        """Which of the ids of the last `retain` are not kept."""
        kept = "select id from rows where list = ?"
        statement = f"select id from alive where list = ? and id not in ({kept}) order by id"  # noqa: S608 - constants
        with self._lock:
            return [str(found[0]) for found in self._database.execute(statement, (name, name))]

    def lines(self, name: str) -> Iterator[str]:
        """In the order in which they were inserted on the server, which its lists go by."""
        yield from (
            found[0]
            for found in self._database.execute("select line from rows where list = ? order by sequence, id", (name,))
        )

    def _one(self, statement: str, *values: str) -> tuple[Any, ...] | None:
        with self._lock:
            found: tuple[Any, ...] | None = self._database.execute(statement, values).fetchone()
        return found

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._database:
            self._database.execute("begin")
            yield self._database


def line(item: Document) -> str:
    """One line of a file of the backup."""
    kept = {name: value for name, value in item.items() if name not in _OF_THE_PLACE}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
