"""Buckets, files and links to them: https://appwrite.io/docs/products/storage."""

from infra.local.appwrite.storage import buckets, downloads, files, tokens, uploads

ROUTES = tuple(room.routes for room in (buckets, uploads, files, downloads, tokens))
SCHEMA = tuple(collection.schema for collection in (buckets.BUCKETS, files.FILES, tokens.TOKENS))
