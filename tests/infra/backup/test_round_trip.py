"""Two thousand certificates go from one project to another, and live on there."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from functions.certificate_worker import work
from functions.certificate_worker.main import main as worker_main
from functions.sop_router.main import main as sop_main
from infra.backup import scope
from infra.deploy import definitions
from infra.local import loopback
from infra.local.mail.catcher import Catcher
from infra.local.mail.mailbox import Mailbox
from infra.local.mail.server import serving as serving_mail
from scripts.callers import Appwrite
from scripts.delivered import mailed
from shared.records import Certificate
from shared.verification import Keys
from tests.functions.backend import KEY, execute
from tests.infra.backup.world import COLLECTIONS, PASSWORD, SOP, Place, certificate_id, file_id, fill

MANY = 2000
SCHEMA = definitions.load(COLLECTIONS)


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Place], Path]]:
    """Makes the functions work on a place; the folder of the mails that they send."""
    mails = tmp_path / "mails"
    with serving_mail(Catcher(Mailbox(mails, lambda: datetime.now(UTC)))) as port:

        def point(place: Place) -> Path:
            variables = {
                "APPWRITE_FUNCTION_API_ENDPOINT": place.endpoint,
                "APPWRITE_FUNCTION_PROJECT_ID": "p",
                "SMTP_HOST": "127.0.0.1",
                "SMTP_PORT": str(port),
                "FROM_EMAIL": "Training <certificates@training.example>",
                "GRAPHY_POLL_MINUTES": "0",
                "VERIFY_URL": "http://verify.example/verify",
                "VERIFY_KEYS": f"k1:{KEY}",
            }
            for name, value in variables.items():
                monkeypatch.setenv(name, value)
            return mails

        yield point
        work.close()


@pytest.mark.slow
def test_2000_certificates_come_back_row_by_row_and_file_by_file_and_live_on(
    new_place: Callable[..., Place], outside: Callable[[Place], Path], tmp_path: Path
) -> None:
    source, empty, folder = new_place(), new_place(bare=True), tmp_path / "backup"
    fill(source, MANY)
    made = source.save(folder)
    assert made.counts["tables/certificates.jsonl"] == made.counts["files/certificates.jsonl"] == MANY
    assert made.schema_version.sha256
    report = empty.restore(folder)
    assert report.ok
    assert report.lists["certificates"].count == report.lists["files of certificates"].count == MANY
    _are_the_same(source, empty)
    _verifies(empty, outside)
    _mails_only_what_was_due(empty, outside)
    _lets_the_contact_sign_in(empty)


def _are_the_same(source: Place, restored: Place) -> None:
    for table in scope.restored(SCHEMA):
        place = {"$sequence"}
        before, after = (
            [{name: value for name, value in row.items() if name not in place} for row in each.rows(table.id)]
            for each in (source, restored)
        )
        assert before == after, table.id
    assert source.files() == restored.files()
    for number in range(0, MANY, 100):
        assert source.sha256(file_id(number)) == restored.sha256(file_id(number))
    assert restored.rows("claims") == []


def _verifies(place: Place, outside: Callable[[Place], Path]) -> None:
    outside(place)
    row = place.server.get(f"/tablesdb/certificates/tables/certificates/rows/{certificate_id(7)}")
    certificate = Certificate.from_row(row)
    code = Keys.parse(f"k1:{KEY}").code(certificate)
    headers = {"x-appwrite-key": place.key, "x-appwrite-client-ip": "10.0.0.1", "accept": "application/json"}
    answer = execute(sop_main, headers=headers, method="GET", path=f"/verify/{certificate.certificate_number}?c={code}")
    assert (answer.data["state"], answer.data["learner_name"]) == ("valid", certificate.learner_name)


def _mails_only_what_was_due(place: Place, outside: Callable[[Place], Path]) -> None:
    mails = outside(place)
    execute(worker_main, b"", {"x-appwrite-key": place.key, "x-appwrite-trigger": "schedule"})
    [mail] = mailed(mails)
    assert mail.recipient == SOP
    [due] = [row for row in place.rows("deliveries") if row["certificate_id"] == certificate_id(MANY - 1)]
    assert due["status"] == "sent"


def _lets_the_contact_sign_in(place: Place) -> None:
    with loopback.session() as session:
        assert Appwrite(session, place.endpoint, "p").log_in(SOP, PASSWORD)


def test_nobody_else_on_the_machine_can_read_a_backup(saved: Path) -> None:
    assert saved.stat().st_mode & 0o777 == 0o700
    for path in saved.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_rows_come_back_in_the_order_in_which_lists_show_them(
    used: Place, saved: Path, new_place: Callable[..., Place]
) -> None:
    place = new_place()
    place.restore(saved)
    path = "/tablesdb/certificates/tables/learners/rows"
    before, after = ([row["$id"] for row in each.server.get(path)["rows"]] for each in (used, place))
    assert before == after
    assert before != sorted(before)


def test_every_table_is_saved_and_of_the_buckets_only_what_lasts(saved: Path) -> None:
    tables = {path.stem for path in (saved / "tables").iterdir()}
    assert tables == {table.id for table in SCHEMA.tables}
    assert sorted(os.listdir(saved / "files")) == ["certificates", "certificates.jsonl"]  # noqa: PTH208
