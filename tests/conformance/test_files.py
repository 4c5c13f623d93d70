"""Buckets and files: https://appwrite.io/docs/products/storage."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from appwrite.query import Query
from appwrite.services.storage import Storage

from tests.conformance.server import Cleanup, Server, refusal

NewId = Callable[[], str]
Bucket = Callable[..., str]
PDF = b"%PDF-1.4 " + b"hello world" * 9
UNAUTHORIZED = (401, "user_unauthorized", "The current user is not authorized to perform the requested action.")
NO_FILE = (404, "storage_file_not_found", "The requested file could not be found.")
NO_BUCKET = (404, "storage_bucket_not_found", "Storage bucket with the requested ID could not be found.")


@pytest.fixture
def bucket(server: Server, new_id: NewId, cleanup: Cleanup) -> Bucket:
    """Makes a bucket per call; private unless permissions are given."""

    def make(**settings: Any) -> str:
        made = new_id()
        body = {"bucketId": made, "name": "Bucket", **settings}
        server.http("POST", "/storage/buckets", json=body).raise_for_status()
        cleanup(f"/storage/buckets/{made}")
        return made

    return make


def upload(
    server: Server, bucket_id: str, file_id: str, content: bytes = PDF, name: str = "a.pdf", permission: str = ""
) -> requests.Response:
    path = f"/storage/buckets/{bucket_id}/files"
    form = {"fileId": file_id, **({"permissions[0]": permission} if permission else {})}
    return server.http("POST", path, data=form, files={"file": (name, content)})


def path_of(bucket_id: str, file_id: str, ending: str = "") -> str:
    return f"/storage/buckets/{bucket_id}/files/{file_id}{ending}"


def test_a_new_bucket_has_the_servers_defaults(server: Server, bucket: Bucket) -> None:
    found = server.http("GET", f"/storage/buckets/{bucket()}").json()
    assert {key: found[key] for key in ("$permissions", "fileSecurity", "enabled", "maximumFileSize")} == {
        "$permissions": [],
        "fileSecurity": False,
        "enabled": True,
        "maximumFileSize": 30_000_000,
    }
    assert (found["allowedFileExtensions"], found["compression"], found["encryption"]) == ([], "none", True)


def test_a_bucket_id_is_unique_and_a_size_above_30_mb_refused(server: Server, bucket: Bucket) -> None:
    made = bucket()
    again = server.http("POST", "/storage/buckets", json={"bucketId": made, "name": "x"})
    assert refusal(again)[:2] == (409, "storage_bucket_already_exists")
    body = {"bucketId": "unique()", "name": "x", "maximumFileSize": 30_000_001}
    assert refusal(server.http("POST", "/storage/buckets", json=body))[0] == 400


def test_an_update_resets_what_it_leaves_out(server: Server, bucket: Bucket) -> None:
    made = bucket(fileSecurity=True, maximumFileSize=5, allowedFileExtensions=["pdf"], permissions=['read("any")'])
    changed = server.http("PUT", f"/storage/buckets/{made}", json={"name": "New"}).json()
    assert (changed["fileSecurity"], changed["maximumFileSize"], changed["allowedFileExtensions"]) == (
        False,
        30_000_000,
        [],
    )
    assert (changed["name"], changed["$permissions"]) == ("New", ['read("any")'])


def test_buckets_are_listed_and_deleted_with_their_files(server: Server, bucket: Bucket) -> None:
    made = bucket()
    upload(server, made, "f").raise_for_status()
    listed = server.http("GET", "/storage/buckets", params={"queries[0]": Query.equal("$id", made)}).json()
    assert [found["$id"] for found in listed["buckets"]] == [made]
    assert server.http("DELETE", f"/storage/buckets/{made}").status_code == 204
    assert refusal(server.http("GET", path_of(made, "f"))) == NO_BUCKET


def test_a_file_is_described(server: Server, bucket: Bucket) -> None:
    made = bucket()
    answer = upload(server, made, "f")
    assert answer.status_code == 201
    shown = answer.json()
    assert shown["$createdAt"] <= shown["$updatedAt"]
    expected = {
        "$id": "f",
        "bucketId": made,
        "$permissions": [],
        "name": "a.pdf",
        "signature": hashlib.md5(PDF, usedforsecurity=False).hexdigest(),
        "mimeType": "application/pdf",
        "sizeOriginal": 108,
        "sizeActual": 144,
        "chunksTotal": 1,
        "chunksUploaded": 1,
        "encryption": True,
        "compression": "none",
    }
    assert {key: shown[key] for key in expected} == expected
    found = server.http("GET", path_of(made, "f")).json()
    assert (found["$id"], found["signature"]) == ("f", shown["signature"])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/x-empty"),
        (b"plain", "text/plain"),
        ("ä".encode() * 40, "text/plain"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\0\1\2", "application/octet-stream"),
    ],
)
def test_the_kind_is_told_by_the_content(server: Server, bucket: Bucket, content: bytes, kind: str) -> None:
    assert upload(server, bucket(), "f", content, "x.bin").json()["mimeType"] == kind


def test_an_id_is_taken_once_and_the_first_content_stays(server: Server, bucket: Bucket) -> None:
    made = bucket()
    upload(server, made, "f")
    taken = (409, "storage_file_already_exists", "A storage file with the requested ID already exists.")
    assert refusal(upload(server, made, "F", b"other")) == taken
    assert server.http("GET", path_of(made, "f", "/download")).content == PDF
    assert upload(server, bucket(), "f").status_code == 201


@pytest.mark.stand_in_only("Appwrite may keep the bytes of another caller than the one it answered 201")
def test_one_of_16_gets_the_id_and_its_content(server: Server, bucket: Bucket) -> None:
    made = bucket()
    contents = [f"content {number}".encode() for number in range(16)]
    url = f"{server.endpoint}/storage/buckets/{made}/files"
    headers = {"X-Appwrite-Project": server.project, "X-Appwrite-Key": server.key}

    def create(content: bytes) -> int:
        files = {"file": ("a.txt", content)}
        return requests.post(url, headers=headers, data={"fileId": "f"}, files=files, timeout=30).status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(create, contents))
    assert sorted(statuses) == [201] + [409] * 15
    winner = contents[statuses.index(201)]
    assert server.http("GET", path_of(made, "f", "/download")).content == winner


def test_extension_and_size_are_limited(server: Server, bucket: Bucket) -> None:
    made = bucket(allowedFileExtensions=["pdf"], maximumFileSize=200)
    kind = (400, "storage_file_type_unsupported", "File extension not allowed")
    assert refusal(upload(server, made, "f", name="a.exe")) == kind
    assert upload(server, made, "f", name="a.PDF").status_code == 201
    size = (400, "storage_invalid_file_size", "File size not allowed")
    assert refusal(upload(server, made, "g", b"x" * 201)) == size


def test_a_call_without_a_file_is_refused(server: Server, bucket: Bucket) -> None:
    answer = server.http("POST", f"/storage/buckets/{bucket()}/files", json={"fileId": "f"})
    assert refusal(answer)[:2] == (400, "storage_file_empty")


def test_files_are_listed_filtered_changed_and_deleted(server: Server, bucket: Bucket) -> None:
    made = bucket()
    for number in range(3):
        upload(server, made, f"f{number}", PDF * (number + 1), f"n{number}.pdf")
    storage = Storage(server.client())
    assert [file.id for file in storage.list_files(made, [Query.greater_than("sizeOriginal", 150)]).files] == [
        "f1",
        "f2",
    ]
    assert storage.list_files(made, search="n1").total == 1
    assert storage.update_file(made, "f0", "new.pdf", ['read("any")']).permissions == ['read("any")']
    storage.delete_file(made, "f0")
    assert refusal(server.http("GET", path_of(made, "f0"))) == NO_FILE
    assert refusal(server.http("DELETE", path_of(made, "f0"))) == NO_FILE


def test_a_download_is_an_attachment_that_browsers_keep_for_45_days(server: Server, bucket: Bucket) -> None:
    made = bucket()
    upload(server, made, "f")
    answer = server.http("GET", path_of(made, "f", "/download"))
    assert answer.content == PDF
    headers = {key: answer.headers[key] for key in ("content-type", "content-disposition", "cache-control")}
    assert headers == {
        "content-type": "application/pdf",
        "content-disposition": 'attachment; filename="a.pdf"',
        "cache-control": "private, max-age=3888000",
    }


@pytest.mark.parametrize(
    ("content", "shown"), [(PDF, "application/pdf"), (b"<html>x", "text/plain"), (b"\0", "text/plain")]
)
def test_a_view_is_inline_and_never_a_page(server: Server, bucket: Bucket, content: bytes, shown: str) -> None:
    made = bucket()
    upload(server, made, "f", content)
    answer = server.http("GET", path_of(made, "f", "/view"))
    assert (answer.content, answer.headers["content-type"]) == (content, shown)
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_part_can_be_asked_for(server: Server, bucket: Bucket) -> None:
    made = bucket()
    upload(server, made, "f")
    answer = server.http("GET", path_of(made, "f", "/download"), {"Range": "bytes=0-4"})
    assert (answer.status_code, answer.content) == (206, b"%PDF-")
    assert answer.headers["content-range"] == "bytes 0-4/108"
    assert server.http("GET", path_of(made, "f", "/download"), {"Range": "bytes=900-"}).status_code == 416
    assert server.http("HEAD", path_of(made, "f", "/download")).headers["content-length"] == "108"


def test_a_private_bucket_is_for_keys(server: Server, bucket: Bucket) -> None:
    made = bucket()
    upload(server, made, "f")
    for ending in ("", "/download", "/view"):
        assert refusal(server.guest("GET", path_of(made, "f", ending))) == UNAUTHORIZED
    path = f"/storage/buckets/{made}/files"
    nobody = (401, "user_unauthorized", "No permissions provided for action 'create'")
    assert refusal(server.guest("POST", path, data={"fileId": "x"}, files={"file": ("a", b"x")})) == nobody
    assert server.guest("GET", path).status_code == 401
    assert refusal(server.guest("DELETE", path_of(made, "f"))) == UNAUTHORIZED
    assert refusal(server.guest("PUT", path_of(made, "f"), json={"name": "x"})) == UNAUTHORIZED


def test_a_public_bucket_is_read_by_anyone_with_the_project_in_the_url(server: Server, bucket: Bucket) -> None:
    made = bucket(permissions=['read("any")'])
    upload(server, made, "f")
    url = server.endpoint + path_of(made, "f", "/download")
    assert requests.get(url, params={"project": server.project}, timeout=10).content == PDF
    assert refusal(requests.get(url, timeout=10))[1] == "general_access_forbidden"


def test_with_file_security_each_file_decides_for_itself(server: Server, bucket: Bucket) -> None:
    made = bucket(fileSecurity=True)
    upload(server, made, "open", permission='read("any")')
    upload(server, made, "closed")
    assert server.guest("GET", path_of(made, "open", "/download")).content == PDF
    assert refusal(server.guest("GET", path_of(made, "closed", "/download"))) == NO_FILE
    listed = server.guest("GET", f"/storage/buckets/{made}/files").json()
    assert [file["$id"] for file in listed["files"]] == ["open"]


def test_a_disabled_bucket_is_there_for_keys_only(server: Server, bucket: Bucket) -> None:
    made = bucket(permissions=['read("any")'], enabled=False)
    upload(server, made, "f")
    assert refusal(server.guest("GET", path_of(made, "f"))) == NO_BUCKET
    assert server.http("GET", path_of(made, "f")).ok
