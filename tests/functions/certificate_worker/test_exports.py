"""ZIP files come out whole wherever a worker dies, in files that the bucket takes, and go when their time comes."""

import io
import os
import secrets
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from functions.certificate_worker import passes
from functions.certificate_worker.exporting import exports
from functions.certificate_worker.housekeeping import tidy
from shared.config import Settings
from shared.context import Ctx
from shared.exports import Export
from shared.ids import stable_id
from shared.log import Log
from shared.records import Claim
from shared.transport import AppwriteClient, pooled_session
from tests.functions.backend import Answer, Backend, Course

PAST = "2026-01-01T00:00:00.000+00:00"


@pytest.fixture
def ctx(backend: Backend) -> Ctx:
    """What the functions are handed, for calls that no action makes."""
    settings = Settings.from_environ(os.environ)
    client = AppwriteClient(settings.endpoint, settings.project, pooled_session())
    client.set_key(backend.key)
    return Ctx(settings, client, Log(lambda _: None, lambda _: None, "test"))


@pytest.fixture
def emails(backend: Backend, course: Course) -> list[str]:
    """Three learners whose certificates are delivered."""
    emails = course.enroll("Ana Lima", "Ben Oke", "Cara Diaz")
    for email in emails:
        course.complete(email)
    backend.work()
    return emails


@pytest.fixture
def export_id(backend: Backend, course: Course, emails: list[str]) -> str:
    """Of their ZIP, which nothing has been done about yet."""
    return str(ask(backend, course).data["export_id"])


def ask(backend: Backend, course: Course, **payload: Any) -> Answer:
    return backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES", **payload)


def the_export(backend: Backend, export_id: str) -> dict[str, Any]:
    [row] = [row for row in backend.rows("exports") if row["$id"] == export_id]
    return row


def certificates_of(backend: Backend, emails: list[str]) -> list[dict[str, Any]]:
    return backend.rows("certificates", {"method": "equal", "attribute": "learner_email", "values": emails})


def files_in(backend: Backend, bucket: str) -> set[str]:
    limit = '{"method":"limit","values":[500]}'
    return {file["$id"] for file in backend.server.get(f"/storage/buckets/{bucket}/files", queries=[limit])["files"]}


def archives(backend: Backend, course: Course, export_id: str) -> list[zipfile.ZipFile]:
    """What the SOP gets, every file tested."""
    answer = ask(backend, course, export_id=export_id)
    assert answer.data["status"] == "ready"
    found = [
        zipfile.ZipFile(io.BytesIO(requests.get(link["download_url"], timeout=30).content))
        for link in answer.data["downloads"]
    ]
    assert [each.testzip() for each in found] == [None] * len(found)
    return found


@contextmanager
def bucket_taking(backend: Backend, largest: int) -> Iterator[None]:
    """The exports' bucket takes only files up to so many bytes."""
    bucket = dict(backend.server.get("/storage/buckets/exports"))
    kept = {name: bucket[name] for name in ("name", "allowedFileExtensions", "fileSecurity")}
    backend.server.put("/storage/buckets/exports", **kept, maximumFileSize=largest)
    try:
        yield
    finally:
        backend.server.put("/storage/buckets/exports", **kept, maximumFileSize=bucket["maximumFileSize"])


def make_large(ctx: Ctx, backend: Backend, certificate: dict[str, Any], size: int) -> bytes:
    """Give a certificate a file of that size."""
    content = b"%PDF-" + secrets.token_bytes(size - 5)
    ctx.files.put(f"large-{certificate['$id'][:24]}", "large.pdf", content)
    backend.set_row("certificates", certificate["$id"], file_id=f"large-{certificate['$id'][:24]}")
    return content


def test_what_does_not_fit_into_one_file_goes_into_several(
    ctx: Ctx, backend: Backend, course: Course, emails: list[str], export_id: str
) -> None:
    contents = {
        row["certificate_number"]: make_large(ctx, backend, row, 9_000_000) for row in certificates_of(backend, emails)
    }
    backend.work()
    found = archives(backend, course, export_id)
    assert [len(each.namelist()) for each in found] == [2, 1]
    read = {name.rpartition(" ")[2].removesuffix(".pdf"): each.read(name) for each in found for name in each.namelist()}
    assert read == contents
    names = [link["filename"] for link in ask(backend, course, export_id=export_id).data["downloads"]]
    assert [name[-6:] for name in names] == ["-1.zip", "-2.zip"]
    row = the_export(backend, export_id)
    assert (row["status"], row["parts"], row["documents"], row["attempts"]) == ("ready", 2, 3, 1)


def test_dying_after_the_first_file_offers_the_next_attempts_files_alone(
    ctx: Ctx, backend: Backend, course: Course, emails: list[str], export_id: str
) -> None:
    export = ctx.store.find(Export, export_id)
    assert export
    orphan = export.model_copy(update={"attempts": 1}).file_id(0)
    ctx.exports.put(orphan, "certificates.zip", b"half of it")
    backend.server.post(
        "/tablesdb/certificates/tables/claims/rows",
        rowId=Claim.id_for(export_id, 1),
        data={"subject_id": export_id, "attempt": 1, "owner": "dead", "expires_at": PAST},
    )
    backend.set_row("exports", export_id, status="building", attempts=1, due_at=PAST)
    backend.work()
    [archive] = archives(backend, course, export_id)
    assert len(archive.namelist()) == 3
    row = the_export(backend, export_id)
    assert (row["status"], row["attempts"], row["parts"]) == ("ready", 2, 1)
    [link] = ask(backend, course, export_id=export_id).data["downloads"]
    assert orphan not in link["download_url"]


def test_a_worker_that_died_before_it_marked_its_claim_holds_up_no_other_export(
    backend: Backend, course: Course, new_course: Callable[..., Course], export_id: str
) -> None:
    backend.server.post(
        "/tablesdb/certificates/tables/claims/rows",
        rowId=Claim.id_for(export_id, 1),
        data={"subject_id": export_id, "attempt": 1, "owner": "dead", "expires_at": "2126-01-01T00:00:00.000+00:00"},
    )
    other = new_course()
    [email] = other.enroll("Dana Fox")
    other.complete(email)
    backend.work()
    begun = ask(backend, other).data["export_id"]
    backend.work()
    assert ask(backend, other, export_id=begun).data["status"] == "ready"
    assert the_export(backend, export_id)["status"] == "queued"


def test_what_can_not_be_stored_is_tried_three_times_and_then_fails_without_detail(
    ctx: Ctx, backend: Backend, course: Course, emails: list[str], export_id: str
) -> None:
    with bucket_taking(backend, largest=1):
        for attempt in (1, 2, 3):
            assert backend.work().status == 200
            row = the_export(backend, export_id)
            assert row["attempts"] == attempt
            if attempt < 3:
                assert row["status"] == "queued"
                assert datetime.fromisoformat(row["due_at"]) > datetime.now(UTC)
                backend.set_row("exports", export_id, due_at=PAST)
    assert (row["status"], row["due_at"]) == ("failed", None)
    failed = ask(backend, course, export_id=export_id).data
    assert (failed["status"], failed["message"], failed["downloads"]) == ("failed", row["reason"], [])
    assert "size" not in row["reason"].lower()


def test_failing_after_the_first_file_begins_anew_and_offers_no_file_of_before(
    ctx: Ctx, backend: Backend, course: Course, emails: list[str]
) -> None:
    [fourth] = course.enroll("Dana Fox")
    course.complete(fourth)
    backend.work()
    sizes = (9_000_000, 7_000_000, 9_900_000, 9_900_000)
    for row, size in zip(certificates_of(backend, [*emails, fourth]), sizes, strict=True):
        make_large(ctx, backend, row, size)
    export_id = str(ask(backend, course).data["export_id"])
    before = files_in(backend, "exports")
    with bucket_taking(backend, largest=17_000_000):
        backend.work()
    orphans = files_in(backend, "exports") - before
    assert (len(orphans), the_export(backend, export_id)["status"]) == (1, "queued")
    backend.set_row("exports", export_id, due_at=PAST)
    backend.work()
    assert [len(each.namelist()) for each in archives(backend, course, export_id)] == [2, 2]
    links = "".join(link["download_url"] for link in ask(backend, course, export_id=export_id).data["downloads"])
    assert not any(orphan in links for orphan in orphans)


def test_a_killer_of_workers_is_given_up(backend: Backend, course: Course, export_id: str) -> None:
    backend.set_row("exports", export_id, status="building", attempts=exports.MAX_ATTEMPTS, due_at=PAST)
    backend.work()
    row = the_export(backend, export_id)
    assert (row["status"], row["due_at"], row["parts"]) == ("failed", None, 0)
    assert row["reason"] == "The files could not be made, although it was tried several times."


def test_a_file_that_is_gone_is_named_and_the_others_come(
    backend: Backend, course: Course, emails: list[str], export_id: str
) -> None:
    gone = certificates_of(backend, emails)[0]
    backend.set_row("certificates", gone["$id"], file_id="gone")
    backend.work()
    [archive] = archives(backend, course, export_id)
    assert len(archive.namelist()) == 3
    missing = archive.read("MISSING.txt").decode()
    assert gone["certificate_number"] in missing
    assert len(missing.splitlines()) == 2
    shown = ask(backend, course, export_id=export_id).data
    assert shown["documents"] == 2
    assert "MISSING.txt" in shown["message"]


def test_if_nothing_is_left_the_export_says_so(
    backend: Backend, course: Course, emails: list[str], export_id: str
) -> None:
    for row in certificates_of(backend, emails):
        backend.set_row("certificates", row["$id"], erased_at=PAST)
    backend.work()
    row = the_export(backend, export_id)
    assert (row["status"], row["reason"]) == ("failed", "There are no such certificates any more.")


def test_exports_that_ran_out_go_with_their_files(ctx: Ctx, backend: Backend, course: Course, export_id: str) -> None:
    backend.work()
    [link] = ask(backend, course, export_id=export_id).data["downloads"]
    before = files_in(backend, "exports")
    backend.set_row("exports", export_id, expires_at=PAST)
    tidy(ctx)
    assert export_id not in {row["$id"] for row in backend.rows("exports")}
    assert len(before - files_in(backend, "exports")) == 1
    assert requests.get(link["download_url"], timeout=10).status_code in {401, 404}


def test_an_export_that_is_being_made_is_not_tidied_away(ctx: Ctx, backend: Backend, export_id: str) -> None:
    backend.set_row("exports", export_id, expires_at=PAST, status="building")
    tidy(ctx)
    assert the_export(backend, export_id)["status"] == "building"


def test_files_too_old_to_be_wanted_go_whoever_left_them_and_certificates_stay(
    ctx: Ctx, backend: Backend, emails: list[str]
) -> None:
    ctx.exports.put(stable_id("orphan"), "orphan.zip", b"of an attempt that died")
    ctx.imports.put(stable_id("import"), "learners.csv", b"never imported")
    certificates = files_in(backend, "certificates")
    tidy(ctx)
    assert stable_id("orphan") in files_in(backend, "exports")
    assert stable_id("import") in files_in(backend, "imports")
    tidy(replace(ctx, now=lambda: datetime.now(UTC) + timedelta(days=1, minutes=1)))
    assert files_in(backend, "exports") == files_in(backend, "imports") == set()
    assert files_in(backend, "certificates") == certificates


def test_an_idle_pass_tidies(backend: Backend, export_id: str) -> None:
    backend.work()
    backend.set_row("exports", export_id, expires_at=PAST)
    backend.work()
    assert export_id not in {row["$id"] for row in backend.rows("exports")}


def test_an_attempt_ends_before_the_function_does() -> None:
    last_file = timedelta(seconds=50)
    assert passes.TIME_LIMIT + exports.TIME_LIMIT + last_file <= timedelta(seconds=300)
    assert timedelta(seconds=300) < exports.LEASE
