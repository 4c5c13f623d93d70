"""Sending through SendGrid: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send"""

import base64
import errno
import json
import socket
import ssl
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from python_http_client.client import Client
from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient

from shared.config import Settings
from shared.mail.failures import Busy, Closed, Failure, Problem, Refused, Uncertain
from shared.mail.message import Attachment, Mail, Mailbox, Sender, logo_cid, one_line

_LOCKED_OUT = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_LATER = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
#: Of sockets that never reached the server.
_NEVER_REACHED = {errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH}
#: Links in our mails open files: they go to nobody else, and nobody counts who opens them.
_NO_TRACKING = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": {"enable": False},
}


class SendGridProvider:
    """SendGrid's v3 API at `settings.sendgrid_api_base`; `timeout` seconds for each step."""

    name = "sendgrid"
    title = "SendGrid"

    def __init__(self, settings: Settings, sender: Sender, timeout: float) -> None:
        self._sender = sender
        key, host = settings.sendgrid_api_key.get_secret_value(), settings.sendgrid_api_base.rstrip("/")
        api = SendGridAPIClient(key, host)
        self._client = _Client(host, request_headers=api._default_headers, version=3, timeout=timeout)  # noqa: SLF001 - it has no way to pass a timeout

    def send(self, mail: Mail) -> None:
        """Returns once SendGrid has answered 202: it is queued there, not delivered.

        Raises `Closed` if SendGrid can't be reached or does not take the key, `Busy` after 429 and 5xx, `Uncertain` if
        no answer came, `Refused` after any other.
        """
        try:
            answer = self._client.mail.send.post(request_body=_body(mail, self._sender))
        except HTTPError as error:
            raise _answered(int(error.status_code), error.body) from error
        except (OSError, HTTPException, ValueError) as error:
            raise _unanswered(error) from error
        if answer.status_code != HTTPStatus.ACCEPTED:
            raise Uncertain(f"SendGrid answered {answer.status_code}, which is not 202.")

    def reachable(self) -> bool:
        """Whether the key opens anything."""
        try:
            return bool(self._client.scopes.get().status_code == HTTPStatus.OK)
        except (HTTPError, OSError, HTTPException, ValueError):
            return False

    def close(self) -> None:
        """Nothing is kept open."""


class _NoRedirects(HTTPRedirectHandler):
    """A redirected POST would become a GET, and take the key to wherever it leads."""

    def redirect_request(self, *_: Any) -> None:
        return None


class _Client(Client):  # type: ignore[misc] # the package has no types
    """The library's own, which follows no redirects."""

    def _build_client(self, name: str | None = None) -> "_Client":
        path = [*self._url_path, name] if name else self._url_path
        return _Client(self.host, self.request_headers, self._version, path, timeout=self.timeout)

    def _make_request(self, _: OpenerDirector, request: Request, timeout: float | None = None) -> Any:
        return super()._make_request(build_opener(_NoRedirects), request, timeout)


def _body(mail: Mail, sender: Sender) -> dict[str, Any]:
    """What POST /v3/mail/send takes."""
    body = {
        "personalizations": [{"to": [{"email": mail.recipient}]}],
        "from": _mailbox(sender.mailbox),
        "reply_to": _mailbox(sender.reply_to) if sender.reply_to else None,
        "subject": one_line(mail.subject),
        "content": [{"type": "text/plain", "value": mail.text}, {"type": "text/html", "value": mail.html}],
        "attachments": [*_logo(mail), *map(_attachment, mail.attachments)],
        "headers": {"Message-ID": sender.message_id(mail), "Auto-Submitted": "auto-generated"},
        # They come back with each event; at most 10,000 bytes, which 50 ids are far below.
        "custom_args": {"mail_id": mail.id, "deliveries": ",".join(mail.deliveries)},
        "tracking_settings": _NO_TRACKING,
    }
    return {name: value for name, value in body.items() if value}


def _attachment(each: Attachment) -> dict[str, str]:
    return {
        "content": base64.b64encode(each.content).decode(),
        "type": "application/pdf",
        "filename": one_line(each.filename),
        "disposition": "attachment",
    }


def _logo(mail: Mail) -> list[dict[str, str]]:
    if mail.logo is None:
        return []
    return [
        {
            "content": base64.b64encode(mail.logo.content).decode(),
            "type": f"image/{mail.logo.kind}",
            "filename": f"logo.{mail.logo.kind}",
            "disposition": "inline",
            "content_id": logo_cid(mail.id),
        }
    ]


def _mailbox(mailbox: Mailbox) -> dict[str, str]:
    return {"email": mailbox.address, "name": mailbox.name} if mailbox.name else {"email": mailbox.address}


def _answered(status: int, body: bytes) -> Failure:
    message = f"SendGrid answered {status}: {_said(body)}"
    if status in _LOCKED_OUT:
        return Closed(Problem.LOGIN, message)
    if status in _LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Busy(message)
    if status < HTTPStatus.BAD_REQUEST:
        return Closed(Problem.UNREACHABLE, f"SendGrid answered {status}, a redirect, which is not followed.")
    return Refused(message)


def _said(body: bytes) -> str:
    """`{"errors": [{"message", "field", "help"}]}`, or whatever a proxy on the way made of it."""
    try:
        texts = [
            f"{each['message']} ({each['field']})" if each.get("field") else each["message"]
            for each in json.loads(body)["errors"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "no reason given"
    return one_line("; ".join(map(str, texts)))[:400]


def _unanswered(error: OSError | HTTPException | ValueError) -> Failure:
    """Only what surely never reached SendGrid may go another way; a time-out may have come after it was taken."""
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, ssl.SSLError) and isinstance(error, URLError) and not isinstance(cause, TimeoutError):
        return Closed(Problem.TLS, f"TLS with SendGrid failed: {cause.reason or type(cause).__name__}.")
    never = isinstance(cause, socket.gaierror) or (isinstance(cause, OSError) and cause.errno in _NEVER_REACHED)
    if isinstance(error, URLError) and never:
        return Closed(Problem.UNREACHABLE, f"SendGrid can't be reached: {cause}.")
    if isinstance(cause, (ValueError, str)):
        return Closed(Problem.NOT_SET, "SENDGRID_API_BASE or SENDGRID_API_KEY is not valid.")
    return Uncertain(f"SendGrid did not say whether it took the mail ({type(cause).__name__}).")
