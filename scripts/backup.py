"""Save all rows, files, accounts and teams of an Appwrite project in a dated folder; run it again to go on."""

import argparse
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from infra.backup import save
from infra.backup.save import Source
from infra.deploy import scopes
from scripts import remote

_FOLDER = Path("backups")


def main() -> int:
    """The exit status: 0 if the backup is finished."""
    parser = remote.parser("make backup", __doc__)
    parser.add_argument("--to", type=Path, help=f"a folder to go on in, or a new one (default: {_FOLDER}/<env>-<time>)")
    arguments = parser.parse_args()
    return remote.exit_status(lambda: _run(arguments))


def version() -> str:
    """Of this project."""
    return str(tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def _run(arguments: argparse.Namespace) -> int:
    with remote.connected(arguments) as (server, target):
        scopes.require(server, save.SCOPES)
        folder = arguments.to or save.dated(_FOLDER, arguments.env, datetime.now(UTC))
        source = Source(server, target, arguments.env, remote.COLLECTIONS, version())
        print(f"into {folder}; if it breaks off, the same with TO={folder} goes on", flush=True)
        made = save.save(source, folder, lambda text: print(text, flush=True))
    for path, count in made.counts.items():
        print(f"{count:8}  {path}")
    print(f"finished: {folder}. It holds personal data and password hashes, but no variables of the functions.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
