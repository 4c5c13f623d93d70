"""Bring rows that older versions wrote to today's shape. It can be broken off and repeated; nothing is undone."""

import argparse
import sys

from infra.migrations import registry
from scripts import remote


def main() -> int:
    """The exit status: 0 if nothing is pending any more, or with --dry-run if it could be found out."""
    parser = remote.parser("make migrate", __doc__)
    parser.add_argument("--dry-run", action="store_true", help="say what is pending and how many rows, change nothing")
    arguments = parser.parse_args()
    return remote.exit_status(lambda: _run(arguments))


def _run(arguments: argparse.Namespace) -> int:
    with remote.connected(arguments) as (server, _):
        pending = registry.pending(server)
        if not pending:
            print("no migrations are pending")
        elif arguments.dry_run:
            for each in pending:
                print(f"{each.name}: {each.plan(server)} rows to look at")
        else:
            registry.carry_out(server, pending, print)
    return 0


if __name__ == "__main__":
    sys.exit(main())
