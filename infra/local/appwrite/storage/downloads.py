"""Downloads and views, for those who may read and for holders of a file token."""

from starlette.responses import FileResponse

from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Document
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.storage.buckets import find_bucket
from infra.local.appwrite.storage.files import FILE, NOT_FOUND, READ, check_read, content_path, find_file
from infra.local.appwrite.storage.media import SHOWN_INLINE
from infra.local.appwrite.storage.tokens import opens

#: 45 days, though the file may be deleted or its token revoked meanwhile: the real server's choice.
CACHE = "private, max-age=3888000"

routes = Routes()


@routes("GET", FILE + "/download", scopes=READ)
def download(call: Call, services: Services) -> FileResponse:
    """The bytes, to be saved."""
    file = _readable(call, services)
    return _sent(services, file, file["mimeType"], "attachment")


@routes("GET", FILE + "/view", scopes=READ)
def view(call: Call, services: Services) -> FileResponse:
    """The bytes, to be looked at; what a browser might run comes as plain text."""
    file = _readable(call, services)
    return _sent(services, file, file["mimeType"] if file["mimeType"] in SHOWN_INLINE else "text/plain", "inline")


def _readable(call: Call, services: Services) -> Document:
    with services.database.read() as tx:
        bucket = find_bucket(tx, call)
        file = find_file(tx, call, bucket)
        if not _has_token(tx, call, services, file):
            check_read(call.caller, bucket, file)
    if not file["signature"]:
        raise NOT_FOUND
    return file


def _has_token(tx: Transaction, call: Call, services: Services, file: Document) -> bool:
    secret = call.params.get("token")
    return isinstance(secret, str) and opens(tx, services, secret, file)


def _sent(services: Services, file: Document, media_type: str, disposition: str) -> FileResponse:
    return FileResponse(
        content_path(services, file["content"]),
        headers={"content-type": media_type, "cache-control": CACHE, "x-content-type-options": "nosniff"},
        filename=file["name"],
        content_disposition_type=disposition,
    )
