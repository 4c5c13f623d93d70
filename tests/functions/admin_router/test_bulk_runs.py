"""Bulks that are carried out: as the dry run said, once for each certificate, however often and wherever it stops."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from functions.admin_router.issued import blocks, bulk, bulk_report
from functions.admin_router.issued.bulk import BulkReplace, BulkRevoke, bulk_replace, bulk_revoke
from functions.admin_router.issued.bulk_report import BulkReport
from shared.access import Caller
from shared.config import Settings
from shared.context import Ctx
from shared.log import Log
from shared.transport import AppwriteClient, pooled_session
from tests.functions.admin_router.stock import Stock, fates, stocked
from tests.functions.admin_router.test_uploads import is_kept, put
from tests.functions.backend import Backend
from tests.functions.filtered_appwrite import filtered

NAMES = ("Ana Lima", "Ben Okri", "Cem Kaya", "Dan Roy", "Eva Horn")
ACTIONS = ["BULK_REVOKE", "BULK_REPLACE"]
BY = ["certificate_numbers", "course_id", "csv_data", "file_id"]
DONE = {"BULK_REVOKE": "certificate.revoked", "BULK_REPLACE": "certificate.replaced"}
PURPOSE = {"BULK_REVOKE": "revoked", "BULK_REPLACE": "replaced"}


@pytest.fixture
def stock(backend: Backend) -> Stock:
    return stocked(backend, *NAMES)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BATCH", 2)
    monkeypatch.setattr(blocks, "PAGE", 4)


def selected(stock: Stock, by: str) -> dict[str, Any]:
    """All certificates of `stock`, and what names none where such a thing can be asked for."""
    numbers = [*stock.numbers.values(), "2026-nonsense"]
    csv_data = "certificate_number,learner_name\n" + "".join(f"{number},Somebody Else\n" for number in numbers)
    given = {"certificate_numbers": numbers, "course_id": stock.course.course_id, "csv_data": csv_data}
    return {by: put(stock.backend, csv_data.encode()) if by == "file_id" else given[by]}


def asking(stock: Stock, by: str = "course_id", **more: Any) -> dict[str, Any]:
    return {"reason": "An error.", "use_current_template": True, "notify": True, **selected(stock, by), **more}


def problems(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in report["rows"] if row["fate"] not in {"done", "already"}]


def are_done(stock: Stock, action: str) -> list[str]:
    """The learners whose certificates are revoked, or have a second version."""
    is_done = {"BULK_REVOKE": lambda row: row["revoked_at"], "BULK_REPLACE": lambda row: row["version"] == 2}
    return sorted(name for name, row in stock.rows().items() if is_done[action](row))


def is_done_once(stock: Stock, action: str) -> None:
    """Each certificate, its line in the activity log, and its mail."""
    assert are_done(stock, action) == sorted(NAMES)
    about = [row["subject_id"] for row in stock.activities(DONE[action])]
    ids = sorted(row["$id"] for row in stock.rows().values())
    assert sorted(about) == ids
    assert sorted(row["certificate_id"] for row in stock.deliveries(PURPOSE[action])) == ids


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("by", BY)
def test_the_real_run_does_what_the_dry_run_said(backend: Backend, stock: Stock, action: str, by: str) -> None:
    """Which changed nothing at all."""
    stock.new_template()
    stock.set("Ana Lima", revoked_at="2026-03-04T00:00:00.000+00:00", revoked_reason="Cheated.")
    stock.set("Ben Okri", file_id=None, status="queued", due_at=None)
    asked, before = asking(stock, by), stock.everything()
    dry = backend.ask_admin(action, **asked)
    assert (dry.data["dry_run"], stock.everything()) == (True, before)
    real = backend.ask_admin(action, **asked, dry_run=False)
    assert fates(real) == fates(dry)
    assert real.data["refused"] == dry.data["refused"]
    assert problems(real.data) == problems(dry.data) == real.data["rows"]
    assert (real.data["remaining"], real.data["next_cursor"]) == (0, None)
    assert are_done(stock, action) == sorted(
        NAMES if action == "BULK_REVOKE" else set(NAMES) - {"Ana Lima", "Ben Okri"}
    )


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("by", ["course_id", "csv_data"])
def test_the_same_again_changes_nothing(backend: Backend, stock: Stock, action: str, by: str) -> None:
    stock.new_template()
    asked = asking(stock, by, dry_run=False)
    backend.ask_admin(action, **asked)
    before = stock.everything()
    again = backend.ask_admin(action, **asked)
    assert again.data["counts"]["already"] == len(NAMES)
    assert stock.everything() == before
    is_done_once(stock, action)


def test_names_and_reasons_of_a_csv_are_each_certificates_own(backend: Backend, stock: Stock) -> None:
    ana, ben, *_ = stock.numbers.values()
    text = f"certificate_number,learner_name,reason\n{ana},Ana Costa,Married.\n{ben},Benjamin Okri,\n"
    answer = backend.ask_admin("BULK_REPLACE", csv_data=text, reason="Misspelt.", dry_run=False)
    assert fates(answer) == {"done": 2}
    rows = stock.rows()
    assert [rows[name]["learner_name"] for name in NAMES[:3]] == ["Ana Costa", "Benjamin Okri", "Cem Kaya"]
    versions = {row["certificate_number"]: row for row in backend.rows("certificate_versions")}
    assert [(versions[each]["learner_name"], versions[each]["reason"]) for each in (ana, ben)] == [
        ("Ana Lima", "Married."),
        ("Ben Okri", "Misspelt."),
    ]


def test_each_revocation_has_the_reason_of_its_row(backend: Backend, stock: Stock, small_blocks: None) -> None:
    ana, ben, cem, dan, _ = stock.numbers.values()
    text = f"certificate_number,reason\n{ana},Cheated.\n{ben},\n{cem},Cheated.\n{dan},Retired.\n"
    backend.ask_admin("BULK_REVOKE", csv_data=text, reason="Withdrawn.", dry_run=False)
    reasons = [stock.rows()[name]["revoked_reason"] for name in NAMES]
    assert reasons == ["Cheated.", "Withdrawn.", "Cheated.", "Retired.", None]


@pytest.mark.parametrize("action", ACTIONS)
def test_the_bulk_itself_is_recorded_with_its_counts(backend: Backend, stock: Stock, action: str) -> None:
    stock.new_template()
    answers = [backend.ask_admin(action, **asking(stock, dry_run=False)) for _ in range(2)]
    [row] = stock.activities({"BULK_REVOKE": "certificates.bulk_revoked"}.get(action, "certificates.bulk_replaced"))
    assert json.loads(row["changes"]) == {"reason": [None, "An error."], "done": [None, 5]}
    assert (row["actor_role"], row["course_id"]) == ("admin", stock.course.course_id)
    assert "An error." not in answers[0].logs


def test_a_file_is_removed_once_all_is_done(backend: Backend, stock: Stock) -> None:
    asked = asking(stock, "file_id")
    backend.ask_admin("BULK_REVOKE", **asked, dry_run=False)
    assert not is_kept(backend, asked["file_id"])


@pytest.mark.parametrize("action", ACTIONS)
def test_contacts_are_told_once_with_what_is_right_now(backend: Backend, stock: Stock, action: str) -> None:
    stock.new_template()
    for _ in range(2):
        backend.ask_admin(action, **asking(stock, dry_run=False))
        backend.work()
    backend.work()
    is_done_once(stock, action)
    assert {row["status"] for row in stock.deliveries(PURPOSE[action])} == {"sent"}


@dataclass
class Clock:
    """Jumps beyond the time of a call as the first certificates are written."""

    backend: Backend
    jumps: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.jumps

    def ctx(self) -> Ctx:
        """For one call."""
        self.jumps = timedelta()
        settings, session = Settings.from_environ(os.environ), pooled_session()
        session.hooks["response"].append(self._look)
        client = AppwriteClient(settings.endpoint, settings.project, session)
        client.set_key(self.backend.key)
        log = Log(lambda _: None, lambda _: None, "test")
        return Ctx(settings, client, log, now=self, caller=Caller("u", "a@b.example", frozenset({"admin"})))

    def _look(self, answer: requests.Response, *_: Any, **__: Any) -> None:
        if answer.request.method == "PATCH" and "/tables/certificates/rows" in answer.url:
            self.jumps = bulk.BUDGET


def run(ctx: Ctx, action: str, asked: dict[str, Any]) -> BulkReport:
    if action == "BULK_REVOKE":
        return bulk_revoke(ctx, BulkRevoke(**asked))
    return bulk_replace(ctx, BulkReplace(**asked))


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("by", BY)
def test_what_was_not_reached_in_time_remains_for_the_next_call(
    backend: Backend, stock: Stock, action: str, by: str, small_blocks: None
) -> None:
    """The same call again goes on, until nothing remains."""
    stock.new_template()
    clock, asked = Clock(backend), asking(stock, by, dry_run=False)
    reports = [run(clock.ctx(), action, asked) for _ in range(3)]
    assert [each.counts.done for each in reports] == [2, 2, 1]
    assert [each.counts.already for each in reports] == [0, 2, 4]
    assert [each.remaining for each in reports] == [3, 1, 0]
    is_done_once(stock, action)
    if by == "file_id":
        assert not is_kept(backend, asked["file_id"])


@pytest.mark.parametrize("action", ACTIONS)
def test_a_course_goes_on_where_it_ended_with_the_cursor(
    backend: Backend, stock: Stock, action: str, small_blocks: None
) -> None:
    stock.new_template()
    clock, asked, cursor = Clock(backend), asking(stock, dry_run=False), None
    reports: list[BulkReport] = []
    while cursor or not reports:
        reports.append(run(clock.ctx(), action, {**asked, "cursor": cursor}))
        cursor = reports[-1].next_cursor
    assert [(each.counts.done, each.counts.already) for each in reports] == [(2, 0), (2, 0), (1, 0)]
    is_done_once(stock, action)


def test_many_reasons_in_one_block_do_not_outlast_the_time(backend: Backend, stock: Stock) -> None:
    rows = "".join(f"{number},Reason {place}.\n" for place, number in enumerate(stock.numbers.values()))
    asked = asking(stock, dry_run=False) | {"course_id": None, "csv_data": f"certificate_number,reason\n{rows}"}
    clock = Clock(backend)
    reports = [run(clock.ctx(), "BULK_REVOKE", asked) for _ in range(5)]
    assert [(each.counts.done, each.counts.already, each.remaining) for each in reports] == [
        (1, 0, 4),
        (1, 1, 3),
        (1, 2, 2),
        (1, 3, 1),
        (1, 4, 0),
    ]
    is_done_once(stock, "BULK_REVOKE")


@pytest.fixture
def dies_after(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Appwrite refuses everything once so many writes were made, until the block ends."""
    writes = {"left": 1_000_000}

    def look(method: str, path: str, body: str) -> bytes | None:
        if writes["left"] <= 0:
            return b'{"message": "gone", "code": 400, "type": "general_argument_invalid", "version": "1.9.6"}'
        writes["left"] -= method != "GET"
        return None

    endpoint = os.environ["APPWRITE_FUNCTION_API_ENDPOINT"]
    with filtered(endpoint, look) as address:
        monkeypatch.setenv("APPWRITE_FUNCTION_API_ENDPOINT", address)

        def after(count: int) -> None:
            writes["left"] = count

        yield after


@pytest.mark.parametrize(
    ("action", "count"),
    [
        *(("BULK_REVOKE", count) for count in (1, 2, 3, 4, 5, 6)),
        *(("BULK_REPLACE", count) for count in (1, 2, 3, 4, 5, 6, 9)),
    ],
)
def test_after_a_crash_the_same_call_finishes_it_and_nothing_is_done_twice(
    backend: Backend, stock: Stock, small_blocks: None, dies_after: Any, action: str, count: int
) -> None:
    """Within a block and between two: one takes three writes, or four."""
    stock.new_template()
    asked = asking(stock, "csv_data", dry_run=False)
    dies_after(count)
    broken = backend.ask_admin(action, **asked)
    dies_after(1_000_000)
    assert broken.status == 500
    stock.wait()
    assert backend.ask_admin(action, **asked).data["remaining"] == 0
    is_done_once(stock, action)


def test_of_many_rows_those_with_problems_are_shown_first(
    backend: Backend, stock: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_report, "SHOWN_DRY", 3)
    monkeypatch.setattr(bulk_report, "SHOWN", 1)
    numbers = [*stock.numbers.values(), "nonsense", "rubbish"]
    asked = {"certificate_numbers": numbers, "reason": "An error."}
    dry = backend.ask_admin("BULK_REVOKE", **asked).data
    assert ([row["row"] for row in dry["rows"]], dry["rows_left_out"]) == ([1, 6, 7], 4)
    real = backend.ask_admin("BULK_REVOKE", **asked, dry_run=False).data
    assert ([row["row"] for row in real["rows"]], real["rows_left_out"]) == ([6], 1)
    assert real["counts"]["done"] == 5


def test_what_somebody_else_is_replacing_is_refused_and_the_rest_done(
    backend: Backend, stock: Stock, small_blocks: None, dies_after: Any
) -> None:
    stock.new_template()
    asked = asking(stock, "csv_data", dry_run=False)
    dies_after(1)
    backend.ask_admin("BULK_REPLACE", **asked)
    dies_after(1_000_000)
    answer = backend.ask_admin("BULK_REPLACE", **asked)
    assert (answer.data["refused"], answer.data["counts"]["done"]) == ({"BUSY": 2}, 3)
    assert [row["code"] for row in problems(answer.data) if row["fate"] == "refused"] == ["BUSY", "BUSY"]
