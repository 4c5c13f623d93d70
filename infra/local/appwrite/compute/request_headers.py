"""The headers that an execution is handed.

https://appwrite.io/docs/products/functions/develop#request-headers
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.appwrite.collection import Document
from infra.local.appwrite.errors import AppwriteError
from infra.local.appwrite.identity import user_jwt
from infra.local.appwrite.services import Services

MOST, LARGEST = 100, 16_384
STORED_REQUEST = ("content-type", "agent", "content-length", "host", "x-appwrite-client-ip")
STORED_RESPONSE = ("content-type", "content-length")
RUNTIME_HOST = "127.0.0.1:3000"
# The check minds the case, so that `X-Appwrite-…` passes: see `assemble`.
_ALLOWED = re.compile(r"(?!x-appwrite-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")


@dataclass(frozen=True)
class Origin:
    """Where an execution comes from, as the platform tells the function."""

    trigger: str
    user_id: str = ""
    #: The session that the function may act in, '' for none in particular; None if it may not act for the user.
    session_id: str | None = None
    #: None where the platform sends no such header, which differs from sending an empty one.
    event: str | None = None
    client_ip: str | None = None


def check(headers: Mapping[str, Any]) -> None:
    """400 for headers that a client may not send with createExecution."""
    size = sum(len(name) + len(str(value)) for name, value in headers.items())
    if len(headers) > MOST or size >= LARGEST or not all(map(_ALLOWED.fullmatch, headers)):
        raise AppwriteError(
            'Invalid headers: Alphanumeric characters or hyphens only, cannot start with "x-appwrite", '
            f"maximum {MOST} keys, and total size {LARGEST}.",
            400,
            "general_unknown",
        )


def platform_headers(services: Services, function: Document, execution_id: str, origin: Origin) -> dict[str, str]:
    """What the platform adds; its key and its JWT live a minute longer than the function's timeout."""
    seconds = function["timeout"] + 60
    acts = origin.session_id is not None
    headers = {
        "x-appwrite-execution-id": execution_id,
        "x-appwrite-key": services.keys.mint(function["scopes"], seconds),
        "x-appwrite-trigger": origin.trigger,
        "x-appwrite-event": origin.event,
        "x-appwrite-user-id": origin.user_id,
        "x-appwrite-user-jwt": user_jwt(services, origin.user_id, origin.session_id or "", seconds) if acts else "",
        "x-appwrite-country-code": "",
        "x-appwrite-continent-code": "",
        "x-appwrite-continent-eu": "false",
        "x-appwrite-client-ip": origin.client_ip,
    }
    return {name: value for name, value in headers.items() if value is not None}


def assemble(sent: Mapping[str, str], platform: Mapping[str, str], secret: str, body: bytes) -> dict[str, str]:
    """All header lines in their order: the caller's, the platform's, the executor's.

    Only a name of the very same spelling is replaced. The caller's other spellings go out first, and the runtime keeps
    the first: so a caller can forge `X-Appwrite-User-Id`, and keeps its `authorization` but not its `Authorization`.
    """
    basic = base64.b64encode(f"opr:{secret}".encode()).decode()
    lines = {"host": RUNTIME_HOST, **sent, **platform, "Authorization": f"Basic {basic}"}
    given = {name.lower() for name in lines}
    transport = {"accept": "*/*", "accept-encoding": "gzip, deflate"}
    if body:
        transport |= {"content-length": str(len(body)), "content-type": "application/octet-stream"}
    return lines | {name: value for name, value in transport.items() if name not in given}


def named(headers: Mapping[str, str], only: tuple[str, ...] | None = None) -> list[dict[str, str]]:
    """Headers as an execution shows them: all, or those that are stored."""
    return [{"name": name, "value": value} for name, value in headers.items() if only is None or name.lower() in only]
