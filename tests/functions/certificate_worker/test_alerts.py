"""Whoever runs this hears of what is wrong: once a day for each cause, and in words that help."""

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from functions.certificate_worker import passes
from functions.certificate_worker.watching import alerts
from functions.certificate_worker.watching.alerts import GROUPS, STRETCH, Watch
from functions.certificate_worker.watching.checks import waiting
from shared.config import Settings
from shared.context import Ctx, _appwrite
from shared.log import Log
from shared.mail import mailer
from shared.record import wire_time
from shared.records import Claim, Enrollment
from shared.transport import AppwriteClient, pooled_session
from tests.functions.admin_router.calls import counted
from tests.functions.admin_router.metrics_world import certificate, completion, delivery, enrollment
from tests.functions.admin_router.rows import insert
from tests.functions.backend import Backend
from tests.functions.organizations import letters_to, text_of
from tests.functions.sendgrid import SendGrid

TABLES = ("certificates", "completions", "deliveries", "enrollments", "exports", "alerts", "claims")
Look = Callable[..., list[EmailMessage]]


@pytest.fixture
def recipient(monkeypatch: pytest.MonkeyPatch) -> str:
    address = f"{secrets.token_hex(4)}@ops.example"
    monkeypatch.setenv("ALERT_EMAIL", f" {address} ")
    return address


@pytest.fixture(autouse=True)
def _empty(backend: Backend) -> Iterator[None]:
    yield
    for table in TABLES:
        for row in backend.rows(table):
            backend.server.delete(f"/tablesdb/certificates/tables/{table}/rows/{row['$id']}")


@pytest.fixture
def now() -> datetime:
    """At noon, so that a test never meets midnight, and at the beginning of the first group's turn."""
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    whole = STRETCH * len(GROUPS)
    return datetime.fromtimestamp(noon.timestamp() // whole * whole, UTC)


@pytest.fixture
def look(backend: Backend, recipient: str, now: datetime) -> Look:
    """Looks at all groups, as one process does in a quarter of an hour; the mails that it brought."""

    def all_groups(watch: Watch | None = None, later: timedelta = timedelta()) -> list[EmailMessage]:
        watch = watch or Watch()
        before = len(letters_to(backend, recipient))
        for group in range(len(GROUPS)):
            watch.look(context(backend, now + later + timedelta(seconds=STRETCH * group)))
        return letters_to(backend, recipient)[before:]

    return all_groups


def context(backend: Backend, now: datetime, lines: list[str] | None = None) -> Ctx:
    settings = Settings.from_environ(os.environ)
    client = AppwriteClient(settings.endpoint, settings.project, _appwrite)
    client.set_key(backend.key)
    heard = [] if lines is None else lines
    return replace(Ctx(settings, client, Log(heard.append, heard.append, "test")), now=lambda: now)


def before(now: datetime, **lapse: float) -> str:
    return wire_time(now - timedelta(**lapse))


def export(backend: Backend, due: str) -> None:
    asked = {"kind": "zip", "request": "{}", "status": "queued", "expires_at": due}
    insert(backend, "exports", secrets.token_hex(16), **asked, due_at=due)


WORK: dict[str, Callable[[Backend, str], object]] = {
    "reported completions": lambda backend, due: completion(backend, "received", due_at=due),
    "certificates to print": lambda backend, due: certificate(backend, "queued", due_at=due),
    "mails to send": lambda backend, due: delivery(backend, "queued", due_at=due),
    "learners to enrol": lambda backend, due: enrollment(backend, "queued", due_at=due),
    "files to make on request": export,
}


@pytest.mark.parametrize("name", WORK)
def test_work_that_waits_too_long_is_told_whatever_it_is(
    backend: Backend, look: Look, now: datetime, name: str
) -> None:
    WORK[name](backend, before(now, minutes=14))
    assert look() == []
    WORK[name](backend, before(now, minutes=31))
    [letter] = look()
    assert letter["Subject"] == "Alert: work is waiting"
    assert f"{name.capitalize()} have been waiting for 3" in text_of(letter)
    [row] = backend.rows("alerts")
    assert (row["cause"], row["sent_at"] is not None) == ("queue", True)


def test_a_mail_says_what_to_do_and_where_to_look(backend: Backend, look: Look, now: datetime) -> None:
    completion(backend, "received", due_at=before(now, hours=1))
    [letter] = look()
    text = text_of(letter)
    for words in ("stage failed", "make logs FUNCTION=certificate_worker", "make metrics", "/console/", "project p"):
        assert words in text


def test_there_is_one_mail_a_day_however_many_processes_look(backend: Backend, look: Look, now: datetime) -> None:
    completion(backend, "received", due_at=before(now, hours=1))
    enrollment(backend, "queued", due_at=before(now, hours=1))
    watch = Watch()
    assert len(look(watch)) == 1
    assert look(watch, timedelta(hours=1)) == []
    assert look(Watch(), timedelta(hours=2)) == []
    assert len(look(watch, timedelta(days=1))) == 1
    assert len(backend.rows("alerts")) == 2


def certificates(backend: Backend, **states: int) -> None:
    for status, number in states.items():
        for _ in range(number):
            certificate(backend, status)


def test_too_many_failures_are_told(backend: Backend, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    certificates(backend, sent=8, failed=2)
    assert look() == []  # 20 percent are not more than 20
    certificates(backend, failed=1)
    [letter] = look()
    assert letter["Subject"] == "Alert: certificates fail"
    assert "3 of the 11 certificates" in text_of(letter)


def test_failures_among_few_certificates_or_of_days_ago_are_not_told(backend: Backend, look: Look) -> None:
    certificates(backend, sent=1, failed=3)
    assert look() == []
    assert look(later=timedelta(days=2)) == []


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_SILENT_HOURS", "48")


@pytest.mark.usefixtures("_impatient")
def test_a_silent_hook_is_told_if_learners_are_in_their_courses(backend: Backend, look: Look, now: datetime) -> None:
    completion(backend, "matched", received_at=before(now, hours=49))
    completion(backend, "matched", received_at=before(now, hours=1), event_id="reconciled")
    assert look() == []
    enrollment(backend, "enrolled", enrolled_at=before(now, hours=10))
    enrollment(backend, "enrolled", enrolled_at=before(now, hours=90), completed=True)
    enrollment(backend, "queued")
    assert look() == []
    enrollment(backend, "enrolled", enrolled_at=before(now, hours=90))
    [letter] = look()
    assert letter["Subject"] == "Alert: Graphy reports nothing"
    assert "for 48 hours" in text_of(letter)


@pytest.mark.usefixtures("_impatient")
def test_a_hook_that_spoke_is_not_silent(backend: Backend, look: Look, now: datetime) -> None:
    enrollment(backend, "enrolled", enrolled_at=before(now, hours=90))
    completion(backend, "unmatched", received_at=before(now, hours=47))
    assert look() == []


def test_silence_is_not_told_unless_asked_for(backend: Backend, look: Look, now: datetime) -> None:
    enrollment(backend, "enrolled", enrolled_at=before(now, days=900))
    assert look() == []


@pytest.mark.parametrize(("variable", "value"), [("SMTP_PORT", "9"), ("SMTP_HOST", "")])
def test_a_mail_that_nobody_took_is_tried_again(
    backend: Backend, look: Look, now: datetime, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    completion(backend, "received", due_at=before(now, hours=1))
    watch = Watch()
    with monkeypatch.context() as broken:
        broken.setenv(variable, value)
        assert look(watch) == []
        assert backend.rows("alerts") == []
    assert len(look(watch, timedelta(hours=1))) == 1


def test_a_mail_that_somebody_died_over_does_not_go_out_twice(backend: Backend, look: Look, now: datetime) -> None:
    completion(backend, "received", due_at=before(now, hours=1))
    look()
    [row] = backend.rows("alerts")
    backend.set_row("alerts", row["$id"], sent_at=None)
    assert look(Watch()) == []


def test_an_address_that_is_none_is_logged_and_stops_nothing(
    backend: Backend, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERT_EMAIL", "operators")
    completion(backend, "received", due_at=before(now, hours=1))
    lines: list[str] = []
    Watch().look(context(backend, now, lines))
    assert any("ALERT_EMAIL is no address" in line for line in lines)
    assert backend.rows("alerts") == []


def test_an_appwrite_that_is_down_stops_nothing(now: datetime, recipient: str, backend: Backend) -> None:
    lines: list[str] = []
    ctx = context(backend, now, lines)
    down = AppwriteClient("http://127.0.0.1:9/v1", "p", pooled_session(retries=None))
    Watch().look(replace(ctx, client=down))
    assert any("alerts not checked" in line for line in lines)


def test_a_look_costs_four_calls_at_most_and_there_is_one_in_five_minutes(
    backend: Backend, now: datetime, recipient: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERT_SILENT_HOURS", "1")
    certificates(backend, failed=1, sent=9)
    watch = Watch()
    for group in range(len(GROUPS)):
        begins = now + timedelta(seconds=STRETCH * group)
        with counted() as calls:
            watch.look(context(backend, begins))
        assert 0 < calls.count() <= 4
        with counted() as again:
            watch.look(context(backend, begins + timedelta(seconds=STRETCH - 1)))
        assert again.count() == 0


def test_nobody_to_tell_costs_no_call(backend: Backend, now: datetime) -> None:
    with counted() as calls:
        Watch().look(context(backend, now))
    assert calls.count() == 0


def test_each_pass_of_the_worker_looks(backend: Backend, recipient: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An enrolment stays due, as another worker holds it; it is always its turn to be looked at."""
    monkeypatch.setattr(passes, "_watch", Watch())
    monkeypatch.setattr(alerts, "GROUPS", [[waiting(Enrollment)]])
    now = datetime.now(UTC)
    enrollment(backend, "queued", due_at=before(now, hours=1))
    [row] = backend.rows("enrollments")
    claim = {"subject_id": row["$id"], "attempt": 1, "owner": "another", "expires_at": before(now, hours=-1)}
    insert(backend, "claims", Claim.id_for(row["$id"], 1), **claim)
    assert backend.work().status == 200
    assert len(letters_to(backend, recipient)) == 1
    backend.work()
    assert len(letters_to(backend, recipient)) == 1


def test_a_mail_that_may_have_arrived_is_not_sent_again(
    backend: Backend, look: Look, now: datetime, recipient: str, sendgrid: SendGrid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailer, "TIMEOUT", 0.3)
    completion(backend, "received", due_at=before(now, hours=1))
    sendgrid.fail("taken_without_answer", 1)
    look()
    [row] = backend.rows("alerts")
    assert row["sent_at"] is None
    look(Watch(), timedelta(hours=1))
    assert sendgrid.calls() == 1
