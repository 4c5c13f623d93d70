"""What is saved, and what of that comes back."""

from infra.deploy.definitions import Schema, Table

#: Saved for whoever wants to look, but not restored: each ends by itself or begins anew.
#: claims      leases of workers that are gone; without them what is due can be taken at once
#: links       name tokens of the old project, which open nothing in the new one
#: exports     their files are not saved
#: throttles   one minute's calls of a client
#: sweeps      how far a search in Graphy is; the worker starts one by itself
#: alerts      when the last alert mail of a cause went out
PASSING = frozenset({"claims", "links", "exports", "throttles", "sweeps", "alerts"})
#: Files made on request and files to import: whoever wants one asks, or uploads, again.
TRANSIENT_BUCKETS = frozenset({"exports", "imports"})
#: What an empty project may hold all the same; the backup's rows take the place of those.
REPLACED = frozenset({"migrations"})


def restored(schema: Schema) -> list[Table]:
    """The tables that come back."""
    return [table for table in schema.tables if table.id not in PASSING]


def buckets(schema: Schema) -> list[str]:
    """The buckets whose files are saved and come back."""
    return [bucket.id for bucket in schema.buckets if bucket.id not in TRANSIENT_BUCKETS]


def rows_path(schema: Schema, table: str) -> str:
    return f"/tablesdb/{schema.database.id}/tables/{table}/rows"


def files_path(bucket: str) -> str:
    return f"/storage/buckets/{bucket}/files"
