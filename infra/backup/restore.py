"""`make restore`: a backup's folder becomes a project.

check folder -> check project -> functions off -> schema -> accounts -> files -> rows -> compare -> functions on
|--- nothing is written here --|                                                         |
                                                                  all of it, by SHA-256 and value
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from infra.backup import quiet, readmit, refill, save, saved, scope, upload
from infra.backup.listing import together
from infra.backup.readmit import Readmitted
from infra.backup.refill import Compared
from infra.backup.saved import Saved
from infra.deploy import definitions, schema, scopes
from infra.deploy.definitions import Schema
from infra.deploy.functions import Function
from infra.deploy.scopes import Scope
from infra.deploy.server import Server

SCOPES = (
    *scopes.SCHEMA,
    *save.SCOPES,
    Scope("rows.write", "rows", "delete", "/tablesdb/{}/tables/{}/rows/{}"),
    Scope("files.write", "files", "delete", "/storage/buckets/{}/files/{}"),
    Scope("users.write", "accounts", "delete", "/users/{}"),
    Scope("teams.write", "teams", "delete", "/teams/{}"),
    *(each for each in scopes.FUNCTIONS if each.name.startswith("functions.")),
)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Destination:
    """What is restored into: the project behind `server`."""

    server: Server
    collections: Path
    functions: Sequence[Function]


@dataclass(frozen=True)
class Report:
    """What is there now, by table and bucket, compared with the backup."""

    lists: Mapping[str, Compared]
    people: Readmitted
    #: Functions that run again.
    running: Sequence[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return all(each.ok for each in self.lists.values()) and not self.people.wrong


def restore(destination: Destination, folder: Path, say: Say) -> Report:
    """Restore it, or go on where a run before broke off.

    Raises Damaged or NotEmpty before anything is written, DeployError if it can't go on. The functions stay off unless
    the report is ok.
    """
    server, wanted = destination.server, definitions.load(destination.collections)
    found = saved.opened(folder, wanted)
    say(f"{folder}: every SHA-256 is right; saved {found.manifest.begun:%Y-%m-%d %H:%M} UTC")
    _check_room(server, wanted, found)
    for name in quiet.switch(server, destination.functions, on=False):
        say(f"{name}: switched off")
    schema.apply(server, wanted, say)
    _write(server, wanted, found, say)
    say("written; now all of it is read again and compared")
    report = Report(_compared(server, wanted, found), readmit.compare(server, found))
    if not report.ok:
        return report
    return Report(report.lists, report.people, quiet.switch(server, destination.functions, on=True))


def _check_room(server: Server, wanted: Schema, found: Saved) -> None:
    """A new project has no tables yet."""
    for table in scope.restored(wanted):
        if server.find(f"/tablesdb/{wanted.database.id}/tables/{table.id}") is not None:
            refill.check_room(server, wanted, table, found)
    for bucket in scope.buckets(wanted):
        upload.check_room(server, bucket, found)
    readmit.check_room(server, found)


def _write(server: Server, wanted: Schema, found: Saved, say: Say) -> None:
    readmit.put(server, found)
    say("accounts and teams are back")
    for bucket in scope.buckets(wanted):
        upload.put(server, bucket, found, say)
    say("files are back")
    together(lambda table: refill.insert(server, wanted, table, found), scope.restored(wanted))


def _compared(server: Server, wanted: Schema, found: Saved) -> dict[str, Compared]:
    tables = scope.restored(wanted)
    rows = together(lambda table: refill.compare(server, wanted, table, found), tables)
    every = {table.id: each for table, each in zip(tables, rows, strict=True)}
    return every | {f"files of {bucket}": upload.compare(server, bucket, found) for bucket in scope.buckets(wanted)}
