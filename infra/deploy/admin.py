"""The first admin: a user with the label `admin`, which only a server key can give."""

import json
import secrets
from http import HTTPStatus

from infra.deploy.errors import ServerError
from infra.deploy.server import Server

LABEL = "admin"


def ensure_admin(server: Server, email: str, password: str) -> None:
    """Create the user, or give the label to who has that address already; their password stays as it is.

    Raises ServerError, for a password that Appwrite finds too short, say.
    """
    user = _created(server, email, password) or _found(server, email)
    labels = sorted({*user["labels"], LABEL})
    if labels != sorted(user["labels"]):
        server.put(f"/users/{user['$id']}/labels", labels=labels)


def _created(server: Server, email: str, password: str) -> dict[str, list[str]] | None:
    try:
        user = server.post("/users", userId=secrets.token_hex(16), email=email, password=password, name="Admin")
    except ServerError as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
        return None
    return dict(user)


def _found(server: Server, email: str) -> dict[str, list[str]]:
    query = json.dumps({"method": "equal", "attribute": "email", "values": [email]})
    return dict(server.get("/users", queries=[query])["users"][0])
