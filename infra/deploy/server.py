"""Appwrite's REST API with the deployer's key, as raw JSON.

Raw, because SDK 27's models misread columns and fail on fields that other server versions leave out.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from appwrite.exception import AppwriteException
from appwrite.input_file import InputFile

from infra.deploy.errors import ServerError
from infra.deploy.settings import Target
from shared.transport import AppwriteClient, pooled_session

#: Newer servers translate requests and answers of this version, the one that these payloads were tried on.
_RESPONSE_FORMAT = "1.9.6"
_JSON = {"content-type": "application/json"}

Document = Mapping[str, Any]


class Server:
    """Every method raises ServerError if Appwrite refuses or does not answer."""

    def __init__(self, client: AppwriteClient) -> None:
        self._client = client

    def get(self, path: str, /, **params: Any) -> Document:
        return self._call("get", path, {}, params)

    def find(self, path: str) -> Document | None:
        """What is there, None if nothing is."""
        try:
            return self.get(path)
        except ServerError as error:
            if error.status == 404 and error.kind is not None:
                return None
            raise

    def download(self, path: str, /) -> bytes:
        """A file's bytes, whatever is in them."""
        with _translated(f"GET {path}"):
            content: bytes = self._client.call("get", path, {}, {}, response_type="bytes")
        return content

    def post(self, path: str, /, **params: Any) -> Document:
        return self._call("post", path, _JSON, params)

    def put(self, path: str, /, **params: Any) -> Document:
        return self._call("put", path, _JSON, params)

    def patch(self, path: str, /, **params: Any) -> Document:
        return self._call("patch", path, _JSON, params)

    def delete(self, path: str, /) -> None:
        self._call("delete", path, _JSON, {})

    def upload(self, path: str, field: str, name: str, content: bytes, /, **params: Any) -> Document:
        """POST a file as multipart, in parts if it is large."""
        params[field] = InputFile.from_bytes(content, name)
        with _translated(f"POST {path}"):
            answer: Document = self._client.chunked_upload(path, {"content-type": "multipart/form-data"}, params, field)
        return answer

    def _call(self, method: str, path: str, headers: dict[str, str], params: dict[str, Any]) -> Document:
        with _translated(f"{method.upper()} {path}"):
            answer: Document = self._client.call(method, path, dict(headers), params)
        return answer


@contextmanager
def connect(target: Target) -> Iterator[Server]:
    """The target's server, for as long as the block runs."""
    with pooled_session() as session:
        client = AppwriteClient(target.endpoint, target.project, session)
        client.set_key(target.key)
        client.add_header("x-appwrite-response-format", _RESPONSE_FORMAT)
        yield Server(client)


@contextmanager
def _translated(call: str) -> Iterator[None]:
    try:
        yield
    except AppwriteException as error:
        raise ServerError(call, error.code or 0, error.type, str(error)) from error
