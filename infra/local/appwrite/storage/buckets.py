"""Buckets: what may be stored in them and by whom."""

from typing import Any

from infra.local.appwrite.call import Call
from infra.local.appwrite.collection import Collection, Document, clash
from infra.local.appwrite.database import Transaction
from infra.local.appwrite.errors import Fault
from infra.local.appwrite.listing import listing
from infra.local.appwrite.params import Params
from infra.local.appwrite.routing import Routes
from infra.local.appwrite.services import Services

BUCKETS = Collection(
    "buckets",
    {
        "name": "string",
        "fileSecurity": "boolean",
        "enabled": "boolean",
        "maximumFileSize": "integer",
        "allowedFileExtensions": "string[]",
        "compression": "string",
        "encryption": "boolean",
        "antivirus": "boolean",
        "transformations": "boolean",
    },
)
EXISTS = Fault.of(
    "storage_bucket_already_exists",
    409,
    "A storage bucket with the requested ID already exists. Try again with a different ID or use ID.unique() to "
    "generate a unique ID.",
)
NOT_FOUND = Fault.of("storage_bucket_not_found", 404, "Storage bucket with the requested ID could not be found.")
LARGEST = 30_000_000
READ, WRITE = ("buckets.read",), ("buckets.write",)
BUCKET = "/storage/buckets/{bucketId}"

routes = Routes()


def find_bucket(tx: Transaction, call: Call) -> Document:
    """The bucket of the path; 404 if there is none, or a disabled one for all but keys."""
    bucket = BUCKETS.get(tx, call.params["bucketId"])
    if bucket is None or not (bucket["enabled"] or call.caller.is_key):
        raise NOT_FOUND
    return bucket


@routes("POST", "/storage/buckets", scopes=WRITE, status=201)
def create_bucket(call: Call, services: Services) -> dict[str, Any]:
    """Make a bucket; without permissions only keys reach its files."""
    params = call.params
    document = {
        "$id": params.new_id("bucketId", services.clock()),
        "name": params.text("name"),
        "$permissions": params.permissions([]),
        **_settings(params),
    }
    with services.database.write() as tx, clash(EXISTS()):
        return _model(BUCKETS.create(tx, document))


@routes("GET", "/storage/buckets", scopes=READ)
def list_buckets(call: Call, services: Services) -> dict[str, Any]:
    """Page through the buckets."""
    attributes = [key for key, kind in BUCKETS.fields.items() if not kind.endswith("[]")]
    with services.database.read() as tx:
        total, found = listing(call, tx, BUCKETS, attributes=attributes, search=("name",))
    return {"total": total, "buckets": [_model(bucket) for bucket in found]}


@routes("GET", BUCKET, scopes=READ)
def get_bucket(call: Call, services: Services) -> dict[str, Any]:
    """One bucket."""
    with services.database.read() as tx:
        return _model(find_bucket(tx, call))


@routes("PUT", BUCKET, scopes=WRITE)
def update_bucket(call: Call, services: Services) -> dict[str, Any]:
    """Change the settings; what is left out goes back to its default."""
    params = call.params
    with services.database.write() as tx:
        bucket = find_bucket(tx, call)
        granted = params.permissions(bucket["$permissions"])
        changes = {"name": params.text("name"), "$permissions": granted, **_settings(params)}
        return _model(BUCKETS.update(tx, bucket, changes))


def _settings(params: Params) -> dict[str, Any]:
    return {
        "fileSecurity": params.boolean("fileSecurity", default=False),
        "enabled": params.boolean("enabled", default=True),
        "maximumFileSize": params.number("maximumFileSize", LARGEST, low=1, high=LARGEST),
        "allowedFileExtensions": params.texts("allowedFileExtensions", [], longest=64),
        "compression": params.choice("compression", "none", among=("none", "gzip", "zstd")),
        "encryption": params.boolean("encryption", default=True),
        "antivirus": params.boolean("antivirus", default=True),
        "transformations": params.boolean("transformations", default=True),
    }


def _model(bucket: Document) -> dict[str, Any]:
    return {key: value for key, value in bucket.items() if key != "$sequence"}
