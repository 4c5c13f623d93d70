"""What was kept for as long as was asked for goes; what verifies a certificate stays."""

import json
import os
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from functions.certificate_worker.housekeeping import tidy
from functions.certificate_worker.retention.certificates import AT_ONCE
from functions.certificate_worker.retention.steps import apply_retention
from shared.config import Settings
from shared.context import Ctx
from shared.log import Log
from shared.people import fingerprint
from shared.records import Certificate
from shared.transport import AppwriteClient, pooled_session
from shared.verification import Keys
from tests.functions.admin_router.test_erasure import files
from tests.functions.backend import KEY, Backend, Course
from tests.functions.issued import PAST, issued, mails_about, row_of, rows_with
from tests.functions.sop_router.verifying import fetch

NOW = datetime(2031, 6, 15, 12, tzinfo=UTC)
#: Of NOW less ten days.
LIMIT = datetime(2031, 6, 5, tzinfo=UTC)
JUST_BEFORE = LIMIT - timedelta(milliseconds=1)
KEYS = Keys.parse(f"k1:{KEY}")


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def answers() -> list[requests.Response]:
    """Those to all calls of `ctx`."""
    return []


@pytest.fixture
def ctx(backend: Backend, lines: list[str], answers: list[requests.Response]) -> Ctx:
    settings, session = Settings.from_environ(os.environ), pooled_session()
    session.hooks["response"].append(lambda response, *_, **__: answers.append(response))
    client = AppwriteClient(settings.endpoint, settings.project, session)
    client.set_key(backend.key)
    return Ctx(settings, client, Log(lines.append, lines.append, "test"), now=lambda: NOW)


def kept(ctx: Ctx, certificates: int = 0, webhooks: int = 0, log: int = 0, now: datetime = NOW) -> Ctx:
    """With these limits, in days."""
    limits = {
        "certificate_retention_days": certificates,
        "webhook_retention_days": webhooks,
        "log_retention_days": log,
    }
    return replace(ctx, settings=ctx.settings.model_copy(update=limits), now=lambda: now)


@pytest.fixture(autouse=True)
def nothing_is_older(backend: Backend) -> None:
    """Rows of tests before would be taken for old ones."""
    for table in ("completions", "activity_logs", "deliveries"):
        backend.server.delete(f"/tablesdb/certificates/tables/{table}/rows")
    for row in backend.rows("certificates"):
        backend.server.delete(f"/tablesdb/certificates/tables/certificates/rows/{row['$id']}")


def put(backend: Backend, table: str, **columns: Any) -> str:
    row_id = secrets.token_hex(16)
    backend.server.post(f"/tablesdb/certificates/tables/{table}/rows", rowId=row_id, data=columns)
    return row_id


def put_completion(backend: Backend, received_at: datetime, status: str = "matched", **columns: Any) -> str:
    told = {"event_id": secrets.token_hex(4), "course_id": "c", "email": "ana@acme.example", "payload": "{}"}
    times = {"completed_at": PAST, "received_at": received_at.isoformat()}
    return put(backend, "completions", status=status, **{**told, **times, **columns})


def put_activity(backend: Backend, at: datetime, activity: str = "course.edited") -> str:
    columns = {"activity": activity, "status": "success", "request_id": "r", "actor_role": "admin"}
    return put(backend, "activity_logs", at=at.isoformat(), **columns)


def ids(backend: Backend, table: str) -> set[str]:
    return {row["$id"] for row in backend.rows(table)}


def told(backend: Backend) -> list[dict[str, Any]]:
    """What the activity log tells of retention: the values after each step."""
    found = rows_with(backend, "activity_logs", "activity", "retention.applied")
    return [{name: after for name, (_, after) in json.loads(row["changes"]).items()} for row in found]


def age(backend: Backend, number: str, issued_at: datetime, expires_at: datetime | None = None) -> dict[str, Any]:
    """As if it had been issued then, and settled since."""
    ends = expires_at.isoformat() if expires_at else None
    row = row_of(backend, number)
    backend.set_row("certificates", row["$id"], issued_at=issued_at.isoformat(), expires_at=ends, due_at=None)
    return row_of(backend, number)


def test_nothing_goes_unless_it_is_asked_for_and_it_costs_no_call(
    backend: Backend, course: Course, ctx: Ctx, answers: list[requests.Response]
) -> None:
    [number] = issued(backend, course, "Ana Lima")
    long_ago = NOW - timedelta(days=36500)
    before = age(backend, number, long_ago, long_ago)
    completion, activity = put_completion(backend, long_ago), put_activity(backend, long_ago)
    tidy(ctx)
    answers.clear()
    apply_retention(ctx)
    assert answers == []
    assert row_of(backend, number) == before
    assert completion in ids(backend, "completions")
    assert activity in ids(backend, "activity_logs")


def test_an_old_certificate_loses_person_file_and_mails_and_is_verified_as_before(
    backend: Backend, course: Course, ctx: Ctx
) -> None:
    [number] = issued(backend, course, "Zeferina Quux")
    before = age(backend, number, JUST_BEFORE)
    code = KEYS.code(Certificate.from_row(before))
    who = {"learner_email": before["learner_email"], "course_id": course.course_id}
    link = backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATE", **who).data["download_url"]
    assert requests.get(link, timeout=10).content.startswith(b"%PDF-")

    apply_retention(kept(ctx, certificates=10))

    after = row_of(backend, number)
    assert (after["learner_name"], after["learner_email"], after["file_id"]) == ("(erased)", "(erased)", None)
    assert after["learner_hash"] == fingerprint(after["learner_salt"], "Zeferina Quux", before["learner_email"])
    same = ("course_name", "organization_name", "completed_at", "issued_at", "status", "sha256", "key_id", "version")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert (files(backend, number), mails_about(backend, number)) == ([], [])
    assert requests.get(link, timeout=10).status_code in {401, 404}
    assert backend.ask_sop(course.sop, "DOWNLOAD_CERTIFICATE", **who).status == 404
    page = fetch(backend, f"/verify/{number}?c={code}", "application/json")
    assert page.status == 200, page.text
    assert "Quux" not in page.text
    assert page.json["data"]["state"] == "valid"
    assert told(backend) == [{"kind": "certificates", "before": LIMIT.isoformat(), "certificates": 1}]


@pytest.mark.parametrize(
    ("issued_at", "expires_at", "goes"),
    [
        (JUST_BEFORE, None, True),
        (LIMIT, None, False),
        (LIMIT - timedelta(days=900), JUST_BEFORE, True),
        (LIMIT - timedelta(days=900), LIMIT, False),
        (LIMIT - timedelta(days=900), NOW + timedelta(days=900), False),
    ],
)
def test_a_certificate_is_kept_for_its_days_after_it_expired_or_was_issued(
    backend: Backend, course: Course, ctx: Ctx, issued_at: datetime, expires_at: datetime | None, goes: bool
) -> None:
    [number] = issued(backend, course, "Ana Lima")
    age(backend, number, issued_at, expires_at)
    apply_retention(kept(ctx, certificates=10))
    assert (row_of(backend, number)["erased_at"] is not None) is goes


def test_a_limit_is_a_midnight_whatever_the_hour(backend: Backend, ctx: Ctx) -> None:
    row = put_completion(backend, LIMIT)
    midnight = LIMIT + timedelta(days=11)
    apply_retention(kept(ctx, webhooks=10, now=midnight - timedelta(milliseconds=1)))
    assert row in ids(backend, "completions")
    apply_retention(kept(ctx, webhooks=10, now=midnight))
    assert row not in ids(backend, "completions")


def test_a_certificate_in_work_or_whose_key_is_gone_is_left_alone(backend: Backend, course: Course, ctx: Ctx) -> None:
    working, keyless = issued(backend, course, "Ana Lima", "Ben Oke")
    backend.set_row("certificates", age(backend, working, JUST_BEFORE)["$id"], due_at=NOW.isoformat())
    backend.set_row("certificates", age(backend, keyless, JUST_BEFORE)["$id"], key_id="gone")
    apply_retention(kept(ctx, certificates=10))
    assert [row_of(backend, each)["erased_at"] for each in (working, keyless)] == [None, None]
    assert told(backend) == []


def test_certificates_go_a_few_at_a_time_and_each_step_is_told_once(backend: Backend, course: Course, ctx: Ctx) -> None:
    for number in issued(backend, course, *(f"Person {number}" for number in range(AT_ONCE + 2))):
        age(backend, number, JUST_BEFORE)
    left = []
    for _ in range(3):
        apply_retention(kept(ctx, certificates=10))
        left.append(sum(row["erased_at"] is None for row in backend.rows("certificates")))
    assert left == [2, 0, 0]
    assert [each["certificates"] for each in told(backend)] == [AT_ONCE, 2]


def test_whatever_a_step_dies_at_nothing_personal_is_left_in_the_end(
    backend: Backend, course: Course, ctx: Ctx, lines: list[str]
) -> None:
    # Each dies after one write more than the one before, and goes on with what that one left.
    numbers = issued(backend, course, "Quux One", "Quux Two")
    codes = [KEYS.code(Certificate.from_row(age(backend, each, JUST_BEFORE))) for each in numbers]
    died = 0
    for last in range(40):
        left = last

        def break_off(response: requests.Response, *_: Any, **__: Any) -> None:
            nonlocal left
            left -= response.request.method != "GET"
            if left < 0:
                raise KeyboardInterrupt

        session = pooled_session()
        session.hooks["response"].append(break_off)
        client = AppwriteClient(ctx.settings.endpoint, ctx.settings.project, session)
        client.set_key(backend.key)
        try:
            apply_retention(replace(kept(ctx, certificates=10), client=client))
        except KeyboardInterrupt:
            died += 1
        else:
            break
    assert died >= 4
    for each in numbers:
        backend.set_row("certificates", row_of(backend, each)["$id"], due_at=PAST)
    backend.work()
    for number, code in zip(numbers, codes, strict=True):
        row = row_of(backend, number)
        assert (row["learner_name"], row["file_id"], row["due_at"], row["status"]) == ("(erased)", None, None, "sent")
        assert (files(backend, number), mails_about(backend, number)) == ([], [])
        assert fetch(backend, f"/verify/{number}?c={code}", "application/json").status == 200
    assert "retention failed" not in "".join(lines)


def test_a_step_is_told_before_anything_goes_and_told_once_if_it_is_done_again(
    backend: Backend, ctx: Ctx, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_completion(backend, JUST_BEFORE)
    dying = kept(ctx, webhooks=10)

    def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(type(dying.store), "delete_where", die)
        with pytest.raises(KeyboardInterrupt):
            apply_retention(dying)
    assert (len(told(backend)), len(ids(backend, "completions"))) == (1, 1)
    apply_retention(kept(ctx, webhooks=10))
    assert (len(told(backend)), len(ids(backend, "completions"))) == (1, 0)


def test_old_completions_go_whatever_became_of_them_but_those_not_looked_at(
    backend: Backend, ctx: Ctx, lines: list[str]
) -> None:
    states = ("matched", "unmatched", "not_passed", "unreadable", "received")
    old = {status: put_completion(backend, JUST_BEFORE, status) for status in states}
    young = {put_completion(backend, LIMIT, status) for status in states}
    apply_retention(kept(ctx, webhooks=10))
    assert ids(backend, "completions") == young | {old["received"]}
    [line] = told(backend)
    assert {status: line.get(status) for status in states} == dict.fromkeys(states[:4], 1) | {"received": None}
    assert any("never led to a certificate" in line and '"rows": 2' in line for line in lines)


def test_a_hundred_completions_take_three_calls_and_their_bodies_are_not_read(
    backend: Backend, ctx: Ctx, answers: list[requests.Response]
) -> None:
    for _ in range(101):
        put_completion(backend, JUST_BEFORE, payload="the raw body")
    apply_retention(kept(ctx, webhooks=10))
    assert [each.request.method for each in answers] == ["GET", "POST", "DELETE"]
    assert "the raw body" not in answers[0].text
    assert len(ids(backend, "completions")) == 1


@pytest.mark.parametrize("erased", [False, True])
def test_an_event_that_comes_again_after_its_row_is_gone_issues_nothing(
    backend: Backend, course: Course, ctx: Ctx, erased: bool
) -> None:
    [email] = course.enroll("Ana Lima")
    course.complete(email, "evt")
    backend.work()
    backend.work()
    [before] = rows_with(backend, "certificates", "learner_email", email)
    age(backend, before["certificate_number"], JUST_BEFORE)
    apply_retention(kept(ctx, certificates=10 if erased else 0, webhooks=1))
    assert rows_with(backend, "completions", "email", email) == []
    mails = len(backend.mails_to(course.sop))

    assert course.complete(email, "evt").data["repeated"] is False
    backend.work()
    backend.work()
    [after] = backend.rows("certificates")
    assert after["certificate_number"] == before["certificate_number"]
    assert (after["erased_at"] is not None) is erased
    assert len(backend.mails_to(course.sop)) == mails
    [again] = rows_with(backend, "completions", "email", email)
    assert again["status"] == "matched"


def test_old_lines_of_the_log_go_and_those_of_retention_itself_after_a_year(backend: Backend, ctx: Ctx) -> None:
    year_ago = NOW - timedelta(days=366, milliseconds=1)
    gone = {put_activity(backend, JUST_BEFORE), put_activity(backend, year_ago, "retention.applied")}
    stays = {put_activity(backend, LIMIT), put_activity(backend, year_ago + timedelta(days=1), "retention.applied")}
    apply_retention(kept(ctx, log=10))
    assert ids(backend, "activity_logs") >= stays
    assert not ids(backend, "activity_logs") & gone
    apply_retention(kept(ctx, log=10))
    [line] = [row for row in backend.rows("activity_logs") if row["changes"]]
    assert (line["activity"], line["actor_role"], json.loads(line["changes"])["activities"]) == (
        "retention.applied",
        "system",
        [None, 2],
    )


def test_a_kind_that_fails_holds_up_no_other(backend: Backend, ctx: Ctx, lines: list[str]) -> None:
    row = put_completion(backend, JUST_BEFORE)
    without_keys = replace(ctx, settings=ctx.settings.model_copy(update={"verify_url": ""}))
    apply_retention(kept(without_keys, certificates=10, webhooks=10))
    assert row not in ids(backend, "completions")
    assert any('"retention failed"' in line and '"kind": "certificates"' in line for line in lines)


def test_an_idle_pass_of_the_worker_applies_what_its_variables_say(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.work()
    now = datetime.now(UTC)
    old, young = put_completion(backend, now - timedelta(days=32)), put_completion(backend, now - timedelta(days=29))
    backend.work()
    assert {old, young} <= ids(backend, "completions")
    monkeypatch.setenv("WEBHOOK_RETENTION_DAYS", "30")
    assert '"retention applied"' in backend.work().logs
    assert ids(backend, "completions") == {young}
