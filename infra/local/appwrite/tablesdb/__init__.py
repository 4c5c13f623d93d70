"""Databases, tables, columns, indexes and rows: https://appwrite.io/docs/references/cloud/server-rest/tablesDB."""

from infra.local.appwrite.tablesdb import bulk, columns, counters, databases, indexes, rows, schema, tables

ROUTES = tuple(room.routes for room in (databases, tables, columns, indexes, rows, bulk, counters))
SCHEMA = (databases.DATABASES.schema, schema.TABLES.schema)
