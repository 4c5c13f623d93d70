"""Show how the backend is doing: what `GET /metrics` of admin_router says.

Asked by an execution with the deployer's key, so that it works wherever the function has an address or not.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from http import HTTPStatus

from prometheus_client.parser import text_string_to_metric_families

from infra.deploy.errors import DeployError
from infra.deploy.server import Server
from infra.deploy.settings import Target
from scripts import remote

FUNCTION = "admin_router"
_HOW = "`openssl rand -hex 32` makes one; make update-env FUNCTION=admin_router ENV=… gives it to the function."


def main() -> int:
    """The exit status."""
    arguments = remote.parser("make metrics", __doc__).parse_args()
    return remote.exit_status(lambda: run(arguments))


def run(arguments: argparse.Namespace) -> int:
    """Print the table. Raises DeployError."""
    with remote.connected(arguments) as (server, target):
        print("\n".join(table(asked(server, target))))
    return 0


def asked(server: Server, target: Target) -> str:
    """What the function answers. Raises DeployError."""
    token = target.variables.get("METRICS_TOKEN", "")
    if not token:
        raise DeployError(f"METRICS_TOKEN is not set in the environment file. {_HOW}")
    headers = {"authorization": f"Bearer {token}"}
    call = {"method": "GET", "path": "/metrics", "headers": headers, "async": False}
    execution = server.post(f"/functions/{FUNCTION}/executions", **call)
    status = int(execution["responseStatusCode"])
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.UNAUTHORIZED}:
        raise DeployError(f"The function on the server has not the METRICS_TOKEN of the environment file. {_HOW}")
    if status != HTTPStatus.OK:
        raise DeployError(f"{FUNCTION} answered {status}; make logs FUNCTION={FUNCTION} ENV=… shows why.")
    return str(execution["responseBody"])


def table(text: str) -> Iterator[str]:
    """What each figure is, and below it its values."""
    for family in text_string_to_metric_families(text):
        yield f"{family.documentation}  {family.name}"
        rows = [(", ".join(sample.labels.values()), _number(sample.value)) for sample in family.samples]
        yield from _aligned(rows)


def _aligned(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    every = list(rows)
    width = max(len(label) for label, _ in every)
    longest = max(len(value) for _, value in every)
    return (f"    {label.ljust(width)}  {value.rjust(longest)}" for label, value in every)


def _number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.3f}"


if __name__ == "__main__":
    sys.exit(main())
