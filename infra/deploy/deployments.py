"""Uploading, building and activating: https://appwrite.io/docs/products/functions/deployments"""

from collections.abc import Callable

from infra.deploy.errors import DeployError
from infra.deploy.functions import Function
from infra.deploy.package import Archive
from infra.deploy.server import Document, Server
from infra.deploy.waiting import wait_for

#: Seconds that a build may take; builds of several functions wait for each other on small servers.
PATIENCE = 1800
_LOG_END = 4000


def build(server: Server, function: Function, archive: Archive, say: Callable[[str], None]) -> str:
    """Upload and build without activating; the deployment's id. Raises DeployError with the build's log if it fails."""
    started = server.upload(
        f"/functions/{function.id}/deployments",
        "code",
        "code.tar.gz",
        archive.content,
        activate="false",
        entrypoint=function.entrypoint,
        commands=function.commands,
    )
    say(f"{function.id}: {len(archive.content) / 1e6:.1f} MB uploaded, building")
    path = f"/functions/{function.id}/deployments/{started['$id']}"
    built = wait_for(f"Build of {function.id}", lambda: server.get(path), _is_settled, PATIENCE)
    if built["status"] != "ready":
        raise DeployError(
            f"{function.id}: the build {built['status']}. Its log ends:\n{built['buildLogs'][-_LOG_END:]}"
        )
    say(f"{function.id}: built in {built['buildDuration']} s, {built['buildSize'] / 1e6:.1f} MB")
    return str(started["$id"])


def activate(server: Server, function_id: str, deployment_id: str) -> None:
    """Make a built deployment the one that runs; its predecessor ends what it has begun."""
    server.patch(f"/functions/{function_id}/deployment", deploymentId=deployment_id)


def _is_settled(deployment: Document) -> bool:
    return deployment["status"] in {"ready", "failed", "canceled"}
