"""Which scopes a caller may have: https://appwrite.io/docs/advanced/platform/api-keys#scopes."""

_READ_AND_WRITE = (
    "users",
    "sessions",
    "teams",
    "databases",
    "tables",
    "columns",
    "indexes",
    "rows",
    "collections",
    "attributes",
    "documents",
    "files",
    "buckets",
    "tokens",
    "functions",
    "executions",
    "execution",
    "rules",
    "targets",
    "variables",
    "platforms",
)
KEY = frozenset(f"{name}.{way}" for name in _READ_AND_WRITE for way in ("read", "write")) | {
    "locale.read",
    "avatars.read",
    "health.read",
    "project.read",
}
GUEST = frozenset(
    {
        "public",
        "sessions.write",
        "documents.read",
        "documents.write",
        "rows.read",
        "rows.write",
        "files.read",
        "files.write",
        "locale.read",
        "avatars.read",
        "executions.write",
        "execution.write",
    }
)
USER = GUEST | {"account", "teams.read", "teams.write", "executions.read", "execution.read"}
