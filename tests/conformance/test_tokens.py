"""Links that open one file."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.conformance.server import Cleanup, Server, refusal

CONTENT = b"%PDF-1.4 secret"
UNAUTHORIZED = (401, "user_unauthorized", "The current user is not authorized to perform the requested action.")


def soon(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


@dataclass(frozen=True)
class Secret:
    """A file in a private bucket."""

    server: Server
    bucket_id: str

    def token(self, file_id: str = "f", **given: Any) -> dict[str, Any]:
        answer = self.server.http("POST", f"/tokens/buckets/{self.bucket_id}/files/{file_id}", json=given)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def open(self, secret: str, file_id: str = "f", ending: str = "download") -> requests.Response:
        url = f"{self.server.endpoint}/storage/buckets/{self.bucket_id}/files/{file_id}/{ending}"
        return requests.get(url, params={"project": self.server.project, "token": secret}, timeout=10)


@pytest.fixture
def secret(server: Server, new_id: Callable[[], str], cleanup: Cleanup) -> Secret:
    made = Secret(server, new_id())
    server.http("POST", "/storage/buckets", json={"bucketId": made.bucket_id, "name": "B"}).raise_for_status()
    cleanup(f"/storage/buckets/{made.bucket_id}")
    for file_id in ("f", "g"):
        files = {"file": ("a.pdf", CONTENT)}
        path = f"/storage/buckets/{made.bucket_id}/files"
        server.http("POST", path, data={"fileId": file_id}, files=files).raise_for_status()
    return made


@pytest.mark.parametrize("ending", ["download", "view"])
def test_a_link_opens_its_file_only(secret: Secret, ending: str) -> None:
    made = secret.token(expire=soon(60))
    assert (made["resourceType"], made["resourceId"]) == ("files", f"{secret.bucket_id}:f")
    assert secret.open(made["secret"], ending=ending).content == CONTENT
    assert refusal(secret.open(made["secret"], "g", ending)) == UNAUTHORIZED


@pytest.mark.parametrize("spoilt", ["{}x", "x", "", "x{}"])
def test_a_tampered_link_opens_nothing(secret: Secret, spoilt: str) -> None:
    assert refusal(secret.open(spoilt.format(secret.token()["secret"]))) == UNAUTHORIZED


def test_a_link_expires_and_a_later_time_revives_it(secret: Secret) -> None:
    made = secret.token(expire=soon(0.3))
    deadline = time.monotonic() + 10
    while secret.open(made["secret"]).ok:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert refusal(secret.open(made["secret"])) == UNAUTHORIZED
    changed = secret.server.http("PATCH", f"/tokens/{made['$id']}", json={"expire": soon(60)})
    assert changed.json()["expire"] > made["expire"]
    assert secret.open(made["secret"]).content == CONTENT


def test_a_deleted_link_opens_nothing(secret: Secret) -> None:
    made = secret.token()
    assert made["expire"] == ""
    assert secret.open(made["secret"]).ok
    assert secret.server.http("DELETE", f"/tokens/{made['$id']}").status_code == 204
    assert refusal(secret.open(made["secret"])) == UNAUTHORIZED
    for method in ("GET", "DELETE"):
        assert refusal(secret.server.http(method, f"/tokens/{made['$id']}"))[:2] == (404, "token_not_found")


def test_deleting_one_link_leaves_the_others_of_its_file(secret: Secret) -> None:
    first, second = secret.token(expire=soon(60)), secret.token(expire=soon(60))
    assert first["secret"] != second["secret"]
    secret.server.http("DELETE", f"/tokens/{first['$id']}").raise_for_status()
    assert refusal(secret.open(first["secret"])) == UNAUTHORIZED
    assert secret.open(second["secret"]).content == CONTENT


def test_an_expired_link_can_still_be_deleted(secret: Secret) -> None:
    made = secret.token(expire=soon(0.3))
    deadline = time.monotonic() + 10
    while secret.open(made["secret"]).ok:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert secret.server.http("DELETE", f"/tokens/{made['$id']}").status_code == 204


def test_only_keys_delete_links(secret: Secret) -> None:
    made = secret.token()
    answer = secret.server.guest("DELETE", f"/tokens/{made['$id']}")
    assert refusal(answer)[:2] == (401, "general_unauthorized_scope")
    assert secret.open(made["secret"]).ok


def test_a_link_ends_with_its_file_even_if_another_takes_the_name(secret: Secret) -> None:
    made = secret.token()
    path = f"/storage/buckets/{secret.bucket_id}/files"
    secret.server.http("DELETE", f"{path}/f")
    assert refusal(secret.open(made["secret"]))[0] == 404
    secret.server.http("POST", path, data={"fileId": "f"}, files={"file": ("a.pdf", CONTENT)}).raise_for_status()
    assert refusal(secret.open(made["secret"])) == UNAUTHORIZED


def test_the_links_of_a_file_are_listed(secret: Secret) -> None:
    ids = [secret.token()["$id"] for _ in range(2)]
    secret.token("g")
    listed = secret.server.http("GET", f"/tokens/buckets/{secret.bucket_id}/files/f").json()
    assert (listed["total"], [token["$id"] for token in listed["tokens"]]) == (2, ids)
    assert secret.server.http("GET", f"/tokens/{ids[0]}").json() == listed["tokens"][0]


@pytest.mark.parametrize("expire", ["2020-01-01T00:00:00Z", "soon"])
def test_a_link_expires_in_the_future(secret: Secret, expire: str) -> None:
    answer = secret.server.http("POST", f"/tokens/buckets/{secret.bucket_id}/files/f", json={"expire": expire})
    assert refusal(answer)[:2] == (400, "general_argument_invalid")


def test_only_keys_make_links(secret: Secret) -> None:
    answer = secret.server.guest("POST", f"/tokens/buckets/{secret.bucket_id}/files/f", json={})
    assert refusal(answer)[:2] == (401, "general_unauthorized_scope")
