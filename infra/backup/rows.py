"""Rows are read twice, so that what is saved fits together although nobody stops working meanwhile.

begun                                       the last look
|---- every table, page by page ----------->|--- table by table ---|
      (hours, with pauses and crashes)        changed since `begun`: read again
                                              gone: forgotten      new: read
The last look takes what refers to others before what it refers to, so that a row saved has what it names.
"""

from datetime import datetime, timedelta

from infra.backup.draft import Draft
from infra.backup.listing import PAGE, among, ids, pages, query, together
from infra.backup.scope import rows_path
from infra.deploy.definitions import Schema
from infra.deploy.server import Server

#: How far this machine's clock may be behind the server's.
CLOCKS_DIFFER = timedelta(minutes=10)
#: What refers to others comes before it; all other tables come after these.
_REFERRING = (
    *("activity_logs", "deliveries", "certificate_versions", "certificates", "completions", "enrollments"),
    *("learner_aliases", "learners", "contacts", "logos", "organizations", "courses", "templates"),
)


def read(server: Server, schema: Schema, draft: Draft) -> None:
    """The first look; a table that was begun goes on after its last page."""

    def table(name: str) -> None:
        if draft.is_complete(name):
            return
        for page in pages(server, rows_path(schema, name), after=draft.last(name)):
            draft.keep(name, page)
        draft.mark_complete(name)

    together(table, [each.id for each in schema.tables])


def settle(server: Server, schema: Schema, draft: Draft, begun: datetime) -> None:
    """The last look."""
    names = {each.id for each in schema.tables}
    ordered = [name for name in _REFERRING if name in names]
    since = query("greaterThanEqual", "$updatedAt", (begun - CLOCKS_DIFFER).isoformat(timespec="milliseconds"))
    for name in [*ordered, *sorted(names - set(ordered))]:
        path = rows_path(schema, name)
        for page in pages(server, path, [since]):
            draft.keep(name, page)
        draft.retain(name, ids(server, path))
        missing = draft.missing(name)
        for start in range(0, len(missing), PAGE):
            draft.keep(name, among(server, path, missing[start : start + PAGE]).values())
