"""The `context` that a function's `main` is handed."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from .frames import Request as Frame
from .logger import Logger

Output = dict[str, Any]


class Request:
    """`context.req`."""

    def __init__(self, frame: Frame) -> None:
        target = urlsplit("//runtime" + frame.path if frame.path.startswith("/") else "//runtime/" + frame.path)
        self.body_binary = frame.body
        self.method = frame.method
        self.headers = _headers(frame.headers)
        self.scheme = self.headers.get("x-forwarded-proto", "http")
        self.path = unquote(target.path)
        self.query_string = _decoded_query(target.query)
        self.query = dict(_pairs(self.query_string))
        self.host, self.port = self._address()
        self.url = self._url()

    @property
    def body_text(self) -> str:
        """The body as UTF-8; UnicodeDecodeError if it isn't."""
        return self.body_binary.decode()

    @property
    def body_raw(self) -> str:
        """The older name of `body_text`."""
        return self.body_text

    @property
    def body_json(self) -> Any:
        """The body parsed; json.JSONDecodeError if it isn't JSON."""
        return json.loads(self.body_text)

    @property
    def body(self) -> Any:
        """Parsed when the content type says JSON ({} for an empty body), text otherwise."""
        if not self.headers.get("content-type", "text/plain").lower().startswith("application/json"):
            return self.body_text
        return self.body_json if self.body_binary else {}

    def _address(self) -> tuple[str, int]:
        host, colon, port = self.headers.get("host", "").partition(":")
        return host, int(port) if colon else self._default_port

    def _url(self) -> str:
        port = "" if self.port == self._default_port else f":{self.port}"
        query = f"?{self.query_string}" if self.query_string else ""
        return f"{self.scheme}://{self.host}{port}{self.path}{query}"

    @property
    def _default_port(self) -> int:
        return 443 if self.scheme == "https" else 80


class Response:
    """`context.res`: each method makes what `main` returns."""

    # N803: functions pass these arguments by the runtime's own camel-case names.

    def binary(self, body: bytes, statusCode: int = 200, headers: Mapping[str, str] | None = None) -> Output:  # noqa: N803
        """Bytes as they are."""
        return {"body": body, "statusCode": statusCode, "headers": {} if headers is None else headers}

    def text(self, body: str, statusCode: int = 200, headers: Mapping[str, str] | None = None) -> Output:  # noqa: N803
        """Text as UTF-8."""
        return self.binary(body.encode(), statusCode, headers)

    def send(self, body: Any, statusCode: int = 200, headers: Mapping[str, str] | None = None) -> Output:  # noqa: N803
        """The older way: a string or bytes."""
        return self.binary(body, statusCode, headers)

    def json(self, obj: Any, statusCode: int = 200, headers: dict[str, str] | None = None) -> Output:  # noqa: N803
        """Compact ASCII JSON; writes its content type into the headers it was given."""
        headers = {} if headers is None else headers
        headers["content-type"] = "application/json"
        return self.text(json.dumps(obj, separators=(",", ":")), statusCode, headers)

    def redirect(self, url: str, statusCode: int = 301, headers: dict[str, str] | None = None) -> Output:  # noqa: N803
        """Elsewhere; writes the location into the headers it was given."""
        headers = {} if headers is None else headers
        headers["location"] = url
        return self.text("", statusCode, headers)

    def empty(self) -> Output:
        """204."""
        return self.text("", 204)


class Context:
    """One execution as its function sees it."""

    def __init__(self, frame: Frame, logger: Logger) -> None:
        self.req = Request(frame)
        self.res = Response()
        self.log = logger.log
        self.error = logger.error


def _headers(sent: Mapping[str, str]) -> dict[str, str]:
    """Lower-case names; of lines that differ only in case the first wins, so a caller can forge the platform's."""
    kept: dict[str, str] = {}
    for name, value in sent.items():
        if not name.lower().startswith("x-open-runtimes-"):
            kept.setdefault(name.lower(), value)
    return kept


def _decoded_query(query: str) -> str:
    """Decode as the runtime's URL class does before the query is split: encoded `&`, `+`, `;`, `=` stay encoded."""
    kept = re.sub("%(26|2b|3b|3d)", lambda match: "%25" + match[1].upper(), query, flags=re.IGNORECASE)
    return unquote(kept.replace("+", " "))


def _pairs(query: str) -> list[tuple[str, str]]:
    split = (pair.partition("=") for pair in query.split("&"))
    return [(name, value) for name, _, value in split if name]
