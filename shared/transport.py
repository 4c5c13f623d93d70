"""Appwrite's SDK client on pooled connections with a timeout on every call.

SDK 27 opens a connection per call and never times out, so a hung server would eat a whole execution.
"""

import json
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from appwrite.client import Client
from appwrite.exception import AppwriteException
from appwrite.input_file import InputFile
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

#: Seconds to connect and to wait for an answer; above the 30 s that Appwrite allows a synchronous execution.
TIMEOUT = (5, 35)
POOL_SIZE = 16


class _Retries(Retry):
    """Repeats what is safe to repeat, with growing and jittered pauses, and heeds `Retry-After` up to a point.

    A call that never reached the server and one refused with 429 did nothing, whatever they were. After a 5xx or a
    broken connection nobody knows: only calls that do the same when done twice are made again.
    """

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        return status_code == HTTPStatus.TOO_MANY_REQUESTS or super().is_retry(method, status_code, has_retry_after)


RETRIES = _Retries(
    total=3,
    read=2,
    other=0,
    backoff_factor=0.2,
    backoff_jitter=0.2,
    retry_after_max=5,
    status_forcelist=(500, 502, 503, 504),
    allowed_methods=frozenset({"GET", "HEAD", "PUT"}),
    raise_on_status=False,
)


def pooled_session(retries: Retry | None = RETRIES) -> requests.Session:
    """A session for many threads. It keeps no cookies: callers with different rights share it."""
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = HTTPAdapter(pool_connections=4, pool_maxsize=POOL_SIZE, max_retries=retries or 0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class AppwriteClient(Client):  # type: ignore[misc] # the SDK is not typed
    """`Client` whose calls share `session`. Raises AppwriteException with code 0 when no answer came."""

    def __init__(
        self, endpoint: str, project: str, session: requests.Session, timeout: tuple[float, float] = TIMEOUT
    ) -> None:
        super().__init__()
        self.endpoint = endpoint
        self._session = session
        self._timeout = timeout
        self.set_endpoint(endpoint)
        self.set_project(project)

    def call(
        self,
        method: str,
        path: str = "",
        headers: dict[str, str] | None = None,
        params: dict[str, Any] | None = None,
        response_type: str = "json",
    ) -> Any:
        """What the SDK's own `call` answers: parsed JSON, or bytes for other content types or if asked for."""
        sent = {**self.get_headers(), "x-appwrite-project": self.get_config("project"), **(headers or {})}
        try:
            response = self._session.request(
                method.upper(),
                self._endpoint + path,
                timeout=self._timeout,
                allow_redirects=response_type != "location",
                **self._content(method, sent, params or {}),
            )
        except requests.RequestException as error:
            # The error's own text holds the whole URL, file tokens included.
            raise AppwriteException(f"No answer from Appwrite: {type(error).__name__}") from None
        return _answer(response, response_type)

    def _content(self, method: str, headers: dict[str, str], params: dict[str, Any]) -> dict[str, Any]:
        kind = headers.pop("content-type", "")
        if method.lower() == "get":
            return {"headers": headers, "params": self.flatten(params)}
        if not kind.startswith("multipart/form-data"):
            headers["content-type"] = "application/json"
            return {"headers": headers, "data": json.dumps(params).encode()}
        files = {name: (value.filename, value.data) for name, value in params.items() if isinstance(value, InputFile)}
        fields = {name: value for name, value in params.items() if name not in files}
        return {"headers": headers, "files": files, "data": self.flatten(fields, stringify=True)}


def _answer(response: requests.Response, response_type: str) -> Any:
    is_json = response.headers.get("content-type", "").startswith("application/json")
    if response.status_code >= 400:
        body = response.json() if is_json else {}
        raise AppwriteException(
            body.get("message", response.reason), response.status_code, body.get("type"), response.text
        )
    if response_type == "location":
        return response.headers.get("location")
    if response_type == "text":
        return response.text
    if response_type == "bytes":
        return response.content
    return response.json() if is_json else response.content
