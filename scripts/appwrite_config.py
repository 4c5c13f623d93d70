"""Write `appwrite.config.json` for the official Appwrite CLI and the Appwrite that `env.<name>` describes."""

import argparse
import json
import sys
from pathlib import Path

from infra.deploy import definitions, functions, settings
from infra.deploy.cli_config import STRICT, cli_config
from infra.deploy.errors import DeployError

FILE = "appwrite.config.json"


def main() -> int:
    """The exit status: 0 if the file is written."""
    arguments, root = _arguments(), Path.cwd()
    try:
        target = settings.read(arguments.env, root)
        schema = definitions.load(root / "infra" / "appwrite_collections.json")
        chosen = functions.load(root / "infra" / "appwrite_functions.json")
    except DeployError as error:
        print(error, file=sys.stderr)
        return 1
    text = json.dumps(cli_config(target, schema, chosen, arguments.cli), indent=2)
    (root / FILE).write_text(text + "\n", encoding="utf-8")
    print(f"{FILE}: project {target.project} on {target.endpoint}; CLI_SETUP.md says how to push it")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make appwrite-config", description=__doc__)
    parser.add_argument("env", help="staging, production, …: the file env.<name> or .env.<name>")
    parser.add_argument("--cli", type=int, default=STRICT, help="major version of the CLI (default: the newer ones)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
