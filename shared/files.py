"""Files in private buckets: https://appwrite.io/docs/references/cloud/server-python/storage"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from appwrite.exception import AppwriteException
from appwrite.input_file import InputFile
from appwrite.query import Query
from appwrite.services.storage import Storage
from appwrite.services.tokens import Tokens

from shared.errors import AppError, NotFound, TooLarge
from shared.fresh import Fresh
from shared.record import wire_time
from shared.store import translate
from shared.transport import AppwriteClient

#: The bucket of files made on request and offered for a while: ZIPs and previews.
EXPORTS = "exports"
#: The bucket of CSV files that admins upload; only they may put files there.
IMPORTS = "imports"

_MISSING = "storage_file_not_found"
_NO_TOKEN = "token_not_found"  # noqa: S105 - the name of an error


class FileGone(AppError):
    """The file does not exist."""

    code = "FILE_GONE"


@dataclass(frozen=True)
class Files:
    """The files of one bucket. Raises what `shared.store.translate` makes of Appwrite's errors."""

    client: AppwriteClient
    bucket_id: str
    _fresh: Fresh = field(default_factory=Fresh, repr=False, compare=False)

    def put(self, file_id: str, name: str, content: bytes) -> None:
        """Store `content` once: a file's bytes never change, so an id that exists holds what was stored first.

        What is longer than 5 MiB goes up in chunks; if that breaks off, only another id can hold the whole.
        """
        try:
            Storage(self.client).create_file(self.bucket_id, file_id, InputFile.from_bytes(content, name))
        except AppwriteException as error:
            if error.code != HTTPStatus.CONFLICT:
                raise translate(error) from error
        else:
            self._fresh.keep(file_id, content)

    def read(self, file_id: str) -> bytes:
        """Raises `FileGone` if there is no such file, unless it was put here a moment ago."""
        fresh = self._fresh.get(file_id)
        if fresh is not None:
            return fresh
        try:
            content: bytes = Storage(self.client).get_file_download(self.bucket_id, file_id)
        except AppwriteException as error:
            raise FileGone if error.type == _MISSING else translate(error) from error
        return content

    def fetch(self, file_id: str, most: int) -> bytes:
        """The bytes of a file that somebody else put here.

        Raises `NotFound`, and, before anything is downloaded, `TooLarge` if there are more than `most` of them.
        """
        path = f"/storage/buckets/{self.bucket_id}/files/{file_id}"
        try:
            size = int(self.client.call("get", path)["sizeOriginal"])
            if size > most:
                raise TooLarge(f"The file may hold at most {most} bytes.", file_id=file_id, bytes=size)
            # What Appwrite takes for JSON would come parsed.
            content: bytes = self.client.call("get", f"{path}/download", response_type="bytes")
        except AppwriteException as error:
            if error.type == _MISSING:
                raise NotFound("There is no such file.", file_id=file_id) from None
            raise translate(error) from error
        return content

    def delete(self, file_id: str) -> None:
        """Remove a file, if there is one; its links die with it."""
        self._fresh.forget(file_id)
        try:
            Storage(self.client).delete_file(self.bucket_id, file_id)
        except AppwriteException as error:
            if error.type != _MISSING:
                raise translate(error) from error

    def named(self, names: Sequence[str]) -> list[str]:
        """The ids of up to 100 files that were put here under one of `names`."""
        queries = [Query.equal("name", list(names)), Query.limit(100)]
        try:
            found = self.client.call("get", f"/storage/buckets/{self.bucket_id}/files", params={"queries": queries})
        except AppwriteException as error:
            raise translate(error) from error
        return [file["$id"] for file in found["files"]]

    def sizes(self, file_ids: Sequence[str]) -> dict[str, int]:
        """Bytes of each of up to 100 files; those that do not exist are left out."""
        queries = [Query.equal("$id", list(file_ids)), Query.limit(100)]
        try:
            path = f"/storage/buckets/{self.bucket_id}/files"
            found = self.client.call("get", path, params={"queries": queries, "total": 0})["files"]
        except AppwriteException as error:
            raise translate(error) from error
        return {file["$id"]: int(file["sizeOriginal"]) for file in found}

    def older_than(self, moment: datetime, limit: int) -> list[str]:
        """The ids of up to `limit` files that were created before that time."""
        queries = [Query.less_than("$createdAt", wire_time(moment)), Query.limit(limit)]
        path = f"/storage/buckets/{self.bucket_id}/files"
        try:
            found = self.client.call("get", path, params={"queries": queries, "total": 0})["files"]
        except AppwriteException as error:
            raise translate(error) from error
        return [file["$id"] for file in found]

    def link(self, file_id: str, expires_at: datetime) -> tuple[str, str]:
        """A new token's id, and an address that anyone may open until `expires_at` or `unlink`.

        https://appwrite.io/docs/products/storage/file-tokens
        """
        try:
            token = Tokens(self.client).create_file_token(self.bucket_id, file_id, wire_time(expires_at))
        except AppwriteException as error:
            raise translate(error) from error
        secret = urlencode({"project": self.client.get_config("project"), "token": token.secret})
        path = f"/storage/buckets/{self.bucket_id}/files/{file_id}/download"
        return token.id, f"{self.client.endpoint}{path}?{secret}"

    def unlink(self, token_id: str) -> None:
        """End a token of any bucket, if there is one."""
        try:
            Tokens(self.client).delete(token_id)
        except AppwriteException as error:
            if error.type != _NO_TOKEN:
                raise translate(error) from error

    def reachable(self) -> bool:
        try:
            self.client.call("get", f"/storage/buckets/{self.bucket_id}/files", params={"total": 0})
        except AppwriteException:
            return False
        return True
