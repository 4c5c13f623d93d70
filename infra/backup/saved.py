"""A backup's folder as a restore reads it: checked whole before anything is written."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.backup import documents, manifest, people, scope
from infra.backup.listing import together
from infra.backup.manifest import Damaged, Manifest
from infra.deploy.definitions import Schema, Table

Line = dict[str, Any]


@dataclass(frozen=True)
class Saved:
    """A folder that was checked."""

    folder: Path
    manifest: Manifest

    def rows(self, table: str) -> Iterator[Line]:
        """In the order in which they were inserted; none of a table that the backup is older than."""
        return self._lines(f"tables/{table}.jsonl")

    def files(self, bucket: str) -> Iterator[Line]:
        return self._lines(f"{documents.list_name(bucket)}.jsonl")

    def content(self, bucket: str, file: Line) -> bytes:
        """The bytes of one of `files`. Raises Damaged if they are others."""
        path = self.folder / documents.list_name(bucket) / documents.checked(file["$id"])
        content = path.read_bytes() if path.is_file() else b""
        if documents.digest(content) != file["sha256"]:
            raise Damaged(f"{path} is not the file that was saved: its SHA-256 differs.")
        return content

    def users(self) -> Iterator[Line]:
        return self._lines(f"{people.USERS}.jsonl")

    def teams(self) -> Iterator[Line]:
        return self._lines(f"{people.TEAMS}.jsonl")

    def _lines(self, path: str) -> Iterator[Line]:
        if path in self.manifest.sha256:
            with (self.folder / path).open("rb") as lines:
                for line in lines:
                    yield json.loads(line)


def opened(folder: Path, schema: Schema) -> Saved:
    """The backup in `folder`, every byte of which is what was saved. Raises Damaged."""
    found = Saved(folder, manifest.read(folder))
    for path, sha256 in found.manifest.sha256.items():
        _check_list(folder, path, sha256)
    for table in scope.restored(schema):
        _check_columns(found, table)
    for bucket in scope.buckets(schema):
        together(lambda file: len(found.content(bucket, file)), found.files(bucket))  # noqa: B023 - done when it returns
    return found


def _check_list(folder: Path, path: str, sha256: str) -> None:
    if not (folder / path).resolve().is_relative_to(folder.resolve()) or not (folder / path).is_file():
        raise Damaged(f"{folder / path} is missing.")
    if manifest.measured(folder / path)[1] != sha256:
        raise Damaged(f"{folder / path} is not the list that was saved: its SHA-256 differs.")


def _check_columns(found: Saved, table: Table) -> None:
    """A row from a newer schema would be refused by the server in the middle of the restore."""
    known = {column.key for column in table.columns}
    for row in found.rows(table.id):
        if unknown := {key for key in row if not key.startswith("$")} - known:
            raise Damaged(
                f"{table.id} has columns that infra/appwrite_collections.json does not know: "
                f"{', '.join(sorted(unknown))}. Restore with the version that made it, {found.manifest.tool}, or newer."
            )


def batches(lines: Iterator[Line], most: int, room: int) -> Iterator[Sequence[Line]]:
    """Up to `most` lines each, and no more than `room` bytes of JSON unless one alone is longer."""
    batch: list[Line] = []
    size = 0
    for line in lines:
        length = len(json.dumps(line))
        if batch and (len(batch) == most or size + length > room):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += length
    if batch:
        yield batch
