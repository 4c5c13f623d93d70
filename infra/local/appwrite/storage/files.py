"""Files: their entries in the database, their bytes on disk."""

from pathlib import Path
from typing import Any

from infra.local.appwrite import access
from infra.local.appwrite.call import Call, Caller
from infra.local.appwrite.collection import Collection, Document
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import UNAUTHORIZED, Fault
from infra.local.appwrite.listing import listing
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.storage.buckets import BUCKET, BUCKETS, find_bucket
from infra.local.appwrite.storage.buckets import WRITE as WRITE_BUCKETS

FILES = Collection(
    "files",
    {
        "bucketId": "string",
        "name": "string",
        "signature": "string",
        "mimeType": "string",
        "sizeOriginal": "integer",
        "sizeActual": "integer",
        "chunksTotal": "integer",
        "chunksUploaded": "integer",
        #: The numbers of the chunks that are on disk, and the name of the bytes there.
        "chunks": "json",
        "content": "string",
    },
    scope=("bucketId",),
)
NOT_FOUND = Fault.of("storage_file_not_found", 404, "The requested file could not be found.")
READ, WRITE = ("files.read",), ("files.write",)
FILES_PATH = BUCKET + "/files"
FILE = FILES_PATH + "/{fileId}"
LISTED = ("name", "signature", "mimeType", "sizeOriginal", "chunksTotal", "chunksUploaded")

routes = Routes()


def content_path(services: Services, content: str) -> Path:
    """Where the bytes of a complete file lie."""
    return services.settings.data / "files" / content


def find_file(tx: Transaction, call: Call, bucket: Document) -> Document:
    """The file of the path; 404."""
    found = FILES.get(tx, call.params["fileId"], bucketId=bucket["$id"])
    if found is None:
        raise NOT_FOUND
    return found


def check_read(caller: Caller, bucket: Document, file: Document) -> None:
    """401 where the bucket decides and says no, 404 where the file may decide for itself."""
    if not access.may(caller, "read", bucket, file["$permissions"], by_item=bucket["fileSecurity"]):
        raise NOT_FOUND if bucket["fileSecurity"] else UNAUTHORIZED()


@routes("GET", FILES_PATH, scopes=READ)
def list_files(call: Call, services: Services) -> dict[str, Any]:
    """Page through the files that the caller may see."""
    with services.database.read() as tx:
        bucket = find_bucket(tx, call)
        within = access.readable(call.caller, bucket, by_item=bucket["fileSecurity"])
        where = {"bucketId": bucket["$id"]}
        total, found = listing(call, tx, FILES, attributes=LISTED, where=where, within=within, search=("name",))
    return {"total": total, "files": [model(bucket, file) for file in found]}


@routes("GET", FILE, scopes=READ)
def get_file(call: Call, services: Services) -> dict[str, Any]:
    """One file's entry."""
    with services.database.read() as tx:
        bucket = find_bucket(tx, call)
        file = find_file(tx, call, bucket)
    check_read(call.caller, bucket, file)
    return model(bucket, file)


@routes("PUT", FILE, scopes=WRITE)
def update_file(call: Call, services: Services) -> dict[str, Any]:
    """Change the name or the permissions; the bytes never change."""
    given = call.params.permissions()
    with services.database.write() as tx:
        bucket = find_bucket(tx, call)
        file = find_file(tx, call, bucket)
        access.check(call.caller, "update", bucket, file["$permissions"], by_item=bucket["fileSecurity"])
        granted = file["$permissions"] if given is None else access.initial_permissions(call.caller, given)
        changes = {"name": call.params.text("name", file["name"], longest=255), "$permissions": granted}
        return model(bucket, FILES.update(tx, file, changes))


@routes("DELETE", FILE, scopes=WRITE)
def delete_file(call: Call, services: Services) -> None:
    """Delete a file; the links to it end."""
    with services.database.write() as tx:
        bucket = find_bucket(tx, call)
        file = find_file(tx, call, bucket)
        access.check(call.caller, "delete", bucket, file["$permissions"], by_item=bucket["fileSecurity"])
        FILES.delete(tx, {"$sequence": file["$sequence"]})
    content_path(services, file["content"]).unlink(missing_ok=True)


@routes("DELETE", BUCKET, scopes=WRITE_BUCKETS)
def delete_bucket(call: Call, services: Services) -> None:
    """Delete a bucket with its files."""
    with services.database.write() as tx:
        bucket = find_bucket(tx, call)
        files = FILES.find(tx, {"bucketId": bucket["$id"]})
        FILES.delete(tx, {"bucketId": bucket["$id"]})
        BUCKETS.delete(tx, {"$sequence": bucket["$sequence"]})
    for file in files:
        content_path(services, file["content"]).unlink(missing_ok=True)


def model(bucket: Document, file: Document) -> dict[str, Any]:
    """The entry as the API shows it."""
    hidden = ("$sequence", "chunks", "content")
    shown = {key: value for key, value in file.items() if key not in hidden}
    return {**shown, "encryption": bucket["encryption"], "compression": bucket["compression"]}
