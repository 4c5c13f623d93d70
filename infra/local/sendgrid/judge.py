"""What SendGrid finds wrong with a mail: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors"""

import base64
import binascii
import json
from typing import Any

#: Of a mail with its attachments.
MOST_BYTES = 30_000_000
MOST_CUSTOM_BYTES = 10_000
_RESERVED_HEADERS = {
    "x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding", "to", "from",
    "subject", "reply-to", "cc", "bcc",
}  # fmt: skip


class Rejected(Exception):
    """`{"errors": [{"message", "field", "help"}]}` and a status."""

    def __init__(self, status: int, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"errors": [{"message": message, "field": field, "help": None}]}


def judge(body: bytes) -> dict[str, Any]:
    """The mail. Raises `Rejected`."""
    if len(body) > MOST_BYTES:
        raise Rejected(413, "The payload is too large.")
    try:
        mail = json.loads(body)
    except ValueError:
        raise Rejected(400, "Bad Request") from None
    if not isinstance(mail, dict):
        raise Rejected(400, "Bad Request")
    _judge_addresses(mail)
    _judge_content(mail)
    _judge_attachments(mail)
    _judge_extras(mail)
    return mail


def _judge_addresses(mail: dict[str, Any]) -> None:
    people = mail.get("personalizations")
    if not people or not all(each.get("to") for each in people):
        raise Rejected(400, "The to array is required for all personalization objects.", "personalizations.0.to")
    senders = [("from", mail.get("from") or {})]
    answers = [("reply_to", mail["reply_to"])] if "reply_to" in mail else []
    to = [(f"personalizations.{n}.to.{m}", who) for n, each in enumerate(people) for m, who in enumerate(each["to"])]
    for field, who in [*senders, *answers, *to]:
        if "@" not in who.get("email", ""):
            raise Rejected(400, "Does not contain a valid address.", f"{field}.email")


def _judge_content(mail: dict[str, Any]) -> None:
    if not mail.get("subject"):
        raise Rejected(400, "The subject is required.", "subject")
    if not mail.get("content") or not all(each.get("value") for each in mail["content"]):
        raise Rejected(400, "Unless a valid template_id is provided, the content parameter is required.", "content")
    if [each["type"] for each in mail["content"]] not in (["text/plain", "text/html"], ["text/plain"], ["text/html"]):
        raise Rejected(400, "If present, text/plain must be first, followed by text/html.", "content")


def _judge_attachments(mail: dict[str, Any]) -> None:
    for number, each in enumerate(mail.get("attachments", ())):
        try:
            content = base64.b64decode(each.get("content", ""), validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if not content:
            raise Rejected(400, "The attachment content must be base64 encoded.", f"attachments.{number}.content")
        if not each.get("filename") or any(sign in each["filename"] for sign in "\r\n;"):
            raise Rejected(400, "The filename is not valid.", f"attachments.{number}.filename")
    if "attachments" in mail and not mail["attachments"]:
        raise Rejected(400, "The attachments array must not be empty.", "attachments")


def _judge_extras(mail: dict[str, Any]) -> None:
    for name, value in mail.get("headers", {}).items():
        if name.lower() in _RESERVED_HEADERS or not isinstance(value, str):
            raise Rejected(400, f"The header {name} is reserved or no text.", f"headers.{name}")
    arguments = mail.get("custom_args", {})
    if not all(isinstance(value, str) for value in arguments.values()):
        raise Rejected(400, "Each custom arg must be a string.", "custom_args")
    if len(json.dumps(arguments).encode()) > MOST_CUSTOM_BYTES:
        raise Rejected(400, "The custom_args are too large.", "custom_args")
