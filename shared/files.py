"""Files in private buckets: https://appwrite.io/docs/references/cloud/server-python/storage"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from appwrite.exception import AppwriteException
from appwrite.input_file import InputFile
from appwrite.services.storage import Storage
from appwrite.services.tokens import Tokens

from shared.record import wire_time
from shared.store import translate
from shared.transport import AppwriteClient

#: The bucket of files made on request and offered for a while: ZIPs and previews.
EXPORTS = "exports"
#: The bucket of CSV files that admins upload; only they may put files there.
IMPORTS = "imports"


@dataclass(frozen=True)
class Files:
    """The files of one bucket. Raises what `shared.store.translate` makes of Appwrite's errors."""

    client: AppwriteClient
    bucket_id: str

    def put(self, file_id: str, name: str, content: bytes) -> None:
        """Store `content` once: a file's bytes never change, so an id that exists holds what was stored first."""
        try:
            Storage(self.client).create_file(self.bucket_id, file_id, InputFile.from_bytes(content, name))
        except AppwriteException as error:
            if error.code != HTTPStatus.CONFLICT:
                raise translate(error) from error

    def read(self, file_id: str) -> bytes:
        try:
            content: bytes = Storage(self.client).get_file_download(self.bucket_id, file_id)
        except AppwriteException as error:
            raise translate(error) from error
        return content

    def delete(self, file_id: str) -> None:
        """Remove a file, if there is one; its links die with it."""
        try:
            Storage(self.client).delete_file(self.bucket_id, file_id)
        except AppwriteException as error:
            if error.type != "storage_file_not_found":
                raise translate(error) from error

    def link(self, file_id: str, expires_at: datetime) -> str:
        """An address that anyone may open until `expires_at`: https://appwrite.io/docs/products/storage/file-tokens"""
        try:
            token = Tokens(self.client).create_file_token(self.bucket_id, file_id, wire_time(expires_at))
        except AppwriteException as error:
            raise translate(error) from error
        secret = urlencode({"project": self.client.get_config("project"), "token": token.secret})
        return f"{self.client.endpoint}/storage/buckets/{self.bucket_id}/files/{file_id}/download?{secret}"

    def reachable(self) -> bool:
        try:
            self.client.call("get", f"/storage/buckets/{self.bucket_id}/files", params={"total": 0})
        except AppwriteException:
            return False
        return True
