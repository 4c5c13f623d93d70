"""What storage leaves on the disk."""

from collections.abc import Callable

from tests.infra.appwrite.served import Served


def test_a_deleted_bucket_leaves_no_file_behind(own_appwrite: Callable[..., Served]) -> None:
    served = own_appwrite()
    served.http("POST", "/storage/buckets", json={"bucketId": "b", "name": "B"}).raise_for_status()
    files = {"file": ("a.pdf", b"%PDF-1.4")}
    served.http("POST", "/storage/buckets/b/files", data={"fileId": "f"}, files=files).raise_for_status()
    assert len(list((served.data / "files").iterdir())) == 1
    assert served.http("DELETE", "/storage/buckets/b").status_code == 204
    assert list((served.data / "files").iterdir()) == []
