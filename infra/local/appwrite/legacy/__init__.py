"""The older words for tables and columns, in which every version of the official CLI makes columns and indexes."""

from infra.local.appwrite.legacy import attributes

ROUTES = (attributes.routes,)
