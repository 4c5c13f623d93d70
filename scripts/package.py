"""Write what each function's deploy uploads into dist/, with SHA256SUMS: the same files give the same bytes."""

import argparse
import hashlib
import sys
import tomllib
from pathlib import Path

from infra.deploy import package
from infra.deploy.errors import DeployError
from infra.deploy.functions import Function
from scripts import remote

FOLDER, SUMS = Path("dist"), "SHA256SUMS"


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="make package", description=__doc__)
    parser.add_argument("--version", help="fail unless pyproject.toml says this version, with or without a v before it")
    parser.add_argument("--dirty", action="store_true", help="take what is not committed, too")
    arguments = parser.parse_args()
    return remote.exit_status(lambda: _run(arguments))


def _run(arguments: argparse.Namespace) -> int:
    root = Path()
    version = declared(root)
    if arguments.version and arguments.version.removeprefix("v") != version:
        raise DeployError(f"pyproject.toml says version {version}, not {arguments.version}.")
    names = package.working_files(root) if arguments.dirty else package.committed_files(root)
    for path in write(root, names, remote.chosen(None), version):
        print(path)
    return 0


def declared(root: Path) -> str:
    """The version that pyproject.toml says."""
    return str(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def write(root: Path, names: list[str], functions: list[Function], version: str) -> list[Path]:
    """One tar.gz for each function, and their hashes, in place of those that are there. Raises DeployError."""
    archives = {
        f"{function.id}-{version}.tar.gz": package.pack(root, names, function.exclude).content for function in functions
    }
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    for stale in [*folder.glob("*.tar.gz"), folder / SUMS]:
        stale.unlink(missing_ok=True)
    for name, content in archives.items():
        (folder / name).write_bytes(content)
    hashes = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(archives.items())]
    (folder / SUMS).write_text("".join(hashes), encoding="ascii")
    return [folder / name for name in (*archives, SUMS)]


if __name__ == "__main__":
    sys.exit(main())
