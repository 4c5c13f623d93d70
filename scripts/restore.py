"""Restore a backup into an empty Appwrite project, and compare every row and file; run it again to go on."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.backup import restore
from infra.backup.restore import Destination, Report
from infra.deploy import scopes
from scripts import remote

#: How many ids of what is wrong are named.
_NAMED = 5


def main() -> int:
    """The exit status: 0 if everything is there and the same."""
    parser = remote.parser("make restore", __doc__)
    parser.add_argument("from_", metavar="from", type=Path, help="the backup's folder")
    arguments = parser.parse_args()
    return remote.exit_status(lambda: _run(arguments))


def _run(arguments: argparse.Namespace) -> int:
    with remote.connected(arguments) as (server, _):
        scopes.require(server, restore.SCOPES)
        destination = Destination(server, remote.COLLECTIONS, remote.chosen(None))
        report = restore.restore(destination, arguments.from_, lambda text: print(text, flush=True))
    print("\n".join(_told(report)))
    return 0 if report.ok else 1


def _told(report: Report) -> Iterator[str]:
    for name, found in report.lists.items():
        yield f"{found.count:8}  {name}{_wrong('MISSING', found.missing)}{_wrong('OTHER', found.other)}"
        if found.redated:
            yield f"{'':8}  the server gave {found.redated} of these rows new dates"
    people = report.people
    yield f"{people.count:8}  accounts and teams{_wrong('NOT AS SAVED', people.wrong)}"
    if people.without_password:
        yield f"These must ask for a new password: {', '.join(people.without_password)}"
    if people.already_there:
        yield f"These had an account here already, and keep that one: {', '.join(people.already_there)}"
    if report.ok:
        yield f"Restored and verified. Switched on again: {', '.join(report.running) or 'no function was deployed'}."
    else:
        yield "NOT RESTORED: what is named above differs from the backup, and the functions stay switched off."


def _wrong(word: str, ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return f"  {word}: {', '.join(ids[:_NAMED])}{more}" if ids else ""


if __name__ == "__main__":
    sys.exit(main())
