"""List the functions of the Appwrite that `env.<name>` describes."""

import argparse
import sys

from infra.deploy import addresses
from infra.deploy.server import Document
from scripts import remote

_HEADS = ("FUNCTION", "RUNTIME", "ACTIVE DEPLOYMENT", "STATUS", "SCHEDULE", "ADDRESS")


def main() -> int:
    """The exit status."""
    arguments = remote.parser("make list-functions", __doc__).parse_args()
    return remote.exit_status(lambda: _run(arguments))


def _run(arguments: argparse.Namespace) -> int:
    with remote.connected(arguments) as (server, target):
        found = server.get("/functions", queries=['{"method":"limit","values":[100]}'])["functions"]
        domains = addresses.shown(server) or {}
    urls = {function_id: addresses.url(target, domain) for function_id, domain in domains.items()}
    rows = [_HEADS, *(_row(function, urls.get(function["$id"], "-")) for function in found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return 0


def _row(function: Document, address: str) -> tuple[str, ...]:
    status = function["latestDeploymentStatus"] or "not deployed"
    shown = status if function["enabled"] else f"disabled, {status}"
    cells = (function["runtime"], function["deploymentId"] or "-", shown, function["schedule"] or "-")
    return (function["$id"], *cells, address)


if __name__ == "__main__":
    sys.exit(main())
