"""Organisations to test with, and what became of them."""

import email.policy
import json
import secrets
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from tests.functions.backend import PASSWORD, Backend


def organization(**changes: Any) -> dict[str, Any]:
    """What ADD_ORGANIZATION takes; a field that is None is left out."""
    name = secrets.token_hex(4)
    wanted = {"website": f"{name}.example", "name": name, "sop_email": f"sop@{name}.example", "sop_password": PASSWORD}
    return {field: value for field, value in {**wanted, **changes}.items() if value is not None}


def add(backend: Backend, **changes: Any) -> dict[str, Any]:
    """An organisation that was added: what was asked, and its `organization_id`."""
    asked = organization(**changes)
    answer = backend.ask_admin("ADD_ORGANIZATION", **asked)
    return {**asked, "organization_id": answer.data["organization"]["organization_id"]}


def letters_to(backend: Backend, recipient: str) -> list[EmailMessage]:
    """All mails to `recipient`, in the order they came."""
    parser = BytesParser(EmailMessage, policy=email.policy.default)
    found = [parser.parsebytes(path.read_bytes()) for path in sorted(backend.mails.glob("*.eml"))]
    return [letter for letter in found if letter["To"] == recipient]


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body else ""


def activities(backend: Backend, organization_id: str) -> list[tuple[str, dict[str, Any]]]:
    """What the log tells of an organisation: each activity with its changes."""
    rows = backend.rows(
        "activity_logs", {"method": "equal", "attribute": "organization_id", "values": [organization_id]}
    )
    return [(row["activity"], json.loads(row["changes"] or "{}")) for row in rows]


def listed(backend: Backend, website: str, **asked: Any) -> dict[str, Any] | None:
    """The organisation of that website as LIST_ORGANIZATIONS shows it."""
    found = backend.ask_admin("LIST_ORGANIZATIONS", search=website, **asked).data["organizations"]
    return next((each for each in found if each["website"] == website), None)


def sees(backend: Backend, email_address: str, website: str) -> bool:
    """Whether a contact sees an organisation."""
    answer = backend.ask_sop(email_address, "LIST_ORG_LEARNERS", organization_website=website)
    assert answer.status in {200, 404}, answer.body
    return answer.status == 200


def may_sign_in(backend: Backend, email_address: str, password: str) -> bool:
    body = {"email": email_address, "password": password}
    headers = {"x-appwrite-project": backend.appwrite.project}
    path = f"{backend.appwrite.endpoint}/account/sessions/email"
    return backend.appwrite.session.post(path, json=body, headers=headers).status_code == 201
