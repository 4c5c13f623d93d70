"""Course completions and what became of telling the world: one row an event, kept for ever.

pending ──2xx──► delivered          five failed attempts: `failed`, and the hook goes off
   └──────────► failed ──redeliver──► pending (and the hook is on again)
"""

import json
import sqlite3
import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from infra.local.graphy.database import Database, now


def complete(
    database: Database,
    course_id: str | None,
    emails: frozenset[str] | None,
    result: Mapping[str, Any] = MappingProxyType({}),
    *,
    silent: bool = False,
) -> list[str]:
    """Mark open enrolments complete (None: any course, any learner) with this result; the ids of the events to send.

    Those who complete in silence get no event.
    """
    with database.transaction() as db:
        enrolments = db.execute(
            "SELECT product_id, email FROM enrolments WHERE completed_at IS NULL AND (?1 IS NULL OR product_id = ?1)"
            " ORDER BY rowid",
            (course_id,),
        ).fetchall()
        moment = now()
        events = [
            (uuid.uuid4().hex, product, email, moment)
            for product, email in enrolments
            if emails is None or email in emails
        ]
        db.executemany(
            "UPDATE enrolments SET completed_at = ? WHERE product_id = ? AND email = ?",
            [(moment, product, email) for _, product, email, moment in events],
        )
        if result:
            fields = json.dumps(dict(result))
            rows = [(email, product, fields) for _, product, email, _ in events]
            db.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", rows)
        if silent:
            return []
        db.executemany("INSERT INTO deliveries (event_id, course_id, email, completed_at) VALUES (?, ?, ?, ?)", events)
    return [event[0] for event in events]


def pending(database: Database) -> list[str]:
    """The ids of the events still to send."""
    with database.transaction() as db:
        return [row[0] for row in db.execute("SELECT event_id FROM deliveries WHERE state = 'pending' ORDER BY rowid")]


def get(database: Database, event_id: str) -> sqlite3.Row:
    """One delivery, with `hook_enabled` and `result`, a JSON object."""
    with database.transaction() as db:
        row: sqlite3.Row = db.execute(
            "SELECT deliveries.*, hook.enabled AS hook_enabled, coalesce(fields, '{}') AS result"
            " FROM deliveries JOIN hook LEFT JOIN results"
            " ON results.email = deliveries.email AND product_id = course_id WHERE event_id = ?",
            (event_id,),
        ).fetchone()
    return row


def record(database: Database, event_id: str, status: int, answer: str, state: str) -> None:
    """Note one attempt: HTTP status (0: none), the answer's beginning, and the state it leads to."""
    with database.transaction() as db:
        db.execute(
            "UPDATE deliveries SET attempts = attempts + 1, status = ?, answer = ?, state = ? WHERE event_id = ?",
            (status, answer, state, event_id),
        )


def give_up(database: Database, event_id: str) -> None:
    """Leave an event undelivered and switch the hook off, as Graphy does."""
    with database.transaction() as db:
        db.execute("UPDATE deliveries SET state = 'failed' WHERE event_id = ?", (event_id,))
        db.execute("UPDATE hook SET enabled = 0")


def redeliver(database: Database, event_ids: list[str] | None) -> list[str]:
    """Switch the hook on and make events pending again (None: all that failed); the ids of those that now are."""
    with database.transaction() as db:
        db.execute("UPDATE hook SET enabled = 1")
        if event_ids is None:
            event_ids = [
                row[0] for row in db.execute("SELECT event_id FROM deliveries WHERE state = 'failed' ORDER BY rowid")
            ]
        again = "UPDATE deliveries SET state = 'pending', attempts = 0 WHERE event_id = ? AND state != 'pending'"
        return [event_id for event_id in event_ids if db.execute(again, (event_id,)).rowcount]


def report(database: Database, limit: int) -> dict[str, Any]:
    """The hook, how many deliveries are in each state, and the newest `limit` of them."""
    with database.transaction() as db:
        (enabled,) = db.execute("SELECT enabled FROM hook").fetchone()
        counts = dict(db.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall())
        newest = db.execute("SELECT * FROM deliveries ORDER BY rowid DESC LIMIT ?", (limit,)).fetchall()
    states = {state: counts.get(state, 0) for state in ("pending", "delivered", "failed")}
    return {"hook_enabled": bool(enabled), **states, "deliveries": [dict(row) for row in newest]}
