"""What the scripts that work on an Appwrite have in common: where it is, how they end, and how a person confirms."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.deploy import functions, settings
from infra.deploy.errors import DeployError
from infra.deploy.functions import Function
from infra.deploy.server import Server, connect
from infra.deploy.settings import Target

FUNCTIONS, COLLECTIONS = Path("infra/appwrite_functions.json"), Path("infra/appwrite_collections.json")


def parser(program: str, description: str | None) -> argparse.ArgumentParser:
    """A parser that takes the environment's name and its file's folder."""
    made = argparse.ArgumentParser(prog=program, description=description)
    made.add_argument("env", help="staging, production, …: the file env.<name> or .env.<name>")
    made.add_argument("--folder", type=Path, default=Path(), help="where that file lies (default: here)")
    return made


@contextmanager
def connected(arguments: argparse.Namespace) -> Iterator[tuple[Server, Target]]:
    """The server that the environment describes. Raises DeployError."""
    target = settings.read(arguments.env, arguments.folder)
    with connect(target) as server:
        yield server, target


def chosen(name: str | None) -> list[Function]:
    """The function of this name, all of the file without one. Raises DeployError."""
    known = functions.load(FUNCTIONS)
    found = [function for function in known if name in {None, function.id}]
    if not found:
        raise DeployError(f"There is no function {name}; known are {', '.join(function.id for function in known)}.")
    return found


def confirm(what: str, name: str) -> None:
    """Let a person type `name` before going on, or have said YES=1 in the environment. Raises DeployError."""
    if os.environ.get("YES") == "1":
        return
    print(f"{what} Type {name} to go on: ", end="", flush=True)
    if sys.stdin.readline().strip() != name:
        raise DeployError("Not confirmed: nothing has been changed.")


def exit_status(run: Callable[[], int]) -> int:
    """What `run` answers; 1 with the reason on stderr if it can't go on, or is interrupted."""
    try:
        return run()
    except DeployError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    return 1
