"""An attempt has one winner, however many workers run at a time."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from appwrite.query import Query

from shared.claims import Claims
from shared.record import wire_time
from shared.records import Claim, Enrollment
from shared.store import Store

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LEASE = timedelta(minutes=3)


@pytest.fixture
def due(store: Store) -> list[Enrollment]:
    """Forty pieces of work."""
    work = [
        Enrollment(id=secrets.token_hex(16), learner_id="l", course_id="c", organization_id="o", due_at=NOW)
        for _ in range(40)
    ]
    store.insert_missing(work)
    return work


def claims(store: Store, owner: str) -> Claims:
    return Claims(store, owner)


def test_sixteen_workers_at_once_share_the_work_without_overlap(store: Store, due: list[Enrollment]) -> None:
    shares = [due, due[::-1], due[10:30], due[:5]] * 4
    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(lambda each: claims(store, str(each[0])).take(each[1], NOW, LEASE), enumerate(shares)))
    ids = [each.work.id for share in won for each in share]
    assert sorted(ids) == sorted({each.id for each in due})


def test_what_was_taken_is_marked_and_due_again_when_the_lease_ends(store: Store, due: list[Enrollment]) -> None:
    claims(store, "a").take(due[:3], NOW, LEASE, status="enrolling")
    found = store.find_many(Enrollment, (each.id for each in due[:4]))
    assert [(row.status, row.attempts, row.due_at) for row in map(found.get, (each.id for each in due[:4])) if row] == [
        *[("enrolling", 1, NOW + LEASE)] * 3,
        ("queued", 0, NOW),
    ]


def test_what_another_holds_is_left_out(store: Store, due: list[Enrollment]) -> None:
    claims(store, "a").take(due[:10], NOW, LEASE)
    won = claims(store, "b").take(due, NOW + LEASE - timedelta(seconds=1), LEASE)
    assert [each.work.id for each in won] == [each.id for each in due[10:]]


def test_a_claim_that_ended_makes_way_for_the_next_attempt(store: Store, due: list[Enrollment]) -> None:
    claims(store, "a").take(due[:10], NOW, LEASE)
    won = claims(store, "b").take(due, NOW + LEASE, LEASE)
    assert [each.attempt for each in won] == [2] * 10 + [1] * 30


def test_a_claim_of_a_worker_that_died_before_marking_counts(store: Store, due: list[Enrollment]) -> None:
    store.insert(
        Claim(id=Claim.id_for(due[0].id, 1), subject_id=due[0].id, attempt=1, owner="dead", expires_at=NOW + LEASE)
    )
    assert claims(store, "b").take(due[:1], NOW, LEASE) == []
    [won] = claims(store, "b").take(due[:1], NOW + LEASE, LEASE)
    assert won.attempt == 2


def test_two_workers_after_one_ended_claim_have_one_winner(store: Store, due: list[Enrollment]) -> None:
    claims(store, "a").take(due, NOW, LEASE)
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda number: claims(store, str(number)).take(due, NOW + LEASE, LEASE), range(8)))
    ids = [each.work.id for share in won for each in share]
    assert sorted(ids) == sorted({each.id for each in due})
    assert {each.attempt for share in won for each in share} == {2}


def test_ended_claims_are_forgotten_and_living_ones_kept(store: Store, due: list[Enrollment]) -> None:
    claims(store, "a").take(due[:1], NOW, LEASE)
    claims(store, "b").take(due[1:2], NOW + 2 * LEASE, LEASE)
    claims(store, "c").forget(NOW + 2 * LEASE)
    mine = [Query.equal("subject_id", [due[0].id, due[1].id])]
    assert [claim.owner for claim in store.every(Claim, mine)] == ["b"]
    assert wire_time(NOW) == "2026-11-21T12:00:00.000+00:00"
