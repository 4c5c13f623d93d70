"""Rows that older versions wrote get today's shape, once, wherever it is broken off."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Any

import pytest
import requests

from infra.deploy.errors import ServerError
from infra.deploy.server import Document, Server
from infra.local.stack import ROOT
from infra.migrations import m2026_11_21_learner_copies, m2026_11_21_received_at, registry, rows
from infra.migrations.migration import Migration
from shared.store import BATCH
from shared.transport import AppwriteClient, pooled_session
from tests.conftest import StandIn

RECEIVED_AT, LEARNER_COPIES = m2026_11_21_received_at.MIGRATION, m2026_11_21_learner_copies.MIGRATION
DONE, CAME = "2026-10-01T10:00:00.000+00:00", "2026-10-01T10:00:07.000+00:00"
COLLECTIONS = ROOT / "infra" / "appwrite_collections.json"


@pytest.fixture
def server(stand_in: StandIn) -> Server:
    """With empty tables."""
    tables = ("certificates", "completions", "enrollments", "learners", "learner_aliases", "migrations")
    for table in tables:
        stand_in.server.delete(rows.path(table))
    return stand_in.server


def put(server: Server, table: str, *made: dict[str, Any]) -> list[str]:
    given = [{"$id": secrets.token_hex(16), **row} for row in made]
    for first in range(0, len(given), BATCH):
        server.post(rows.path(table), rows=given[first : first + BATCH])
    return [row["$id"] for row in given]


def certificate(number: int, **columns: Any) -> dict[str, Any]:
    return {
        "certificate_number": f"2026-{number}",
        "learner_id": f"learner-{number}",
        "course_id": "c",
        "organization_id": "o",
        "template_id": "t",
        "learner_name": "Ana",
        "course_name": "C",
        "learner_email": f"l{number}@acme.example",
        "organization_name": "O",
        "completed_at": DONE,
        "issued_at": DONE,
        "event_id": f"evt-{number}",
        "status": "sent",
        **columns,
    }


def completion(number: int, **columns: Any) -> dict[str, Any]:
    return {
        "event_id": f"evt-{number}",
        "course_id": "c",
        "email": f"L{number}@Acme.example",
        "completed_at": DONE,
        "received_at": CAME,
        "payload": "{}",
        "status": "matched",
        **columns,
    }


def enrollment(learner_id: str, **columns: Any) -> dict[str, Any]:
    return {"learner_id": learner_id, "course_id": "c", "organization_id": "o", "status": "enrolled", **columns}


def learner(name: str) -> dict[str, Any]:
    return {"name": name, "email": f"{secrets.token_hex(4)}@acme.example", "organization_id": "o"}


def all_of(server: Server, table: str, *columns: str) -> dict[str, Document]:
    return {row["$id"]: row for row in rows.every(server, table, [], [*columns, "$updatedAt"])}


def migrate(server: Server, *migrations: Migration) -> list[str]:
    said: list[str] = []
    registry.carry_out(server, registry.pending(server, migrations or registry.MIGRATIONS), said.append)
    return said


def many(server: Server, count: int) -> None:
    put(server, "certificates", *(certificate(number) for number in range(count)))
    put(server, "completions", *(completion(number) for number in range(count)))


def unfilled(server: Server) -> int:
    return sum(row["received_at"] is None for row in all_of(server, "certificates", "received_at").values())


def breaking(stand_in: StandIn, after: int) -> Server:
    """A way to the server that dies once it has written so often."""
    session, left = pooled_session(), after

    def count(response: requests.Response, *_: Any, **__: Any) -> None:
        nonlocal left
        left -= response.request.method != "GET"
        if left < 0:
            raise KeyboardInterrupt

    session.hooks["response"].append(count)
    client = AppwriteClient(stand_in.endpoint, stand_in.project, session)
    client.set_key(stand_in.key)
    return Server(client)


def test_certificates_learn_when_their_own_completion_first_came_in(server: Server) -> None:
    ids = put(
        server,
        "certificates",
        certificate(1),
        certificate(2, event_id="reconciled"),
        certificate(3, event_id="reconciled"),
        certificate(4, learner_email="new@acme.example"),
    )
    put(server, "learner_aliases", {"learner_id": "learner-4", "email": "l4@acme.example"})
    later = CAME.replace("10:00:07", "11:11:11")
    put(server, "completions", completion(1, received_at=later), completion(1), completion(1, completed_at=CAME))
    put(server, "completions", completion(2, event_id="reconciled"), completion(4))
    put(server, "completions", completion(3, event_id="reconciled", received_at=later))
    migrate(server, RECEIVED_AT)
    filled = all_of(server, "certificates", "received_at")
    assert [filled[each]["received_at"] for each in ids] == [CAME, CAME, later, CAME]


@pytest.mark.parametrize(
    "columns",
    [{"received_at": DONE}, {"event_id": None}, {"erased_at": DONE}, {"event_id": "gone"}, {"learner_email": "x@y.zz"}],
)
def test_what_has_its_time_or_can_have_none_stays_as_it_is(server: Server, columns: dict[str, Any]) -> None:
    put(server, "certificates", certificate(1, **columns))
    put(server, "completions", completion(1))
    before = all_of(server, "certificates", "received_at")
    migrate(server, RECEIVED_AT)
    assert all_of(server, "certificates", "received_at") == before
    assert registry.finished(server) == {RECEIVED_AT.name}


def test_enrolments_get_their_learners_name_and_address_and_others_keep_theirs(server: Server) -> None:
    ana, ben = put(server, "learners", learner("Ana Lima"), learner("Ben Oke"))
    first, second, his, stray = put(
        server,
        "enrollments",
        enrollment(ana),
        enrollment(ana, course_id="d"),
        enrollment(ben, learner_name="Benjamin", learner_email="b@acme.example"),
        enrollment("nobody"),
    )
    migrate(server, LEARNER_COPIES)
    found = all_of(server, "enrollments", "learner_name", "learner_email")
    names = [found[each]["learner_name"] for each in (first, second, his, stray)]
    assert names == ["Ana Lima", "Ana Lima", "Benjamin", None]
    assert found[first]["learner_email"].endswith("@acme.example")


def test_one_that_is_broken_off_is_finished_by_the_next_run(stand_in: StandIn, server: Server) -> None:
    many(server, 2 * BATCH + 50)
    with pytest.raises(KeyboardInterrupt):
        migrate(breaking(stand_in, 1), RECEIVED_AT)
    assert unfilled(server) in {50, BATCH + 50}
    assert registry.pending(server, [RECEIVED_AT]) == [RECEIVED_AT]
    assert migrate(server, RECEIVED_AT)[0] == RECEIVED_AT.name
    assert unfilled(server) == 0
    assert registry.pending(server, [RECEIVED_AT]) == []


def test_twice_is_once(server: Server) -> None:
    many(server, 3)
    migrate(server)
    certificates, records = all_of(server, "certificates", "received_at"), all_of(server, "migrations", "rows", "name")
    assert migrate(server) == []
    # Nor would it change anything if nobody had noted that it was done.
    server.delete(rows.path("migrations"))
    migrate(server)
    assert all_of(server, "certificates", "received_at") == certificates
    again = all_of(server, "migrations", "rows", "name")
    assert again.keys() == records.keys()
    assert {row["rows"] for row in again.values()} == {0}


def test_two_at_a_time_do_no_harm(server: Server) -> None:
    many(server, BATCH + 20)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: migrate(server), range(2)))
    assert unfilled(server) == 0
    assert registry.finished(server) == {each.name for each in registry.MIGRATIONS}
    assert len(all_of(server, "migrations")) == len(registry.MIGRATIONS)


def test_planning_counts_the_rows_to_look_at_and_changes_nothing(server: Server) -> None:
    many(server, 3)
    [ana] = put(server, "learners", learner("Ana Lima"))
    put(server, "enrollments", enrollment(ana))
    tables = ("certificates", "enrollments", "migrations")
    before = [all_of(server, table) for table in tables]
    assert [each.plan(server) for each in registry.MIGRATIONS] == [3, 1]
    assert [all_of(server, table) for table in tables] == before


def test_more_than_appwrite_counts_are_counted(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    put(server, "enrollments", *(enrollment("nobody") for _ in range(7)))
    monkeypatch.setattr(rows, "COUNTED", 5)
    monkeypatch.setattr(rows, "_MANY", 3)
    assert LEARNER_COPIES.plan(server) == 7


def test_a_migration_that_fails_leaves_those_before_it_finished(server: Server) -> None:
    def fail(*_: object) -> int:
        raise ServerError("GET /x", 500, None, "no")

    broken, last = Migration("2026-12-01 fails", fail, fail), Migration("2026-12-02 never", lambda _: 1, fail)
    with pytest.raises(ServerError):
        migrate(server, LEARNER_COPIES, broken, last)
    assert [each.name for each in registry.pending(server, [LEARNER_COPIES, broken, last])] == [broken.name, last.name]


def test_only_those_with_rows_to_look_at_are_waited_for(server: Server) -> None:
    assert registry.waiting(server) == []
    many(server, 2)
    assert registry.waiting(server) == [(RECEIVED_AT, 2)]
    migrate(server)
    assert registry.waiting(server) == []


def test_the_schema_version_is_the_files_hash_and_the_names_of_what_was_finished(server: Server) -> None:
    put(server, "migrations", {"name": "2026-12-31 began and did not end"})
    migrate(server)
    version = registry.schema_version(server, COLLECTIONS)
    assert version.sha256 == sha256(COLLECTIONS.read_bytes()).hexdigest()
    assert version.migrations == tuple(sorted(each.name for each in registry.MIGRATIONS))


@pytest.mark.parametrize("name", [str, lambda each: each.id])
def test_no_two_migrations_share_a_name_and_their_order_is_that_of_their_days(
    name: Callable[[Migration], str],
) -> None:
    assert len({name(each) for each in registry.MIGRATIONS}) == len(registry.MIGRATIONS)
    days = [each.name[:10] for each in registry.MIGRATIONS]
    assert days == sorted(days)
