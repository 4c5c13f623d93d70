"""Nobody waits behind somebody else's import."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from appwrite.query import Query

from functions.certificate_worker.schedule import Turns
from shared.records import Certificate, CertificateStatus
from shared.store import Store
from shared.transport import AppwriteClient, pooled_session
from tests.conftest import StandIn

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def store(stand_in: StandIn) -> Store:
    client = AppwriteClient(stand_in.endpoint, stand_in.project, pooled_session())
    client.set_key(stand_in.key)
    store = Store(client)
    store.delete_where(Certificate, [Query.is_not_null("due_at")])
    return store


def queue(store: Store, course_id: str, count: int, waiting: timedelta) -> None:
    """Certificates of a course that are due since a while."""
    same = dict.fromkeys(("learner_id", "organization_id", "template_id", "learner_name", "learner_email"), "x")
    store.insert_missing(
        Certificate(
            id=secrets.token_hex(16),
            certificate_number=secrets.token_hex(8),
            course_id=course_id,
            course_name=course_id,
            organization_name="x",
            completed_at=NOW,
            issued_at=NOW,
            due_at=NOW - waiting,
            **same,
        )
        for _ in range(count)
    )


def batch(store: Store, turns: Turns, limit: int = 100) -> list[str]:
    """One batch, taken and done: the courses it was about."""
    taken = turns.take(store, Certificate, NOW, limit)
    assert len({each.id for each in taken}) == len(taken)
    store.update_many(Certificate, [each.id for each in taken], due_at=None, status=CertificateStatus.STORED)
    return [each.course_id for each in taken]


def test_one_certificate_behind_an_import_of_400_is_in_one_of_the_first_two_batches(store: Store) -> None:
    queue(store, "import", 400, timedelta(hours=1))
    queue(store, "single", 1, timedelta(seconds=1))
    turns = Turns("course_id")
    assert "single" in [*batch(store, turns), *batch(store, turns)]


def test_behind_eleven_imports_it_is_in_one_of_the_first_eleven_batches(store: Store) -> None:
    for number in range(11):
        queue(store, f"import-{number}", 40, timedelta(hours=20 - number))
    queue(store, "single", 1, timedelta(seconds=1))
    turns = Turns("course_id")
    assert any("single" in batch(store, turns, limit=20) for _ in range(11))


def test_an_import_goes_on_while_others_have_their_turns(store: Store) -> None:
    queue(store, "import", 300, timedelta(hours=1))
    queue(store, "other", 300, timedelta(minutes=1))
    taken = batch(store, Turns("course_id"))
    assert (taken.count("import"), taken.count("other")) == (50, 50)


def test_everything_has_its_turn_in_the_end(store: Store) -> None:
    for number in range(5):
        queue(store, f"course-{number}", 30, timedelta(hours=number))
    turns = Turns("course_id")
    taken = [course for _ in range(8) for course in batch(store, turns, limit=20)]
    assert sorted(taken) == sorted(f"course-{number}" for number in range(5) for _ in range(30))


def test_names_that_differ_in_case_or_hold_quotes_are_taken_as_they_are(store: Store) -> None:
    queue(store, 'a "course" \\ with, signs ☃', 25, timedelta(hours=1))
    queue(store, "single", 1, timedelta(seconds=1))
    assert "single" in batch(store, Turns("course_id"), limit=20)


def test_more_courses_than_a_call_may_name_are_no_error(store: Store) -> None:
    for number in range(110):
        queue(store, f"course-{number}", 2, timedelta(hours=1))
    turns = Turns("course_id")
    taken = [course for _ in range(4) for course in batch(store, turns)]
    assert len(taken) == 220
