"""File tokens: links that open one file until they expire or are deleted.

https://appwrite.io/docs/products/storage/file-tokens
"""

from datetime import datetime
from typing import Any

import jwt

from infra.local.appwrite import access
from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Collection, Document
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import ARGUMENT_INVALID, Fault
from infra.local.appwrite.listing import listing
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services
from infra.local.appwrite.storage.buckets import find_bucket
from infra.local.appwrite.storage.files import FILES, find_file
from infra.local.appwrite.values import timestamp, unique_id

TOKENS = Collection("tokens", {"resourceId": "string", "fileSequence": "integer", "expire": "datetime"})
NOT_FOUND = Fault.of("token_not_found", 404, "The requested file token could not be found.")
READ, WRITE = ("tokens.read",), ("tokens.write",)
OF_FILE = "/tokens/buckets/{bucketId}/files/{fileId}"

routes = Routes()


def opens(tx: Transaction, services: Services, secret: str, file: Document) -> bool:
    """Whether the token is ours, stands for this file, and has neither expired nor been deleted."""
    try:
        claims = jwt.decode(secret, services.settings.signing_secret, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        return False
    token = TOKENS.get(tx, claims.get("tokenId", ""))
    return bool(token and token["fileSequence"] == file["$sequence"] and (token["expire"] or "9999") > tx.now)


@routes("POST", OF_FILE, scopes=WRITE, status=201)
def create_token(call: Call, services: Services) -> dict[str, Any]:
    """Make a link to a file; without `expire` it lasts until it is deleted."""
    now, expire = services.clock(), _expire(call, services)
    with services.database.write() as tx:
        bucket = find_bucket(tx, call)
        file = find_file(tx, call, bucket)
        access.check(call.caller, "update", bucket, file["$permissions"], by_item=bucket["fileSecurity"])
        resource = f"{bucket['$id']}:{file['$id']}"
        document = {"$id": unique_id(now), "resourceId": resource, "fileSequence": file["$sequence"], "expire": expire}
        return _model(TOKENS.create(tx, document), services)


@routes("GET", OF_FILE, scopes=READ)
def list_tokens(call: Call, services: Services) -> dict[str, Any]:
    """The tokens of a file."""
    with services.database.read() as tx:
        file = find_file(tx, call, find_bucket(tx, call))
        total, found = listing(call, tx, TOKENS, attributes=("expire",), where={"fileSequence": file["$sequence"]})
    return {"total": total, "tokens": [_model(token, services) for token in found]}


@routes("GET", "/tokens/{tokenId}", scopes=READ)
def get_token(call: Call, services: Services) -> dict[str, Any]:
    """One token."""
    with services.database.read() as tx:
        return _model(_find(tx, call), services)


@routes("PATCH", "/tokens/{tokenId}", scopes=WRITE)
def update_token(call: Call, services: Services) -> dict[str, Any]:
    """Change when a token expires; a later time revives the secret."""
    expire = _expire(call, services)
    with services.database.write() as tx:
        return _model(TOKENS.update(tx, _find(tx, call), {"expire": expire}), services)


@routes("DELETE", "/tokens/{tokenId}", scopes=WRITE)
def delete_token(call: Call, services: Services) -> None:
    """Take a link back."""
    with services.database.write() as tx:
        TOKENS.delete(tx, {"$id": _find(tx, call)["$id"]})


def _expire(call: Call, services: Services) -> str | None:
    expire: datetime | None = call.params.time("expire", None)
    if expire is not None and expire <= services.clock():
        raise ARGUMENT_INVALID("expire", "Value must be valid date in the future")
    return timestamp(expire) if expire else None


def _find(tx: Transaction, call: Call) -> Document:
    token = TOKENS.get(tx, call.params["tokenId"])
    if token is None or not FILES.find(tx, {"$sequence": token["fileSequence"]}):
        raise NOT_FOUND
    return token


def _model(token: Document, services: Services) -> dict[str, Any]:
    shown = ("$id", "$createdAt", "$permissions", "resourceId")
    secret = jwt.encode({"tokenId": token["$id"]}, services.settings.signing_secret, algorithm="HS256")
    return {
        **{key: token[key] for key in shown},
        "resourceType": "files",
        "expire": token["expire"] or "",
        "secret": secret,
        "accessedAt": "",
    }
