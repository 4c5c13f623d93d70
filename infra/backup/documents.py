"""The files of a bucket, down into a folder: each under its id, and a list that tells name, permissions and SHA-256."""

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from infra.backup.draft import Draft
from infra.backup.listing import PAGE, every, together
from infra.backup.scope import files_path
from infra.deploy.errors import DeployError, ServerError
from infra.deploy.server import Document, Server

#: Of an id, which becomes a file's name here.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,35}")
_SHOWN = ("$id", "$permissions", "name", "sizeOriginal")
#: How many files pass between two lines for whoever waits.
STEP = 500


def list_name(bucket: str) -> str:
    """Of the bucket's list in the draft, and of its folder."""
    return f"files/{bucket}"


class Documents:
    """One bucket and its folder. `fetch` may be called again to learn what is new and what is gone."""

    def __init__(self, server: Server, bucket: str, folder: Path, draft: Draft) -> None:
        self._server = server
        self._bucket = bucket
        self._folder = folder
        self._draft = draft
        self._list = list_name(bucket)
        #: Files that this run has written, or compared with their SHA-256.
        self._sure: set[str] = set()

    def fetch(self, say: Callable[[str], None]) -> None:
        """Make the folder hold what the bucket holds. A file that is there with the right SHA-256 is not read again."""
        for each in (self._folder.parent, self._folder):
            each.mkdir(mode=0o700, exist_ok=True)
        held: set[str] = set()
        fetched = 0
        for batch in _batches(_complete(every(self._server, files_path(self._bucket)))):
            known = self._known(batch)
            new = [each for each in together(self._fetch, [file for file in batch if file["$id"] not in known]) if each]
            self._draft.keep(self._list, [*known.values(), *new])
            held |= {*known, *(each["$id"] for each in new)}
            fetched += len(new)
            if len(held) % STEP == 0:
                say(f"{self._bucket}: {len(held)} files")
        self._draft.retain(self._list, [list(held)])
        for gone in {path.name for path in self._folder.iterdir()} - held:
            (self._folder / gone).unlink()
        say(f"{self._bucket}: {len(held)} files, {len(held) - fetched} of them here already")

    def _known(self, batch: list[Document]) -> dict[str, Document]:
        """Those that are here, by id, with what the bucket says of them now."""
        known = {}
        for file in batch:
            before = self._draft.find(self._list, file["$id"])
            if before and self._is_here(file["$id"], before["sha256"]):
                known[file["$id"]] = _listed(file, before["sha256"])
        return known

    def _is_here(self, file_id: str, sha256: str) -> bool:
        if file_id in self._sure:
            return True
        path = self._folder / checked(file_id)
        return path.is_file() and digest(path.read_bytes()) == sha256

    def _fetch(self, file: Document) -> Document | None:
        """None if it was deleted meanwhile."""
        file_id = checked(file["$id"])
        try:
            content = self._server.download(f"{files_path(self._bucket)}/{file_id}/download")
        except ServerError as error:
            if error.kind == "storage_file_not_found":
                return None
            raise
        if len(content) != file["sizeOriginal"]:
            told = f"{len(content)} bytes in place of {file['sizeOriginal']}"
            raise DeployError(f"{self._bucket}/{file_id} came with {told}.")
        part = self._folder / f"{file_id}.part"
        part.touch(mode=0o600)
        part.write_bytes(content)
        part.replace(self._folder / file_id)
        self._sure.add(file_id)
        return _listed(file, digest(content))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _listed(file: Document, sha256: str) -> Document:
    return {**{key: file[key] for key in _SHOWN}, "sha256": sha256}


def checked(file_id: str) -> str:
    """An id that is a file's name and nothing else. Raises DeployError."""
    if not _ID.fullmatch(file_id):
        raise DeployError(f"{file_id!r} can't be a file's id.")
    return file_id


def _complete(files: Iterator[Document]) -> Iterator[Document]:
    """Without uploads that are still under way, or broke off: they can't be read, and no row names them."""
    return (file for file in files if file["chunksUploaded"] == file["chunksTotal"])


def _batches(files: Iterator[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    for file in files:
        batch.append(file)
        if len(batch) == PAGE:
            yield batch
            batch = []
    if batch:
        yield batch
