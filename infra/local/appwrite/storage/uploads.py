"""Uploads: whole files, or chunks of 5 MiB in any order.

Bytes go to disk under a name that nobody knows; the entry that tells of them is committed after they are there, and has
a `signature` only once all are. A crash leaves at most bytes without an entry, or an upload that can go on.
"""

import hashlib
import secrets
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse

from infra.local.appwrite import access
from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Document, clash
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import ARGUMENT_INVALID, Fault
from infra.local.appwrite.parts import Part, read_part, write_part
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.storage.buckets import find_bucket
from infra.local.appwrite.storage.files import FILES, FILES_PATH, WRITE, content_path, model
from infra.local.appwrite.storage.media import mime_type
from infra.local.appwrite.values import ID_RULE, is_id

#: Above this size the real server stores files as they are.
LARGEST_ENCRYPTED = 20_000_000
EXISTS = Fault.of("storage_file_already_exists", 409, "A storage file with the requested ID already exists.")
EMPTY = Fault.of("storage_file_empty", 400, "Empty file passed to the endpoint.")
EXTENSION = Fault.of("storage_file_type_unsupported", 400, "File extension not allowed")
SIZE = Fault.of("storage_invalid_file_size", 400, "File size not allowed")

routes = Routes()


@routes("POST", FILES_PATH, scopes=WRITE, status=201)
def create_file(call: Call, services: Services) -> Any:
    """Store a file, or one chunk of it; a chunk of a complete file is answered with 200."""
    part, file_id, given = _part(call), _file_id(call, services), call.params.permissions()
    with services.database.write() as tx:
        bucket = find_bucket(tx, call)
        access.check_create(call.caller, bucket)
        _check(bucket, part)
        entry = _entry(tx, bucket, file_id, part, access.initial_permissions(call.caller, given))
        if entry["signature"]:
            return JSONResponse(model(bucket, entry))
        path = content_path(services, entry["content"])
        write_part(path, part)
        return model(bucket, FILES.update(tx, entry, _progress(bucket, entry, part, path)))


def _part(call: Call) -> Part:
    upload = call.params.get("file")
    if not isinstance(upload, UploadFile):
        raise EMPTY
    return read_part(upload, call.headers)


def _file_id(call: Call, services: Services) -> str:
    later = call.headers.get("x-appwrite-id")
    if later is None:
        return call.params.new_id("fileId", services.clock())
    if not is_id(later):
        raise ARGUMENT_INVALID("fileId", ID_RULE)
    return later


def _check(bucket: Document, part: Part) -> None:
    allowed = [extension.lower() for extension in bucket["allowedFileExtensions"]]
    if allowed and Path(part.name).suffix.lower().removeprefix(".") not in allowed:
        raise EXTENSION
    if part.size > bucket["maximumFileSize"]:
        raise SIZE


def _entry(tx: Transaction, bucket: Document, file_id: str, part: Part, own: list[str]) -> Document:
    """The file's entry, made if this is its first chunk to come; 409 for a whole file under an id that is taken."""
    found = FILES.get(tx, file_id, bucketId=bucket["$id"])
    if found and part.is_chunk and found["sizeOriginal"] == part.size:
        return found
    entry = {
        "$id": file_id,
        "$permissions": own,
        "bucketId": bucket["$id"],
        "name": part.name,
        "signature": "",
        "mimeType": "",
        "sizeOriginal": part.size,
        "sizeActual": 0,
        "chunksTotal": part.total,
        "chunksUploaded": 0,
        "chunks": [],
        "content": secrets.token_hex(16),
    }
    with clash(EXISTS()):
        return FILES.create(tx, entry)


def _progress(bucket: Document, entry: Document, part: Part, path: Path) -> dict[str, Any]:
    chunks = sorted({*entry["chunks"], part.number})
    changes: dict[str, Any] = {"chunks": chunks, "chunksUploaded": len(chunks)}
    if len(chunks) < part.total:
        return changes
    with path.open("rb") as content:
        head = content.read(64)
        content.seek(0)
        signature = hashlib.file_digest(content, hashlib.md5).hexdigest()
    is_encrypted = bucket["encryption"] and part.size <= LARGEST_ENCRYPTED
    actual = -(-part.size // 3) * 4 if is_encrypted else part.size
    return {**changes, "signature": signature, "mimeType": mime_type(head), "sizeActual": actual}
