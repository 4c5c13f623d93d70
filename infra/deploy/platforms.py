"""Web platforms: the hosts whose pages may call Appwrite from a browser, to log in.

https://appwrite.io/docs/partners/project/platforms — older servers register them in the Console only. Newer ones also
let in pages on a function's own address unasked, but older ones, and a stricter one some day, do not.
"""

import hashlib
from collections.abc import Iterable
from http import HTTPStatus

from infra.deploy.errors import ServerError
from infra.deploy.functions import Function
from infra.deploy.server import Server
from infra.deploy.settings import Target


def shown(server: Server) -> list[str] | None:
    """The hosts on the server; None if the key may not see them, or the server has no such call."""
    first_hundred = ['{"method":"limit","values":[100]}']
    try:
        found = server.get("/project/platforms", queries=first_hundred)["platforms"]
    except ServerError as error:
        if error.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
            return None
        raise
    return [platform["hostname"].lower() for platform in found if platform.get("hostname")]


def missing(function: Function, host: str | None, hosts: Iterable[str] | None) -> str | None:
    """The function's host if its pages need it, and it is not among those on the server."""
    if not function.pages or host is None or hosts is None:
        return None
    return None if any(_covers(known, host.lower()) for known in hosts) else host


def create(server: Server, target: Target, function: Function, host: str) -> None:
    """Let the host in. The id is made of project and host, so that a second deployer's is the same; ids of platforms
    are unique among all projects of a server."""
    platform_id = hashlib.sha256(f"{target.project}\n{host}".encode()).hexdigest()[:32]
    server.post("/project/platforms/web", platformId=platform_id, name=function.name, hostname=host)


def by_hand(hosts: Iterable[str]) -> str:
    """What a person can do where the hosts cannot be seen."""
    return (
        f"Pages log in only if the project has these as web platforms: {', '.join(hosts)}. Give the key the scopes "
        "platforms.read and platforms.write, or see to it in the Console: Overview, Platforms, Add platform, Web."
    )


def _covers(known: str, host: str) -> bool:
    return known in {"*", host} or (known.startswith("*.") and host.endswith(known[1:]))
