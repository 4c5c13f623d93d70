"""Apply `infra/appwrite_collections.json` to the Appwrite that `env.<name>` describes."""

import argparse
import sys

from infra.deploy import definitions, schema, scopes
from scripts import remote


def main() -> int:
    """The exit status: 0 if the schema is now as it should be."""
    parser = remote.parser("scripts/setup-collections.sh", __doc__)
    parser.add_argument("--dry-run", action="store_true", help="say what would change and change nothing")
    parser.add_argument("--prune", action="store_true", help="also DELETE tables, columns, indexes not in the file")
    arguments = parser.parse_args()
    return remote.exit_status(lambda: _run(arguments))


def _run(arguments: argparse.Namespace) -> int:
    wanted = definitions.load(remote.COLLECTIONS)
    with remote.connected(arguments) as (server, target):
        scopes.require(server, scopes.SCHEMA)
        deletions = schema.pruning(server, wanted) if arguments.prune else []
        steps = schema.plan(server, wanted) + deletions
        if arguments.dry_run:
            print("\n".join(step.text for step in steps) or "no changes")
            return 0
        if deletions:
            print("\n".join(step.text for step in deletions))
            remote.confirm("This is lost with all that it holds.", arguments.env)
        schema.carry_out(server, wanted, steps, print)
    print(f"{target.endpoint}, project {target.project}: {f'{len(steps)} changes' if steps else 'no changes'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
