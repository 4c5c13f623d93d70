"""Products, learners, and who takes what."""

import sqlite3
import uuid
from collections.abc import Iterable

from infra.local.graphy.database import Database, now
from infra.local.graphy.errors import already_assigned, learner_exists, unknown_learner, unknown_product


def put_products(database: Database, products: Iterable[tuple[str, str]]) -> None:
    """Set up products by id and title; a title may change."""
    with database.transaction() as db:
        db.executemany(
            "INSERT INTO products VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET title = excluded.title", products
        )


def list_products(database: Database, limit: int, skip: int) -> tuple[list[sqlite3.Row], int]:
    """One page of products and how many there are."""
    with database.transaction() as db:
        (total,) = db.execute("SELECT count(*) FROM products").fetchone()
        return db.execute("SELECT * FROM products ORDER BY id LIMIT ? OFFSET ?", (limit, skip)).fetchall(), total


def get_product(database: Database, product_id: str) -> sqlite3.Row:
    """Raises GraphyError if there is no such product."""
    with database.transaction() as db:
        return _product(db, product_id)


def add_learner(database: Database, email: str, name: str) -> str:
    """The new learner's id. Raises GraphyError 22 if the address has one."""
    learner_id = uuid.uuid4().hex[:24]
    with database.transaction() as db:
        row = (email, learner_id, name, now())
        if not db.execute("INSERT OR IGNORE INTO learners VALUES (?, ?, ?, ?)", row).rowcount:
            raise learner_exists()
    return learner_id


def assign(database: Database, email: str, product_id: str) -> None:
    """Enrol a learner. Raises GraphyError: 19 if enrolled already, others if learner or product don't exist."""
    with database.transaction() as db:
        if not db.execute("SELECT 1 FROM learners WHERE email = ?", (email,)).fetchone():
            raise unknown_learner(email)
        _product(db, product_id)
        row = (email, product_id, now())
        if not db.execute("INSERT OR IGNORE INTO enrolments VALUES (?, ?, ?, NULL)", row).rowcount:
            raise already_assigned()


def list_learners(database: Database, email: str | None, limit: int, skip: int) -> tuple[list[sqlite3.Row], int]:
    """One page of learners, oldest first, and how many there are; with `email` that one at most."""
    with database.transaction() as db:
        (total,) = db.execute("SELECT count(*) FROM learners WHERE ?1 IS NULL OR email = ?1", (email,)).fetchone()
        page = db.execute(
            "SELECT * FROM learners WHERE ?1 IS NULL OR email = ?1 ORDER BY rowid LIMIT ?2 OFFSET ?3",
            (email, limit, skip),
        )
        return page.fetchall(), total


def courses_of(database: Database, email: str) -> list[sqlite3.Row]:
    """The products that a learner takes, with `assigned_at`, `completed_at` and `result`, a JSON object."""
    with database.transaction() as db:
        return db.execute(
            "SELECT product_id, title, assigned_at, completed_at, coalesce(fields, '{}') AS result"
            " FROM enrolments JOIN products ON products.id = product_id LEFT JOIN results USING (email, product_id)"
            " WHERE email = ? ORDER BY assigned_at",
            (email,),
        ).fetchall()


def _product(db: sqlite3.Connection, product_id: str) -> sqlite3.Row:
    found: sqlite3.Row | None = db.execute("SELECT * FROM products WHERE id = ?", (product_id,)).fetchone()
    if found is None:
        raise unknown_product(product_id)
    return found
