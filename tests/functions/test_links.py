"""Download links: one token each, which dies by itself, with what it is about, or when it is swept."""

import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from functions.certificate_worker.issuing import parcels
from shared import links
from shared.context import Ctx
from shared.errors import AppError
from shared.exports import Export
from shared.log import Log
from shared.records import Certificate
from shared.runtime import Request
from shared.store import BATCH
from shared.transport import AppwriteClient, pooled_session
from tests.functions.admin_router.calls import counted
from tests.functions.backend import Backend, Course
from tests.functions.filtered_appwrite import filtered

SILENT = Log(lambda _: None, lambda _: None, "test")
PAST = "2026-01-01T00:00:00.000+00:00"


@pytest.fixture
def ctx(backend: Backend) -> Ctx:
    return Ctx.from_request(Request("POST", "/", {"x-appwrite-key": backend.key}, b"", "test", SILENT))


@pytest.fixture
def emails(backend: Backend, course: Course) -> list[str]:
    """Two learners whose certificates are delivered."""
    emails = course.enroll("Ana Lima", "Ben Ökè")
    for email in emails:
        course.complete(email)
    backend.work()
    return emails


def download(backend: Backend, course: Course, email: str) -> str:
    asked = {"learner_email": email, "course_id": course.course_id}
    url: str = backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATE", **asked).data["download_url"]
    return url


def certificate(backend: Backend, email: str) -> dict[str, Any]:
    [row] = backend.rows("certificates", {"method": "equal", "attribute": "learner_email", "values": [email]})
    return row


def links_of(backend: Backend, subject_id: str) -> list[dict[str, Any]]:
    return backend.rows("links", {"method": "equal", "attribute": "subject_id", "values": [subject_id]})


def status(url: str) -> int:
    return requests.get(url, timeout=10).status_code


def test_a_link_opens_the_pdf_and_without_its_token_nobody_gets_in(
    backend: Backend, course: Course, emails: list[str]
) -> None:
    url = download(backend, course, emails[0])
    opened = requests.get(url, timeout=10)
    assert (opened.status_code, opened.content[:5]) == (200, b"%PDF-")
    bare = url.partition("&token=")[0]
    assert status(bare) == 401
    assert status(f"{bare}&token=guessed") == 401
    signed_in = backend.as_user(backend.log_in(course.sop), "GET", bare.removeprefix(backend.appwrite.endpoint))
    assert signed_in.status_code == 401


def test_asked_twice_there_are_two_links_and_the_first_lives_no_longer_for_it(
    backend: Backend, course: Course, emails: list[str]
) -> None:
    first = download(backend, course, emails[0])
    row = certificate(backend, emails[0])
    [before] = links_of(backend, row["$id"])
    assert download(backend, course, emails[0]) != first
    noted = links_of(backend, row["$id"])
    assert len(noted) == 2
    assert before in noted
    tokens = {token["$id"]: token for token in tokens_of(backend, row["file_id"])}
    assert set(tokens) == {each["$id"] for each in noted}
    assert {each["$id"]: instant(each["expires_at"]) for each in noted} == {
        key: instant(token["expire"]) for key, token in tokens.items()
    }


def tokens_of(backend: Backend, file_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = backend.server.get(f"/tokens/buckets/certificates/files/{file_id}")["tokens"]
    return found


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_link_dies_when_its_time_is_over(backend: Backend, ctx: Ctx, course: Course, emails: list[str]) -> None:
    found = ctx.store.find(Certificate, certificate(backend, emails[0])["$id"])
    assert found
    url = links.of_certificate(ctx, found, datetime.now(UTC) + timedelta(seconds=1))
    assert status(url) == 200
    while status(url) == 200:
        assert datetime.now(UTC) < instant(links_of(backend, found.id)[0]["expires_at"]) + timedelta(seconds=20)
    assert status(url) == 401


def test_killed_links_open_nothing_and_those_of_other_certificates_live_on(
    backend: Backend, ctx: Ctx, course: Course, emails: list[str]
) -> None:
    killed = [download(backend, course, emails[0]) for _ in range(2)]
    alive = download(backend, course, emails[1])
    row = certificate(backend, emails[0])
    for _ in range(2):
        links.kill(ctx, [row["$id"]])
        assert [status(url) for url in killed] == [401, 401]
        assert (links_of(backend, row["$id"]), tokens_of(backend, row["file_id"])) == ([], [])
        assert status(alive) == 200
    assert status(download(backend, course, emails[0])) == 200, "it may be given again"
    assert [status(url) for url in killed] == [401, 401], "which revives nothing"


def test_a_token_that_is_gone_already_holds_nothing_up(
    backend: Backend, ctx: Ctx, course: Course, emails: list[str]
) -> None:
    urls = [download(backend, course, emails[0]) for _ in range(2)]
    row = certificate(backend, emails[0])
    backend.server.delete(f"/tokens/{links_of(backend, row['$id'])[0]['$id']}")
    links.kill(ctx, [row["$id"]])
    assert [status(url) for url in urls] == [401, 401]
    assert links_of(backend, row["$id"]) == []


def test_a_killing_that_broke_off_is_finished_by_the_next(
    backend: Backend, ctx: Ctx, course: Course, emails: list[str]
) -> None:
    urls = [download(backend, course, emails[0]) for _ in range(2)]
    row = certificate(backend, emails[0])
    refused = b'{"message": "Try later", "code": 400, "type": "general_unknown"}'
    with filtered(
        backend.appwrite.endpoint,
        lambda method, path, _: refused if method == "DELETE" and "/tokens/" in path else None,
    ) as address:
        settings = ctx.settings.model_copy(update={"endpoint": address})
        client = AppwriteClient(address, settings.project, pooled_session())
        client.set_key(backend.key)
        with pytest.raises(AppError):
            links.kill(replace(ctx, settings=settings, client=client), [row["$id"]])
    assert len(links_of(backend, row["$id"])) == 2, "still known, as they live"
    links.kill(ctx, [row["$id"]])
    assert [status(url) for url in urls] == [401, 401]


def test_killing_takes_few_calls_and_none_for_nobody(
    backend: Backend, ctx: Ctx, course: Course, emails: list[str]
) -> None:
    ids = [certificate(backend, email)["$id"] for email in emails]
    for email in emails:
        download(backend, course, email)
    strangers = [secrets.token_hex(16) for _ in range(150)]
    with counted() as calls:
        links.kill(ctx, [])
    assert calls.count() == 0
    with counted() as calls:
        links.kill(ctx, [*ids, *strangers, *ids])
    made = [(method, path.rpartition("/")[0]) for method, path in calls.made]
    tokens = made.count(("DELETE", "/v1/tokens"))
    assert (calls.count("GET", "/rows"), tokens, calls.count("DELETE", "/rows"), calls.count()) == (2, 2, 1, 5)


def test_more_links_than_one_call_takes_are_all_killed(backend: Backend, ctx: Ctx) -> None:
    subject = secrets.token_hex(16)
    ctx.store.insert_missing(gone(subject, BATCH + 1, datetime.now(UTC)))
    links.kill(ctx, [subject])
    assert links_of(backend, subject) == []


def gone(subject: str, count: int, until: datetime) -> list[links.Link]:
    """Notes of tokens that ended by themselves."""
    return [links.Link(id=secrets.token_hex(10), subject_id=subject, expires_at=until) for _ in range(count)]


@pytest.mark.parametrize("change", [{"revoked_at": PAST}, {"file_id": "another"}])
def test_a_link_asked_for_just_when_the_certificate_is_taken_back_is_dead(
    backend: Backend, ctx: Ctx, course: Course, emails: list[str], change: dict[str, str]
) -> None:
    row = certificate(backend, emails[0])
    found = ctx.store.find(Certificate, row["$id"])
    assert found
    backend.set_row("certificates", row["$id"], **change)
    links.kill(ctx, [row["$id"]])
    with pytest.raises(links.Changed) as refused:
        links.of_certificate(ctx, found, datetime.now(UTC) + timedelta(hours=1))
    assert (refused.value.status, refused.value.code) == (409, "CHANGED")
    assert (links_of(backend, row["$id"]), tokens_of(backend, row["file_id"])) == ([], [])


def test_an_idle_pass_sweeps_what_expired_and_nothing_else(
    backend: Backend, ctx: Ctx, course: Course, emails: list[str]
) -> None:
    old, young = (download(backend, course, email) for email in emails)
    first, second = (certificate(backend, email) for email in emails)
    [link] = links_of(backend, first["$id"])
    backend.set_row("links", link["$id"], expires_at=PAST)
    backend.work()
    assert (links_of(backend, first["$id"]), tokens_of(backend, first["file_id"])) == ([], [])
    assert (status(old), status(young)) == (401, 200)
    assert len(links_of(backend, second["$id"])) == 1


def test_a_pass_sweeps_a_hundred_at_most(backend: Backend, ctx: Ctx) -> None:
    links.kill(ctx, [row["subject_id"] for row in backend.rows("links")])
    subject = secrets.token_hex(16)
    ctx.store.insert_missing(gone(subject, 103, instant(PAST)))
    links.sweep(ctx)
    assert len(links_of(backend, subject)) == 3
    links.sweep(ctx)
    assert links_of(backend, subject) == []


def test_links_of_a_zip_die_with_its_export(backend: Backend, ctx: Ctx, course: Course, emails: list[str]) -> None:
    export_id = backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES").data["export_id"]
    backend.work()
    [offered] = backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES", export_id=export_id).data["downloads"]
    assert status(offered["download_url"]) == 200
    assert len(links_of(backend, export_id)) == 1
    links.kill(ctx, [export_id])
    assert status(offered["download_url"]) == 401


def test_links_asked_for_just_when_a_zip_is_withdrawn_are_dead(
    backend: Backend, ctx: Ctx, course: Course, emails: list[str]
) -> None:
    export_id = backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATES").data["export_id"]
    backend.work()
    export = ctx.store.find(Export, export_id)
    assert export
    backend.set_row("exports", export_id, expires_at=PAST)
    links.kill(ctx, [export_id])
    with pytest.raises(links.Changed):
        links.of_export(ctx, export, datetime.now(UTC) + timedelta(minutes=10))
    path = f"/tokens/buckets/exports/files/{export.file_id(0)}"
    assert (links_of(backend, export_id), backend.server.get(path)["tokens"]) == ([], [])


def test_a_crash_between_token_and_note_tells_nobody_and_ends_by_itself(
    backend: Backend, ctx: Ctx, course: Course, emails: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = certificate(backend, emails[0])
    monkeypatch.setattr(links.Link, "table", "gone")
    asked = {"learner_email": emails[0], "course_id": course.course_id}
    answer = backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATE", **asked)
    assert answer.status == 500
    [token] = tokens_of(backend, row["file_id"])
    assert token["secret"] not in json.dumps(answer.body) + answer.logs
    assert instant(token["expire"]) < datetime.now(UTC) + timedelta(hours=1)


def test_the_link_in_a_mail_dies_with_the_certificate_too(
    backend: Backend, ctx: Ctx, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcels, "MOST_BYTES", 1)
    [email] = course.enroll("Cara Diaz")
    course.complete(email)
    backend.work()
    row = certificate(backend, email)
    [link] = links_of(backend, row["$id"])
    assert instant(link["expires_at"]) > datetime.now(UTC) + timedelta(days=6)
    links.kill(ctx, [row["$id"]])
    assert tokens_of(backend, row["file_id"]) == []
