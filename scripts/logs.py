"""Show a function's most recent executions, the newest last, with what they logged."""

import argparse
import json
import sys

from infra.deploy.server import Document
from scripts import remote


def main() -> int:
    """The exit status."""
    parser = remote.parser("make logs", __doc__)
    parser.add_argument("function", help="the function's id")
    parser.add_argument("--limit", type=int, default=20, choices=range(1, 101), metavar="1-100")
    arguments = parser.parse_args()
    return remote.exit_status(lambda: _run(arguments))


def _run(arguments: argparse.Namespace) -> int:
    newest_first = {"method": "orderDesc", "attribute": "$createdAt"}
    queries = [json.dumps(newest_first), json.dumps({"method": "limit", "values": [arguments.limit]})]
    with remote.connected(arguments) as (server, _):
        found = server.get(f"/functions/{arguments.function}/executions", queries=queries)["executions"]
    print("\n".join(_told(execution) for execution in reversed(found)) or "no executions")
    return 0


def _told(execution: Document) -> str:
    code, seconds = f"{execution['responseStatusCode']:.0f}", f"{execution['duration']:.3f} s"
    head = "  ".join((execution["$createdAt"], execution["trigger"], execution["status"], code, seconds))
    said = [line for part in ("logs", "errors") for line in execution[part].splitlines()]
    return "\n".join([head, *(f"    {line}" for line in said)])


if __name__ == "__main__":
    sys.exit(main())
