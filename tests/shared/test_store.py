"""Records go in and come out as they were; what is there already is noticed."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from appwrite.query import Query

from shared.errors import AlreadyExists, Unavailable
from shared.ids import stable_id
from shared.records import Enrollment, EnrollmentStatus, Learner
from shared.store import Store, StoreFailure
from shared.transport import AppwriteClient, pooled_session

NOW = datetime(2026, 11, 21, 12, 30, 15, 123000, tzinfo=UTC)


@pytest.fixture
def learner(request: pytest.FixtureRequest) -> Callable[[int], Learner]:
    """Makes learners of this test, by number."""

    def make(number: int) -> Learner:
        email = f"{abs(hash(request.node.name))}-{number}@acme.example"
        learner_id = stable_id("test", email)
        return Learner(id=learner_id, email=email, name=f"प्रिया {number} 𝒜", organization_id="acme")

    return make


def test_a_record_comes_out_as_it_went_in(store: Store, learner: Callable[[int], Learner]) -> None:
    store.insert(learner(1))
    assert store.find(Learner, learner(1).id) == learner(1)


def test_times_and_states_survive(store: Store) -> None:
    enrollment = Enrollment(id="times", learner_id="l", course_id="c", organization_id="o", due_at=NOW)
    store.insert(enrollment)
    assert store.find(Enrollment, "times") == enrollment
    changed = store.update(Enrollment, "times", status=EnrollmentStatus.ENROLLED, due_at=None, enrolled_at=NOW)
    assert (changed.status, changed.due_at, changed.enrolled_at) == (EnrollmentStatus.ENROLLED, None, NOW)


def test_what_is_not_there_is_none(store: Store) -> None:
    assert store.find(Learner, "nobody") is None


def test_the_same_id_twice_is_noticed(store: Store, learner: Callable[[int], Learner]) -> None:
    store.insert(learner(1))
    with pytest.raises(AlreadyExists):
        store.insert(learner(1))


def test_only_what_is_missing_is_inserted(store: Store, learner: Callable[[int], Learner]) -> None:
    first = [learner(number) for number in range(150)]
    assert store.insert_missing(first) == {each.id for each in first}
    more = [learner(number) for number in range(120, 230)]
    assert store.insert_missing(more) == {each.id for each in more[30:]}
    assert store.insert_missing(more) == set()
    assert len(store.find_many(Learner, (each.id for each in first + more))) == 230


def test_a_unique_column_held_by_another_record_is_an_error_and_the_rest_goes_in(
    store: Store, learner: Callable[[int], Learner]
) -> None:
    store.insert(learner(1))
    twin = learner(1).model_copy(update={"id": "twin"})
    with pytest.raises(AlreadyExists):
        store.insert_missing([learner(2), twin])
    assert store.find(Learner, "twin") is None


def test_every_record_is_read_however_many_there_are(store: Store, learner: Callable[[int], Learner]) -> None:
    many = [learner(number) for number in range(230)]
    store.insert_missing(many)
    mine = [Query.starts_with("email", many[0].email.partition("-")[0])]
    assert sorted(each.id for each in store.every(Learner, mine)) == sorted(each.id for each in many)
    page = store.page(Learner, mine, limit=100, offset=200)
    assert (len(page.items), page.total, page.has_more, page.next_cursor) == (30, 230, False, None)


def test_many_records_get_the_same_values(store: Store, learner: Callable[[int], Learner]) -> None:
    many = [learner(number) for number in range(130)]
    store.insert_missing(many)
    store.update_many(Learner, (each.id for each in many[:120]), organization_id="globex")
    found = store.find_many(Learner, (each.id for each in many))
    assert sum(each.organization_id == "globex" for each in found.values()) == 120


def test_deleting_without_a_condition_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="whole table"):
        store.delete_where(Learner, [])


def test_a_server_that_is_away_is_unavailable() -> None:
    nowhere = AppwriteClient("http://127.0.0.1:9/v1", "p", pooled_session(), timeout=(0.2, 0.2))
    with pytest.raises(Unavailable):
        Store(nowhere).find(Learner, "x")


def test_a_refusal_is_a_failure_of_ours_with_appwrites_own_words(store: Store) -> None:
    with pytest.raises(StoreFailure) as caught:
        store.update(Learner, "x" * 40, name="y")
    assert caught.value.details["appwrite_code"] in {400, 404}
