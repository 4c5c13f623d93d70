"""`make backup`: files, rows, accounts, files again, then lists and the manifest. README.md says why in this order."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra.backup import documents, manifest, people, rows, scope
from infra.backup.documents import Documents
from infra.backup.draft import Draft
from infra.backup.manifest import Manifest, SchemaVersion
from infra.deploy import definitions
from infra.deploy.definitions import Schema
from infra.deploy.errors import DeployError
from infra.deploy.scopes import Scope
from infra.deploy.server import Server
from infra.deploy.settings import Target

SCOPES = (
    Scope("rows.read", "rows", "get", "/tablesdb/{}/tables/{}/rows"),
    Scope("files.read", "files", "get", "/storage/buckets/{}/files"),
    Scope("users.read", "accounts", "get", "/users/{}"),
    Scope("teams.read", "teams", "get", "/teams/{}"),
)
_DRAFT = "unfinished.sqlite"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Source:
    """What is saved: the project behind `server`, whose `collections` is the file of its schema."""

    server: Server
    target: Target
    environment: str
    collections: Path
    #: The version of this project.
    tool: str


def dated(folder: Path, environment: str, now: datetime) -> Path:
    """Where a new backup goes."""
    return folder / f"{environment}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def save(source: Source, folder: Path, say: Say) -> Manifest:
    """Save all of it in `folder`, or go on where a run before broke off. Raises DeployError.

    A folder that is finished is left as it is.
    """
    if (folder / manifest.NAME).exists():
        for rest in folder.glob(f"{_DRAFT}*"):
            rest.unlink()
        say(f"{folder} is finished")
        return manifest.read(folder)
    _own(folder)
    draft = Draft(folder / _DRAFT)
    try:
        made = _save(source, folder, draft, say)
    finally:
        draft.close()
    draft.remove()
    return made


def _own(folder: Path) -> None:
    """What is in it is personal: nobody else on this machine may look."""
    if folder.exists() and any(folder.iterdir()) and not (folder / _DRAFT).exists():
        raise DeployError(f"{folder} holds something else; a backup needs a folder of its own.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _save(source: Source, folder: Path, draft: Draft, say: Say) -> Manifest:
    server, schema = source.server, definitions.load(source.collections)
    _of_one_project(source, draft)
    begun = datetime.fromisoformat(draft.fact("begun", datetime.now(UTC).isoformat()))
    buckets = [
        Documents(server, bucket, folder / documents.list_name(bucket), draft) for bucket in scope.buckets(schema)
    ]
    for bucket in buckets:
        bucket.fetch(say)
    rows.read(server, schema, draft)
    say("rows read; now what changed meanwhile")
    rows.settle(server, schema, draft, begun)
    people.read(server, draft)
    for bucket in buckets:
        bucket.fetch(say)
    made = _described(source, folder, begun, _lists(schema, folder, draft), draft)
    made.write(folder)
    return made


def _of_one_project(source: Source, draft: Draft) -> None:
    here = f"{source.target.endpoint} {source.target.project}"
    if (before := draft.fact("project", here)) != here:
        raise DeployError(f"This folder holds the beginning of a backup of {before}, not of {here}.")


def _lists(schema: Schema, folder: Path, draft: Draft) -> list[str]:
    """Write every list, and answer their paths in the folder."""
    names = {each.id: f"tables/{each.id}.jsonl" for each in schema.tables}
    names |= {kind: f"{kind}.jsonl" for kind in (people.USERS, people.TEAMS)}
    names |= {documents.list_name(each): f"{documents.list_name(each)}.jsonl" for each in scope.buckets(schema)}
    shutil.rmtree(folder / "tables", ignore_errors=True)
    (folder / "tables").mkdir(mode=0o700)
    for name, path in names.items():
        (folder / path).touch(mode=0o600)
        with (folder / path).open("w", encoding="utf-8", newline="\n") as lines:
            lines.writelines(f"{line}\n" for line in draft.lines(name))
    return list(names.values())


def _described(source: Source, folder: Path, begun: datetime, lists: list[str], draft: Draft) -> Manifest:
    measured = {path: manifest.measured(folder / path) for path in lists}
    carried_out = (json.loads(line) for line in draft.lines("migrations"))
    names = tuple(sorted(each["name"] for each in carried_out if each["finished_at"]))
    return Manifest(
        tool=source.tool,
        environment=source.environment,
        project=source.target.project,
        endpoint=source.target.endpoint,
        begun=begun,
        ended=datetime.now(UTC),
        schema_version=SchemaVersion(
            sha256=hashlib.sha256(source.collections.read_bytes()).hexdigest(), migrations=names
        ),
        counts={path: lines for path, (lines, _) in measured.items()},
        sha256={path: digest for path, (_, digest) in measured.items()},
    )
