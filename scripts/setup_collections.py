"""Apply `infra/appwrite_collections.json` to the Appwrite that `env.<name>` describes."""

import argparse
import sys
from pathlib import Path

from infra.deploy import definitions, schema, settings
from infra.deploy.errors import DeployError
from infra.deploy.server import connect


def main() -> int:
    """The exit status: 0 if the schema is now as it should be."""
    parser = argparse.ArgumentParser(prog="scripts/setup-collections.sh", description=__doc__)
    parser.add_argument("env", help="staging, production, …: the file env.<name> or .env.<name>")
    arguments, root = parser.parse_args(), Path.cwd()
    try:
        target = settings.read(arguments.env, root)
        wanted = definitions.load(root / "infra" / "appwrite_collections.json")
        with connect(target) as server:
            changes = schema.apply(server, wanted, print)
    except DeployError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{target.endpoint}, project {target.project}: {f'{len(changes)} changes' if changes else 'no changes'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
