"""Files in chunks of 5 MiB."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import requests
from appwrite.input_file import InputFile
from appwrite.services.storage import Storage

from tests.conformance.server import Cleanup, Server, refusal

CHUNK = 5 * 1024 * 1024
CONTENT = os.urandom(2 * CHUNK + 1000)
NO_FILE = (404, "storage_file_not_found")


@dataclass(frozen=True)
class Upload:
    """One file on its way into a bucket."""

    server: Server
    bucket_id: str

    @property
    def path(self) -> str:
        return f"/storage/buckets/{self.bucket_id}/files"

    def send(self, number: int, *, later: bool = True) -> requests.Response:
        """Send one of the three chunks, `later` ones under the id in the header."""
        start = number * CHUNK
        return self.send_range(CONTENT[start : start + CHUNK], start, len(CONTENT), later=later)

    def send_range(self, content: bytes, start: int, size: int, *, later: bool = True) -> requests.Response:
        headers = {"Content-Range": f"bytes {start}-{start + len(content) - 1}/{size}"}
        if later:
            headers["X-Appwrite-ID"] = "f"
        # Several at once: each brings its own connection.
        return requests.post(
            self.server.endpoint + self.path,
            headers={"X-Appwrite-Project": self.server.project, "X-Appwrite-Key": self.server.key, **headers},
            data={"fileId": "unique()" if later else "f"},
            files={"file": ("big.bin", content)},
            timeout=30,
        )

    def download(self) -> requests.Response:
        return self.server.http("GET", f"{self.path}/f/download")


@pytest.fixture
def upload(server: Server, new_id: Callable[[], str], cleanup: Cleanup) -> Upload:
    made = Upload(server, new_id())
    body = {"bucketId": made.bucket_id, "name": "B"}
    server.http("POST", "/storage/buckets", json=body).raise_for_status()
    cleanup(f"/storage/buckets/{made.bucket_id}")
    return made


def test_the_sdk_uploads_a_large_file(upload: Upload) -> None:
    made = Storage(upload.server.client()).create_file(upload.bucket_id, "f", InputFile.from_bytes(CONTENT, "big.bin"))
    assert (made.chunkstotal, made.chunksuploaded, made.sizeoriginal) == (3, 3, len(CONTENT))
    assert upload.download().content == CONTENT


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 0, 1, 2]])
def test_chunks_come_in_any_order_and_again(upload: Upload, order: list[int]) -> None:
    first, *rest = order
    answers = [upload.send(first, later=False), *(upload.send(number) for number in rest)]
    assert {answer.status_code for answer in answers} == {201}
    uploaded = [answer.json()["chunksUploaded"] for answer in answers]
    assert uploaded == [len({*order[: place + 1]}) for place in range(len(order))]
    assert answers[-1].json()["signature"]
    assert upload.download().content == CONTENT


def test_chunks_come_all_at_once(upload: Upload) -> None:
    upload.send(0, later=False)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(upload.send, [1, 2, 1, 2]))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert upload.download().content == CONTENT


def test_a_half_uploaded_file_is_no_file_yet_and_can_go_on(upload: Upload) -> None:
    upload.send(0, later=False)
    found = upload.server.http("GET", f"{upload.path}/f").json()
    assert (found["chunksTotal"], found["chunksUploaded"]) == (3, 1)
    assert refusal(upload.download())[:2] == NO_FILE
    for number in (1, 2):
        upload.send(number)
    assert upload.download().content == CONTENT


def test_a_chunk_of_a_complete_file_answers_200(upload: Upload) -> None:
    for number in range(3):
        upload.send(number, later=number > 0)
    again = upload.send(1)
    assert (again.status_code, again.json()["chunksUploaded"]) == (200, 3)


def test_an_upload_of_another_size_under_the_same_id_is_refused(upload: Upload) -> None:
    upload.send(0, later=False)
    other = upload.send_range(CONTENT[:CHUNK], 0, 3 * CHUNK)
    assert refusal(other)[:2] == (409, "storage_file_already_exists")


@pytest.mark.parametrize(
    ("length", "start", "size"),
    [(CHUNK, 1, 2 * CHUNK), (10, 0, CHUNK), (10, CHUNK, CHUNK + 5), (CHUNK + 1, 0, 2 * CHUNK)],
)
def test_chunks_are_5_mib_but_for_the_last(upload: Upload, length: int, start: int, size: int) -> None:
    answer = upload.send_range(b"x" * length, start, size, later=False)
    assert refusal(answer)[:2] == (400, "storage_invalid_content_range")


@pytest.mark.parametrize("header", ["bytes 0-9", "bytes */10", "chars 0-9/10", ""])
def test_a_bad_range_header_is_refused(upload: Upload, header: str) -> None:
    files = {"file": ("a", b"x" * 10)}
    answer = upload.server.http("POST", upload.path, {"Content-Range": header}, data={"fileId": "f"}, files=files)
    assert refusal(answer)[:2] == (400, "storage_invalid_content_range")


def test_the_whole_size_is_limited_at_the_first_chunk(upload: Upload) -> None:
    answer = upload.send_range(CONTENT[:CHUNK], 0, 30_000_001, later=False)
    assert refusal(answer)[:2] == (400, "storage_invalid_file_size")
