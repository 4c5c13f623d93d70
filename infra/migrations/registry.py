"""All migrations, in the order in which they are run, and which of them a server has had.

The table `migrations` holds a row for each that was finished, under an id made of its name.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from appwrite.query import Query

from infra.deploy.errors import ServerError
from infra.deploy.server import Server
from infra.migrations import m2026_11_21_learner_copies, m2026_11_21_received_at, rows
from infra.migrations.migration import Migration, Say
from shared.record import wire_time

TABLE = "migrations"
#: New ones go to the end; none is ever removed or renamed, as servers remember them by name.
MIGRATIONS: Sequence[Migration] = (m2026_11_21_received_at.MIGRATION, m2026_11_21_learner_copies.MIGRATION)


@dataclass(frozen=True)
class SchemaVersion:
    """What a server's rows are shaped by."""

    #: Of infra/appwrite_collections.json, hex.
    sha256: str
    #: Names of those that were finished, sorted.
    migrations: tuple[str, ...]


def schema_version(server: Server, collections: Path) -> SchemaVersion:
    """`collections` is the file of the schema that the server has. Raises ServerError."""
    return SchemaVersion(hashlib.sha256(collections.read_bytes()).hexdigest(), tuple(sorted(finished(server))))


def finished(server: Server) -> set[str]:
    """Their names. Raises ServerError, also if the schema was never applied."""
    done = rows.every(server, TABLE, [Query.is_not_null("finished_at")], ["name"])
    return {each["name"] for each in done}


def pending(server: Server, migrations: Sequence[Migration] = MIGRATIONS) -> list[Migration]:
    """Those that the server has not had, in order. Raises ServerError."""
    done = finished(server)
    return [each for each in migrations if each.name not in done]


def carry_out(server: Server, migrations: Sequence[Migration], say: Say) -> None:
    """Run them one after the other; what was finished before another breaks off stays finished. Raises ServerError."""
    for each in migrations:
        say(each.name)
        changed = each.run(server, lambda told: say(f"  {told}"))
        _record(server, each, changed)
        say(f"  finished, {changed} rows changed")


def waiting(server: Server) -> list[tuple[Migration, int]]:
    """Those pending that have rows to look at, and how many: none in a new project. Raises ServerError."""
    planned = [(each, each.plan(server)) for each in pending(server)]
    return [(each, count) for each, count in planned if count]


def _record(server: Server, migration: Migration, changed: int) -> None:
    data = {
        "name": migration.name,
        "finished_at": wire_time(datetime.now(UTC)),
        "rows": changed,
    }
    try:
        server.post(rows.path(TABLE), rowId=migration.id, data=data)
    except ServerError as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
        # Somebody else finished it at the same time.
