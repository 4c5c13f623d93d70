"""Show a function's most recent executions, the newest last, with what they logged; or, with --trace, what all
functions logged of one completion, from the webhook to the mail."""

import argparse
import re
import sys

from infra.deploy.errors import DeployError
from infra.deploy.server import Document, Server
from infra.tracing import executions
from infra.tracing.story import Line, lines, story
from scripts import remote

#: Executions of each function that are read for a trace.
_FAR = 500


def main() -> int:
    """The exit status: 1 if nothing was logged of a trace."""
    parser = remote.parser("make logs", __doc__)
    parser.add_argument("function", nargs="?", help="the function's id")
    parser.add_argument("--trace", metavar="ID", help="a request id, or the id of a completion or certificate")
    parser.add_argument("--limit", type=int, choices=range(1, 10_001), metavar="1-10000")
    arguments = parser.parse_args()
    return remote.exit_status(lambda: _run(arguments))


def _run(arguments: argparse.Namespace) -> int:
    if not (arguments.trace or arguments.function):
        raise DeployError("Say which: FUNCTION=admin_router, or TRACE=<request id>.")
    with remote.connected(arguments) as (server, _):
        if arguments.trace:
            return _trace(server, arguments)
        found = executions.newest(server, arguments.function, arguments.limit or 20)
    print("\n".join(_told(execution) for execution in reversed(found)) or "no executions")
    return 0


def _trace(server: Server, arguments: argparse.Namespace) -> int:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,36}", arguments.trace):
        raise DeployError("TRACE is the id of a request, a completion or a certificate: up to 36 letters and digits.")
    told = story(_read(server, arguments), arguments.trace)
    if not told:
        raise DeployError(
            f"Nothing was logged of {arguments.trace}, or the server keeps it no longer; LIMIT=2000 looks further back."
        )
    print("\n".join(map(str, told)))
    return 0


def _read(server: Server, arguments: argparse.Namespace) -> list[Line]:
    names = [arguments.function] if arguments.function else [each.id for each in remote.chosen(None)]
    limit = arguments.limit or _FAR
    start = executions.started_at(server, names, arguments.trace)
    every: list[Line] = []
    for name in names:
        found = executions.since(server, name, start, limit) if start else executions.newest(server, name, limit)
        if len(found) == limit:
            print(f"{name}: only {limit} executions were read; LIMIT={limit * 4} reads more.", file=sys.stderr)
        every += lines(name, found)
    return every


def _told(execution: Document) -> str:
    code, seconds = f"{execution['responseStatusCode']:.0f}", f"{execution['duration']:.3f} s"
    head = "  ".join((execution["$createdAt"], execution["trigger"], execution["status"], code, seconds))
    said = [line for part in ("logs", "errors") for line in execution[part].splitlines()]
    return "\n".join([head, *(f"    {line}" for line in said)])


if __name__ == "__main__":
    sys.exit(main())
