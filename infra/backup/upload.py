"""Files of a backup, back into their bucket under their ids, and each downloaded again to be compared."""

from collections.abc import Callable

from infra.backup import documents
from infra.backup.listing import LONG_PAGE, PAGE, among, every, together
from infra.backup.refill import Compared, NotEmpty
from infra.backup.saved import Line, Saved, batches
from infra.backup.scope import files_path
from infra.deploy.errors import ServerError
from infra.deploy.server import Document, Server


def check_room(server: Server, bucket: str, saved: Saved) -> None:
    """Raises NotEmpty unless every file of the bucket is one of the backup's. Its bytes are compared later."""
    if server.find(f"/storage/buckets/{bucket}") is None:
        return
    there = sum(1 for _ in every(server, files_path(bucket)))
    same = 0
    for batch in batches(saved.files(bucket), PAGE, _NO_LIMIT) if there else ():
        shown = among(server, files_path(bucket), [file["$id"] for file in batch])
        same += sum(1 for file in batch if file["$id"] in shown and _is_like(file, shown[file["$id"]]))
    if same < there:
        raise NotEmpty(f"Nothing has been written: {bucket} holds {there - same} files that are not this backup's.")


def put(server: Server, bucket: str, saved: Saved, say: Callable[[str], None]) -> None:
    """Upload what is not there, several at a time."""
    done = 0
    for batch in batches(saved.files(bucket), PAGE, _NO_LIMIT):
        there = among(server, files_path(bucket), [file["$id"] for file in batch])
        absent = [file for file in batch if not _is_whole(server, bucket, there.get(file["$id"]))]
        together(lambda file: _put(server, bucket, saved, file), absent)
        done += len(batch)
        if done % documents.STEP == 0:
            say(f"{bucket}: {done} files")


def compare(server: Server, bucket: str, saved: Saved) -> Compared:
    """Each by the SHA-256 of what a download brings, its name and its permissions."""
    missing: list[str] = []
    other: list[str] = []
    count = 0
    for batch in batches(saved.files(bucket), PAGE, _NO_LIMIT):
        there = among(server, files_path(bucket), [file["$id"] for file in batch])
        right = together(lambda file: _is_same(server, bucket, file, there), batch)  # noqa: B023 - done when it returns
        wrong = [file["$id"] for file, is_right in zip(batch, right, strict=True) if not is_right]
        missing += [file_id for file_id in wrong if file_id not in there]
        other += [file_id for file_id in wrong if file_id in there]
        count += len(batch)
    return Compared(count, missing, other)


#: The list of files is short lines; only their number counts.
_NO_LIMIT = LONG_PAGE * PAGE * PAGE


def _put(server: Server, bucket: str, saved: Saved, file: Line) -> None:
    content = saved.content(bucket, file)
    try:
        server.upload(
            files_path(bucket),
            "file",
            file["name"],
            content,
            fileId=file["$id"],
            permissions=file["$permissions"],
        )
    except ServerError as error:
        # A call whose answer got lost had done its work: the comparison tells whether it is this file.
        if error.kind != "storage_file_already_exists":
            raise


def _is_whole(server: Server, bucket: str, shown: Document | None) -> bool:
    """An upload in chunks that broke off can't be finished, so what there is of it makes room for the whole."""
    if shown is not None and shown["chunksUploaded"] < shown["chunksTotal"]:
        server.delete(f"{files_path(bucket)}/{shown['$id']}")
        return False
    return shown is not None


def _is_same(server: Server, bucket: str, file: Line, there: dict[str, Document]) -> bool:
    shown = there.get(file["$id"])
    if shown is None or not _is_like(file, shown):
        return False
    content = server.download(f"{files_path(bucket)}/{file['$id']}/download")
    return documents.digest(content) == str(file["sha256"])


def _is_like(file: Line, shown: Document) -> bool:
    named = ("name", "$permissions", "sizeOriginal")
    return all(shown[name] == file[name] for name in named)
