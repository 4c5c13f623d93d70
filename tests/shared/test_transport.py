"""Calls to Appwrite: on kept connections, never without end, repeated where that is safe, silent about secrets."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from appwrite.exception import AppwriteException
from appwrite.input_file import InputFile
from appwrite.query import Query
from appwrite.services.storage import Storage
from appwrite.services.tables_db import TablesDB

from shared.transport import RETRIES, AppwriteClient, pooled_session
from tests.conftest import StandIn

SECRET = "standard_0123456789"


@dataclass
class Moody:
    """A server that answers what stands in `answers`, then 200; None hangs up without an answer."""

    url: str = ""
    answers: list[int | None] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    connections: int = 0
    headers: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def moody() -> Iterator[Moody]:
    mood = Moody()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            mood.connections += 1
            super().setup()

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            mood.methods.append(self.command)
            status = mood.answers.pop(0) if mood.answers else 200
            if status is None:
                self.close_connection = True
                return
            self.send_response(status)
            body = b'{"message": "moody", "type": "mood", "code": 1}'
            usual = {"content-type": "application/json", "content-length": str(len(body))}
            for name, value in {**usual, **mood.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            """Keep the test output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        mood.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield mood
        server.shutdown()
        thread.join()


def client(url: str, timeout: tuple[float, float] = (1, 2)) -> AppwriteClient:
    hasty = RETRIES.new(backoff_factor=0.01, backoff_jitter=0)
    made = AppwriteClient(url, "p", pooled_session(hasty), timeout)
    made.set_key(SECRET)
    return made


def test_many_calls_share_a_connection(moody: Moody) -> None:
    appwrite = client(moody.url)
    for _ in range(10):
        appwrite.call("get", "/rows")
    assert (len(moody.methods), moody.connections) == (10, 1)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("method", ["get", "put"])
def test_what_does_the_same_when_done_twice_is_repeated_after_a_5xx(moody: Moody, method: str, status: int) -> None:
    moody.answers = [status, status]
    assert client(moody.url).call(method, "/rows")["message"] == "moody"
    assert len(moody.methods) == 3


@pytest.mark.parametrize("method", ["post", "patch", "delete"])
def test_what_may_have_been_done_is_not_repeated(moody: Moody, method: str) -> None:
    moody.answers = [500]
    with pytest.raises(AppwriteException) as caught:
        client(moody.url).call(method, "/rows")
    assert (caught.value.code, caught.value.type) == (500, "mood")
    assert len(moody.methods) == 1


@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
def test_what_was_refused_for_its_rate_is_repeated_whatever_it_was(moody: Moody, method: str) -> None:
    moody.answers = [429, 429]
    assert client(moody.url).call(method, "/rows")["message"] == "moody"
    assert len(moody.methods) == 3


def test_a_pause_asked_for_is_kept_within_reason(moody: Moody) -> None:
    moody.answers, moody.headers = [429], {"retry-after": "1"}
    assert client(moody.url).call("get", "/rows")["message"] == "moody"


def test_a_connection_that_breaks_is_tried_again_for_reads_alone(moody: Moody) -> None:
    moody.answers = [None, None]
    assert client(moody.url).call("get", "/rows")["message"] == "moody"
    moody.answers = [None]
    with pytest.raises(AppwriteException) as caught:
        client(moody.url).call("post", "/rows")
    assert caught.value.code == 0


def test_repeating_ends(moody: Moody) -> None:
    moody.answers = [503] * 50
    with pytest.raises(AppwriteException) as caught:
        client(moody.url).call("get", "/rows")
    assert caught.value.code == 503
    assert len(moody.methods) == 4


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v1", "http://127.0.0.1:9/v1?token=secret-token"])
def test_no_secret_is_in_an_error(url: str) -> None:
    with pytest.raises(AppwriteException) as caught:
        client(url).call("get", "/rows", params={"token": "secret-token"})
    assert caught.value.code == 0
    assert caught.value.__cause__ is None
    for shown in (str(caught.value), repr(caught.value), str(caught.value.response)):
        assert SECRET not in shown
        assert "secret-token" not in shown


def test_a_server_that_never_answers_is_given_up(moody: Moody) -> None:
    silent = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)  # accepts, and nobody serves
    with silent, pytest.raises(AppwriteException) as caught:
        client(f"http://127.0.0.1:{silent.server_port}/v1", timeout=(0.1, 0.1)).call("post", "/rows")
    assert caught.value.code == 0


def test_the_sdks_services_work_on_it(stand_in: StandIn) -> None:
    appwrite = AppwriteClient(stand_in.endpoint, stand_in.project, pooled_session())
    appwrite.set_key(stand_in.key)
    rows = TablesDB(appwrite)
    row = {"course_id": "c", "html": "<p>नमस्ते</p>"}
    assert rows.create_row("certificates", "templates", "sdk", row).data["html"] == row["html"]
    found = rows.list_rows("certificates", "templates", [Query.equal("course_id", ["c"]), Query.limit(5)])
    assert [each.id for each in found.rows] == ["sdk"]
    large = bytes(range(256)) * 30_000  # two chunks
    Storage(appwrite).create_file("certificates", "large", InputFile.from_bytes(large, "large.pdf"))
    assert Storage(appwrite).get_file_download("certificates", "large") == large
